package ciss.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.error.CheckpointException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {
  @TempDir Path folder;

  private Path fileWith(String header, int dataBytes) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(json.length).put(json);
    return Files.write(folder.resolve("model.safetensors"), bytes.array());
  }

  private String messageOfOpening(Path path) {
    return assertThrows(CheckpointException.class, () -> Safetensors.open(path).close()).getMessage();
  }

  @Test
  void writtenTensorsAndMetadataAreReadBackInOrder() throws IOException {
    Path path = folder.resolve("w.safetensors");
    float[] weight = {1.5f, -2, Float.NaN, 4, 5, 6};
    new SafetensorsWriter()
        .metadata("iteration", "40")
        .add("b.weight", new long[] {2, 3}, weight)
        .add("a.steps", ElementType.I64, new long[0], MemorySegment.ofArray(new long[] {1L << 60}))
        .add("empty", ElementType.U8, new long[] {0, 3}, MemorySegment.ofArray(new byte[0]))
        .write(path);
    try (Safetensors file = Safetensors.open(path)) {
      assertEquals(List.of("b.weight", "a.steps", "empty"), List.copyOf(file.names()));
      assertArrayEquals(weight, file.tensor("b.weight").toFloats());
      assertArrayEquals(new long[] {2, 3}, file.tensor("b.weight").shape());
      assertEquals(1L << 60, file.tensor("a.steps").toLongs()[0]);
      assertEquals(0, file.tensor("empty").elementCount());
      assertEquals("40", file.metadata().get("iteration"));
    }
    try (var left = Files.list(folder)) {
      assertEquals(1, left.count(), "the temporary file is gone");
    }
  }

  @Test
  void halfPrecisionWidensExactly() throws IOException {
    Path path = folder.resolve("h.safetensors");
    short[] half = {Float.floatToFloat16(0.1f), (short) 0x7c00, 1};
    short[] brain = {(short) 0x3f80, (short) 0xc040, 0};
    new SafetensorsWriter()
        .add("f16", ElementType.F16, new long[] {3}, MemorySegment.ofArray(half))
        .add("bf16", ElementType.BF16, new long[] {3}, MemorySegment.ofArray(brain))
        .write(path);
    try (Safetensors file = Safetensors.open(path)) {
      assertArrayEquals(
          new float[] {Float.float16ToFloat(half[0]), Float.POSITIVE_INFINITY, 0x1p-24f},
          file.tensor("f16").toFloats());
      assertArrayEquals(new float[] {1, -3, 0}, file.tensor("bf16").toFloats());
    }
  }

  @Test
  void readingAfterCloseIsAnExceptionAndNoCrash() {
    Path path = folder.resolve("c.safetensors");
    new SafetensorsWriter().add("x", new long[] {1}, new float[] {1}).write(path);
    Safetensors file = Safetensors.open(path);
    StoredTensor x = file.tensor("x");
    file.close();
    assertThrows(IllegalStateException.class, x::toFloats);
  }

  @Test
  void aMissingTensorIsNamed() {
    Path path = folder.resolve("m.safetensors");
    new SafetensorsWriter().add("x", new long[] {1}, new float[] {1}).write(path);
    try (Safetensors file = Safetensors.open(path)) {
      String message = assertThrows(CheckpointException.class, () -> file.tensor("y")).getMessage();
      assertTrue(message.contains("'y'") && message.contains("m.safetensors"), message);
    }
  }

  @Test
  void damagedFilesAreRefusedWithTheReason() throws IOException {
    assertTrue(messageOfOpening(folder.resolve("none.safetensors")).contains("no such file"));
    assertTrue(messageOfOpening(Files.write(folder.resolve("e"), new byte[0])).contains("0 bytes"));
    assertTrue(messageOfOpening(Files.write(folder.resolve("l"), new byte[] {-1, -1, -1, -1, 1, 0, 0, 0, 1}))
        .contains("header claims"));
    assertTrue(messageOfOpening(fileWith("{\"x\":", 0)).contains("not valid JSON"));
    assertTrue(messageOfOpening(fileWith("[]", 0)).contains("expected START_OBJECT"));
    assertTrue(messageOfOpening(fileWith(
        "{\"x\":{\"dtype\":\"F7\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4)).contains("unknown type 'F7'"));
    assertTrue(messageOfOpening(fileWith(
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 4)).contains("cut off: tensor 'x'"));
    assertTrue(messageOfOpening(fileWith(
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", 8)).contains("needs 8 bytes"));
    assertTrue(messageOfOpening(fileWith(
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,4]}}", 8))
        .contains("impossible shape"));
    assertTrue(messageOfOpening(fileWith(
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
            + "\"y\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8)).contains("'x' and 'y' overlap"));
    assertTrue(messageOfOpening(fileWith("{\"x\":{\"dtype\":\"F32\",\"shape\":[1]}}", 8)).contains("data_offsets"));
  }

  @Test
  void aFailedWriteLeavesTheOldFile() throws IOException {
    Path path = folder.resolve("keep.bin");
    Files.writeString(path, "old");
    assertThrows(IOException.class, () -> AtomicFile.write(path, channel -> {
      channel.write(ByteBuffer.wrap(new byte[] {1}));
      throw new IOException("disk full");
    }));
    assertEquals("old", Files.readString(path));
    try (var left = Files.list(folder)) {
      assertEquals(1, left.count());
    }
  }
}
