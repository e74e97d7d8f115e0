package ciss.cli;

import ciss.error.CissException;
import ciss.foreign.CacheFolder;
import ciss.foreign.NativeLibrary;
import ciss.tensor.Backend;
import ciss.tensor.Precision;
import ciss.tensor.cpu.CpuBackend;
import ciss.tensor.cuda.CudaBackend;
import ciss.tensor.cuda.CudaMachine;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What {@code ciss doctor} looks at, one finding per line of its output. Writes nothing but the cache of natives. */
final class Diagnosis {
  /** Whether a finding is fine, worth knowing, or keeps the program from working. */
  enum Level {
    OK,
    WARN,
    FAIL
  }

  /** One line: what was looked at and what was found. */
  record Finding(Level level, String subject, String text) {}

  private static final List<String> VARIABLES =
      List.of(
          "CISS_DATA", "DIR_SOURCE_DATASET", "DIR_TARGET_DATASET", "CISS_WORK", "CISS_CACHE", "CISS_JAVA",
          "CISS_JAVA_OPTS", "CISS_CPU", "CISS_CUBLAS", "CISS_CUDNN", "CUDA_HOME", "CUDA_PATH", "NO_COLOR", "SLURM_ARRAY_TASK_ID", "LSB_JOBINDEX");
  /** A few roundings of float32 on values of about 3. */
  private static final double SELF_TEST_BOUND = 1e-5;
  private static final long GIB = 1L << 30;
  /** Enough for the demo: its program, networks and pictures together. */
  private static final long COMFORTABLE_MEMORY = 2 * GIB;
  private static final long COMFORTABLE_DISK = GIB;

  private final List<Finding> findings = new ArrayList<>();

  private Diagnosis() {}

  /**
   * Looks at the machine.
   *
   * @param workRoot where runs would be written
   * @param gpuRequired whether a missing GPU is a failure
   */
  static List<Finding> ofThisMachine(Path workRoot, boolean gpuRequired) {
    Diagnosis diagnosis = new Diagnosis();
    diagnosis.java();
    diagnosis.natives();
    diagnosis.cores();
    diagnosis.memory();
    diagnosis.disk(workRoot);
    diagnosis.cuda(gpuRequired);
    diagnosis.data();
    diagnosis.environment();
    return diagnosis.findings;
  }

  private void java() {
    String startedFrom = System.getProperty("ciss.started.from");
    add(
        Level.OK,
        "java",
        Runtime.version() + "  " + System.getProperty("java.home")
            + (startedFrom == null ? "" : "  (started from Java " + startedFrom + " through the launcher)"));
  }

  private void natives() {
    try {
      add(Level.OK, "kernels", NativeText.cpuLevel() + "  " + NativeLibrary.CISS.path() + "  built by "
          + NativeText.buildInfo());
      add(Level.OK, "onednn", NativeText.oneDnnVersion() + "  " + NativeLibrary.ONEDNN.path());
      selfTest(() -> new CpuBackend(Runtime.getRuntime().availableProcessors()));
    } catch (CissException e) {
      add(Level.FAIL, "natives", e.getMessage());
    }
  }

  private void selfTest(Supplier<Backend> device) {
    try (Backend backend = device.get();
        SelfTest test = new SelfTest(backend)) {
      double error = test.largestError();
      add(
          error < SELF_TEST_BOUND ? Level.OK : Level.FAIL,
          "self test",
          backend.name() + String.format(Locale.ROOT, "  largest error %.1e", error));
    } catch (CissException e) {
      add(Level.FAIL, "self test", e.getMessage());
    }
  }

  private void cores() {
    int cores = Runtime.getRuntime().availableProcessors();
    add(Level.OK, "cores", cores + " usable");
  }

  private void memory() {
    OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long total = system.getTotalMemorySize();
    add(total >= COMFORTABLE_MEMORY ? Level.OK : Level.WARN, "memory", gib(total) + ", " + gib(system.getFreeMemorySize())
        + " free now");
  }

  private void disk(Path workRoot) {
    addDisk("disk", workRoot);
    addDisk("cache", CacheFolder.candidates().getFirst());
  }

  private void addDisk(String subject, Path folder) {
    Path existing = folder.toAbsolutePath();
    while (existing.getParent() != null && Files.notExists(existing)) {
      existing = existing.getParent();
    }
    try {
      long free = Files.getFileStore(existing).getUsableSpace();
      boolean writable = Files.isWritable(existing);
      Level level = !writable ? Level.FAIL : free < COMFORTABLE_DISK ? Level.WARN : Level.OK;
      add(level, subject, folder + "  " + gib(free) + " free" + (writable ? "" : ", but not writable"));
    } catch (IOException e) {
      add(Level.FAIL, subject, folder + "  cannot be looked at: " + e.getMessage());
    }
  }

  /** Where nothing of CUDA is there, one line says all; else every piece gets its own. */
  private void cuda(boolean required) {
    Optional<String> obstacle = CudaMachine.obstacle();
    List<CudaMachine.Finding> pieces = CudaMachine.findings();
    if (pieces.stream().anyMatch(piece -> piece.found() && !piece.subject().equals("kernels"))) {
      for (CudaMachine.Finding piece : pieces) {
        add(piece.found() ? Level.OK : Level.WARN, "cuda", piece.subject() + ": " + piece.text());
      }
    }
    if (obstacle.isPresent()) {
      add(required ? Level.FAIL : Level.OK, "cuda", obstacle.get() + ": everything is computed on the CPU");
    } else {
      selfTest(() -> new CudaBackend(0, Precision.FP32));
    }
  }

  private void data() {
    Path root = Path.of(System.getenv().getOrDefault("CISS_DATA", "data"));
    if (!Files.isDirectory(root)) {
      add(Level.OK, "data", "no folder " + root + " (CISS_DATA): data sets are found by the roots in a configuration");
      return;
    }
    try (Stream<Path> entries = Files.list(root)) {
      List<Path> sets = entries.filter(Files::isDirectory).sorted().toList();
      if (sets.isEmpty()) {
        add(Level.OK, "data", root + " is empty");
      }
      for (Path set : sets) {
        add(Level.OK, "data", set + "  " + pictures(set) + " pictures and label files");
      }
    } catch (IOException e) {
      add(Level.WARN, "data", root + " cannot be read: " + e.getMessage());
    }
  }

  private static long pictures(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.map(file -> file.toString().toLowerCase(Locale.ROOT)).filter(Diagnosis::isPicture).count();
    }
  }

  private static boolean isPicture(String name) {
    return name.endsWith(".png") || name.endsWith(".jpg") || name.endsWith(".jpeg");
  }

  private void environment() {
    for (String variable : VARIABLES) {
      String value = System.getenv(variable);
      if (value != null) {
        add(Level.OK, "environment", variable + "=" + value);
      }
    }
  }

  private void add(Level level, String subject, String text) {
    findings.add(new Finding(level, subject, text));
  }

  private static String gib(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) GIB);
  }
}
