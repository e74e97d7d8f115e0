package ciss.train;

import ciss.nn.MemoryLevel;
import ciss.tensor.Backend;
import ciss.tensor.OperationFamily;
import ciss.tensor.OperationTimer;
import ciss.tensor.OperationTimer.OperationTime;
import ciss.tensor.OperationWork;
import ciss.tensor.PhaseTimer;
import ciss.tensor.PhaseTimer.PhaseTime;
import ciss.tensor.cases.Peaks;
import ciss.tensor.plan.PlanBackend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Times whole iterations of {@link SyntheticTraining} and says where the time goes. */
public final class StepBenchmark {
  private static final int WARM_UP = 3;
  private static final Path STATUS = Path.of("/proc/self/status");

  /** Share of an operation family in one iteration; {@code seconds} is the mean over the timed iterations. */
  public record FamilyTime(OperationFamily family, double seconds, long calls, double gigaFlops) {}

  /** Share of one operation. */
  public record OperationShare(String operation, double seconds, long calls, double gigaFlops) {}

  /**
   * What was measured.
   *
   * @param best shortest iteration in seconds; {@code median} likewise
   * @param profiled mean iteration of a second series with a clock around each operation: the families and {@code
   *     betweenOperations} add up to it
   * @param phases of a mean iteration of a third series, in their order
   * @param gigaFlops per iteration, counted by the planning backend
   * @param gemmPeak 1e9 floating-point operations per second of a matrix product, measured just before
   * @param processBytes peak memory of the whole process up to the end of the first series; 0 if the system does not
   *     say
   * @param deviceBytes memory of the device that was taken then, by whomever; 0 where the device is the processor
   * @param workspaceBytes peak; {@code storageBytes} parameters, moments and batch
   */
  public record Result(
      String backend,
      int iterations,
      double best,
      double median,
      double profiled,
      double betweenOperations,
      double gigaFlops,
      double gemmPeak,
      long processBytes,
      long deviceBytes,
      long workspaceBytes,
      long storageBytes,
      List<PhaseTime> phases,
      List<FamilyTime> families,
      List<OperationShare> operations) {
    /** 1e9 floating-point operations per second in the median iteration. */
    public double speed() {
      return gigaFlops / median;
    }

    /** Part of the matrix products' speed that the median iteration reaches. */
    public double shareOfPeak() {
      return speed() / gemmPeak;
    }
  }

  private final TrainerOptions options;
  private final MemoryLevel level;
  private final int batchSize;
  private final int height;
  private final int width;

  /**
   * @param level what the student's passes keep
   * @param height of the crop in pixels; {@code width} likewise
   */
  public StepBenchmark(TrainerOptions options, MemoryLevel level, int batchSize, int height, int width) {
    this.options = options;
    this.level = level;
    this.batchSize = batchSize;
    this.height = height;
    this.width = width;
  }

  /** Runs {@code iterations} plain iterations, as many with a clock by operation and by phase, each after a warm-up. */
  public Result measure(Backend backend, int iterations) {
    double peak = Peaks.products(backend, 1.5);
    TrainingPlan.of(options, level, () -> PlanBackend.like(backend), batchSize, height, width)
        .announceTo(backend.workspace());
    double[] plain;
    long deviceBytes;
    try (SyntheticTraining training = on(backend)) {
      warmUp(training);
      plain = series(training, iterations);
      deviceBytes = backend.deviceMemoryInUse();
    }
    long processBytes = peakOfProcess();
    OperationTimer timer = new OperationTimer();
    double[] clocked;
    try (SyntheticTraining training = on(timer.observe(backend))) {
      warmUp(training);
      timer.reset();
      clocked = series(training, iterations);
    }
    return result(backend, plain, clocked, timer, phases(backend, iterations), peak, processBytes, deviceBytes);
  }

  private List<PhaseTime> phases(Backend backend, int iterations) {
    PhaseTimer timer = new PhaseTimer();
    try (SyntheticTraining training = on(timer.observe(backend))) {
      warmUp(training);
      timer.reset();
      series(training, iterations);
      List<PhaseTime> means =
          timer.times().stream().map(time -> new PhaseTime(time.phase(), time.seconds() / iterations)).toList();
      timer.reset();
      return means;
    }
  }

  private Result result(
      Backend backend,
      double[] plain,
      double[] clocked,
      OperationTimer timer,
      List<PhaseTime> phases,
      double peak,
      long processBytes,
      long deviceBytes) {
    try (PlanBackend plan = new PlanBackend();
        SyntheticTraining counted = on(plan)) {
      plan.reset();
      counted.run();
      List<OperationShare> operations = operations(plan.work(), timer, clocked.length);
      double profiled = mean(clocked);
      double inOperations = operations.stream().mapToDouble(OperationShare::seconds).sum();
      Arrays.sort(plain);
      return new Result(
          backend.name(),
          plain.length,
          plain[0],
          plain[plain.length / 2],
          profiled,
          profiled - inOperations,
          plan.flops() / 1e9,
          peak,
          processBytes,
          deviceBytes,
          backend.workspace().peakBytes(),
          plan.allocatedBytes(),
          phases,
          families(operations),
          operations);
    }
  }

  private SyntheticTraining on(Backend backend) {
    return new SyntheticTraining(backend, options, level, batchSize, height, width);
  }

  private static void warmUp(SyntheticTraining training) {
    for (int i = 0; i < WARM_UP; i++) {
      training.run();
    }
  }

  private static double[] series(SyntheticTraining training, int iterations) {
    double[] seconds = new double[iterations];
    for (int i = 0; i < iterations; i++) {
      long start = System.nanoTime();
      training.run();
      seconds[i] = (System.nanoTime() - start) * 1e-9;
    }
    return seconds;
  }

  private static List<OperationShare> operations(List<OperationWork> work, OperationTimer timer, int iterations) {
    List<OperationShare> shares = new ArrayList<>();
    for (OperationTime time : timer.times()) {
      double gigaFlops =
          work.stream().filter(w -> w.operation().equals(time.operation())).mapToDouble(w -> w.flops() / 1e9).sum();
      shares.add(
          new OperationShare(
              time.operation(), time.nanos() * 1e-9 / iterations, time.calls() / iterations, gigaFlops));
    }
    return shares;
  }

  private static List<FamilyTime> families(List<OperationShare> operations) {
    Map<OperationFamily, FamilyTime> families = new EnumMap<>(OperationFamily.class);
    for (OperationShare o : operations) {
      OperationFamily family = OperationFamily.of(o.operation);
      families.merge(
          family,
          new FamilyTime(family, o.seconds, o.calls, o.gigaFlops),
          (a, b) -> new FamilyTime(family, a.seconds + b.seconds, a.calls + b.calls, a.gigaFlops + b.gigaFlops));
    }
    return families.values().stream().sorted(Comparator.comparingDouble(FamilyTime::seconds).reversed()).toList();
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  /** VmHWM of Linux, in bytes; 0 elsewhere. */
  private static long peakOfProcess() {
    if (!Files.exists(STATUS)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
