package ciss.io.pth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.io.ElementType;
import ciss.io.StoredTensor;
import ciss.io.pth.PickleValue.Bool;
import ciss.io.pth.PickleValue.Bytes;
import ciss.io.pth.PickleValue.Dict;
import ciss.io.pth.PickleValue.Int;
import ciss.io.pth.PickleValue.Null;
import ciss.io.pth.PickleValue.Real;
import ciss.io.pth.PickleValue.Sequence;
import ciss.io.pth.PickleValue.Text;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of PyTorch itself are read, and PyTorch reads ours: tensor by tensor, bit by bit. */
class TorchInteroperationTest {
  private static final List<String> INTERPRETERS = List.of("/usr/bin/python3", "python3");

  @TempDir static Path folder;

  @BeforeAll
  static void filesOfPyTorchAndOurs() throws Exception {
    String python = INTERPRETERS.stream().filter(TorchInteroperationTest::hasTorch).findFirst().orElse(null);
    if (python == null) {
      String reason = "SKIPPED: no python3 with torch: nothing was exchanged with PyTorch. Debian: apt-get install python3-torch";
      System.err.println(reason);
      Assumptions.abort(reason);
    }
    Path script = folder.resolve("torch_files.py");
    try (var resource = TorchInteroperationTest.class.getResourceAsStream("torch_files.py")) {
      Files.copy(resource, script);
    }
    assertEquals("", run(python, script.toString(), "write", folder.toString()));
    Path tensors = writtenAgain("tensors_legacy", "tensors_ours");
    Path trainer = writtenAgain("trainer_zip", "trainer_ours_plain");
    Path types = folder.resolve("types_ours.pth");
    PthWriter.write(types, everyType());
    assertEquals("", run(python, script.toString(), "dump", tensors.toString(), trainer.toString(), types.toString()));
  }

  /** Finding the package is much faster than loading it. */
  private static boolean hasTorch(String python) {
    String find = "import importlib.util as u; assert u.find_spec('torch') and u.find_spec('numpy')";
    try {
      return run(python, "-c", find).isEmpty();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path writtenAgain(String name, String newName) {
    Path ours = folder.resolve(newName + ".pth");
    try (PthFile file = PthFile.open(folder.resolve(name + ".pth"))) {
      PthWriter.write(ours, file.root());
    }
    return ours;
  }

  private static Dict everyType() {
    Map<PickleValue, PickleValue> entries = new LinkedHashMap<>();
    for (ElementType type : ElementType.values()) {
      byte[] bytes = new byte[6 * type.byteSize()];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (type == ElementType.BOOL ? i % 2 : 37 * i);
      }
      StoredTensor tensor = new StoredTensor(type.name(), type, new long[] {2, 1, 3}, MemorySegment.ofArray(bytes));
      entries.put(new Text(type.name().toLowerCase(Locale.ROOT)), new PickleValue.Tensor(StridedTensor.of(tensor)));
    }
    return new Dict(entries);
  }

  /** What a process says, standard error included; empty when it succeeded. */
  private static String run(String... command) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes());
      return process.waitFor() == 0 ? "" : "failed: " + said;
    } catch (IOException e) {
      return e.toString();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "tensors_zip, ZIP", "tensors_legacy, LEGACY", "tensors_protocol4, ZIP",
    "trainer_zip, ZIP", "trainer_legacy, LEGACY", "trainer_protocol4, ZIP"
  })
  void everythingThatPyTorchSavedIsReadBack(String name, PthFile.Layout layout) throws IOException {
    try (PthFile file = PthFile.open(folder.resolve(name + ".pth"))) {
      assertEquals(layout, file.layout());
      assertEqualsDump(folder.resolve(name + ".dump"), file.tensors(), file.root());
    }
  }

  @ParameterizedTest
  @CsvSource({"tensors_ours, tensors_legacy", "trainer_ours_plain, trainer_zip", "types_ours, types_ours"})
  void pyTorchReadsWhatWeWrote(String dump, String original) throws IOException {
    try (PthFile file = PthFile.open(folder.resolve(original + ".pth"))) {
      assertEqualsDump(folder.resolve(dump + ".dump"), file.tensors(), file.root());
    }
  }

  private static void assertEqualsDump(Path dump, Map<String, StridedTensor> tensors, PickleValue root)
      throws IOException {
    List<String> index = Files.readAllLines(dump.resolve("index.txt"));
    List<String> found = new ArrayList<>();
    for (Map.Entry<String, StridedTensor> each : tensors.entrySet()) {
      StoredTensor tensor = each.getValue().contiguous(each.getKey());
      byte[] expected = Files.readAllBytes(dump.resolve(found.size() + ".bin"));
      assertEquals(-1, tensor.data().mismatch(MemorySegment.ofArray(expected)), each.getKey());
      String extents = Arrays.toString(tensor.shape()).replaceAll("[\\[\\] ]", "");
      found.add(each.getKey() + "\t" + tensor.type() + "\t" + extents);
    }
    assertEquals(index, found);
    assertTrue(index.size() >= 10, "tensors were compared");
    List<String> values = new ArrayList<>();
    collect("", root, values);
    assertEquals(Files.readAllLines(dump.resolve("values.txt")), values);
  }

  private static void collect(String path, PickleValue value, List<String> values) {
    String prefix = path.isEmpty() ? "" : path + "/";
    switch (value) {
      case Dict dict -> dict.entries().forEach((key, child) -> collect(prefix + PickleTree.nameOf(key), child, values));
      case Sequence list -> {
        for (int i = 0; i < list.elements().size(); i++) {
          collect(prefix + i, list.elements().get(i), values);
        }
      }
      case PickleValue.Tensor tensor -> {}
      case Null none -> values.add(path + "\tNone");
      case Bool bool -> values.add(path + "\t" + (bool.value() ? "True" : "False"));
      case Int(BigInteger number) -> values.add(path + "\t" + number);
      case Real real -> values.add(path + "\t" + python(real.value()));
      case Text text -> values.add(path + "\t" + text.value());
      case Bytes bytes -> values.add(path + "\t" + HexFormat.of().formatHex(bytes.value()));
    }
  }

  /** A double as Python writes it. */
  private static String python(double value) {
    double abs = Math.abs(value);
    if (value != 0 && (abs < 1e-4 || abs >= 1e16)) {
      String text = Double.toString(value).replace(".0E", "E").toLowerCase(Locale.ROOT);
      return text.replaceFirst("e-(\\d)$", "e-0$1");
    }
    return new java.math.BigDecimal(Double.toString(value)).stripTrailingZeros().scale() <= 0
        ? String.format(Locale.ROOT, "%.1f", value)
        : new java.math.BigDecimal(Double.toString(value)).toPlainString();
  }
}
