package ciss.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.error.CheckpointException;
import ciss.tensor.ParameterTable.Init;
import ciss.tensor.reference.ReferenceBackend;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ParameterTableTest {
  private static final Init ZERO = new Init.Constant(0);

  @Test
  void entriesKeepTheirOrderAndStartAtMultiplesOf64Bytes() {
    ParameterTable table = new ParameterTable.Builder().add("b", ZERO, 3, 7).add("a", ZERO, 16).add("c", ZERO, 1).build();
    assertEquals("[b, a, c]", table.entries().stream().map(ParameterTable.Entry::name).toList().toString());
    assertEquals(0, table.entry("b").offset());
    assertEquals(32, table.entry("a").offset());
    assertEquals(48, table.entry("c").offset());
    assertEquals(64, table.elements());
    assertEquals(38, table.values());
  }

  @Test
  void nameIsGivenOnlyOnce() {
    ParameterTable.Builder builder = new ParameterTable.Builder().add("a", ZERO, 1);
    assertThrows(IllegalArgumentException.class, () -> builder.add("a", ZERO, 1));
  }

  @Test
  void unknownNameIsNamed() {
    ParameterTable table = new ParameterTable.Builder().add("a", ZERO, 1).build();
    CheckpointException missing = assertThrows(CheckpointException.class, () -> table.entry("x.weight"));
    assertTrue(missing.getMessage().contains("x.weight"));
  }

  @Test
  void entryOfAFlatBufferIsAView() {
    ParameterTable table = new ParameterTable.Builder().add("a", ZERO, 3).add("b", ZERO, 2, 2).build();
    try (ReferenceBackend backend = new ReferenceBackend(64);
        FlatBuffer buffer = new FlatBuffer(backend, table)) {
      backend.fill(buffer.get("b"), 2);
      float[] all = backend.download(buffer.flat());
      assertEquals(32, all.length);
      assertArrayEquals(new float[] {0, 2, 2, 2, 2, 0}, Arrays.copyOfRange(all, 15, 21));
    }
  }
}
