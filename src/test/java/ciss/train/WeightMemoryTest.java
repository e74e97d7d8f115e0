package ciss.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.model.Segmentors;
import ciss.nn.NetworkTables;
import ciss.tensor.Backend;
import ciss.tensor.ParameterStore;
import ciss.tensor.cpu.CpuBackend;
import ciss.train.WeightFile.Wanted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Taking one network out of the file of a training needs little more memory than that network. */
class WeightMemoryTest {
  private static final double ALLOWED = 1.2;

  @TempDir Path folder;

  /**
   * Loads the student of a trainer file and prints what the process needed at its peak beyond what it needed before, as a share
   * of the student's bytes.
   *
   * @param arguments the file, and the number of the encoder's variant
   */
  public static void main(String[] arguments) throws IOException {
    NetworkTables tables = Segmentors.tables(GeneratedWeights.options(Integer.parseInt(arguments[1]), 19));
    long kept = 4 * (tables.parameters().values() + tables.buffers().values());
    try (Backend backend = new CpuBackend(1)) {
      Files.writeString(Path.of("/proc/self/clear_refs"), "5"); // the peak starts again from here
      long before = status("VmRSS");
      long start = System.nanoTime();
      try (ParameterStore store = new ParameterStore(backend, tables.parameters(), tables.buffers(), false)) {
        WeightFile.load(Path.of(arguments[0]), backend, store, Wanted.network(NetworkKind.STUDENT));
        long needed = status("VmHWM") - before;
        System.out.printf(
            Locale.ROOT, "kept %.1f MB, needed %.1f MB, ratio %.3f, %.2f s%n", kept / 1e6, needed / 1e6,
            (double) needed / kept, (System.nanoTime() - start) / 1e9);
      }
    }
  }

  private static long status(String key) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith(key + ":")) {
        return 1024 * Long.parseLong(line.replaceAll("\\D+", ""));
      }
    }
    throw new IOException("/proc/self/status has no " + key);
  }

  @Test
  @Timeout(180)
  void oneNetworkOfATrainerFileNeedsLittleMoreThanItsBytes() throws Exception {
    Assumptions.assumeTrue(
        Files.isWritable(Path.of("/proc/self/clear_refs")), "SKIPPED: this system does not tell the peak memory of a process");
    Path file = GeneratedWeights.trainerFile(folder, 3, 19);
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Process process =
        new ProcessBuilder(
                List.of(
                    java.toString(), "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xmx64m", "-cp",
                    System.getProperty("java.class.path"), WeightMemoryTest.class.getName(), file.toString(), "3"))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes());
    assertEquals(0, process.waitFor(), said);
    System.out.print("student of " + Files.size(file) / 1_000_000 + " MB: " + said);
    double ratio = Double.parseDouble(said.replaceFirst("(?s).*ratio ([\\d.]+),.*", "$1"));
    assertTrue(ratio > 0.9 && ratio < ALLOWED, said);
  }
}
