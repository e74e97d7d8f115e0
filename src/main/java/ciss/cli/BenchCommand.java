package ciss.cli;

import ciss.api.SingleRun;
import ciss.api.TrainingMemory;
import ciss.config.Assembly;
import ciss.config.CissConfig;
import ciss.config.Size;
import ciss.error.ConfigException;
import ciss.nn.MemoryLevel;
import ciss.report.SpeedReport;
import ciss.report.SpeedReport.OperationSpeed;
import ciss.report.SpeedReport.Slowdown;
import ciss.report.SpeedReport.StepSpeed;
import ciss.tensor.Backend;
import ciss.tensor.cases.OperationBenchmark;
import ciss.tensor.cases.OperationCase;
import ciss.tensor.cases.OperationCases;
import ciss.tensor.cases.Peaks;
import ciss.tensor.cases.RecordedCall;
import ciss.train.IterationCalls;
import ciss.train.NetworkBenchmark;
import ciss.train.StepBenchmark;
import ciss.train.SyntheticTraining;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** {@code ciss bench}: speed of operations and of training iterations on this machine. */
@Command(
    name = "bench",
    header = {
      "Measure the speed of operations, networks and training iterations.",
      "",
      "  ciss bench step --threads 2",
      ""
    })
final class BenchCommand extends CissCommand {
  private static final int SMALL_CROP = 256;
  private static final int SMALL_BATCH = 2;

  /** What is measured. */
  enum Subject {
    OPS,
    NETWORK,
    STEP,
    ONCE,
    ALL;

    boolean includes(Subject other) {
      return this == ALL || this == other;
    }
  }

  @Parameters(
      paramLabel = "ops|network|step|once|all",
      arity = "0..1",
      index = "0",
      defaultValue = "all",
      description =
          "Operations, networks (encoder, prediction), training iterations, all of these (default); or one window and one"
              + " iteration of CONFIG without repetition, with peak memory beside its plan.")
  private Subject subject;

  @Parameters(
      paramLabel = "CONFIG",
      arity = "0..1",
      index = "1",
      description =
          "step, once, ops: this configuration on random pictures; step: instead of two small settings; ops: the operations"
              + " of its iteration instead of the case table.")
  private String config;

  @Option(names = "--filter", paramLabel = "GLOB", defaultValue = "*", description = "Only operations named like this.")
  private String filter;

  @Option(names = "--seconds", paramLabel = "S", defaultValue = "1", description = "Time per operation or network (1).")
  private double seconds;

  @Option(
      names = "--channels",
      paramLabel = "N",
      split = ",",
      defaultValue = "64,256",
      description = "step: width of the heads of the small settings (64,256).")
  private int[] channels;

  @Option(names = "--iterations", paramLabel = "N", defaultValue = "10", description = "Iterations to time (10).")
  private int iterations;

  @Option(names = "--out", paramLabel = "FILE", description = "Write the result as JSON.")
  private Path file;

  @Option(names = "--baseline", paramLabel = "FILE", description = "Exit code 6 if slower than this earlier result.")
  private Path baseline;

  @Option(names = "--tolerance", paramLabel = "P%", defaultValue = "10%", description = "How much slower is accepted.")
  private String tolerance;

  @Override
  public Integer call() throws IOException {
    if (subject == Subject.ONCE) {
      return once();
    }
    double accepted = percent(tolerance);
    SpeedReport before = baseline == null ? null : read(baseline);
    if (file != null && Files.exists(file) && !global().yes()) {
      throw new ConfigException(file + " exists\n  add --yes to overwrite it");
    }
    for (int width : channels) {
      if (width < 1) {
        throw usageError("--channels " + width + ": expected a positive number, for instance 64");
      }
    }
    SpeedReport report;
    try (Backend backend = backend()) {
      List<StepSpeed> steps = subject.includes(Subject.STEP) ? steps(backend) : List.of();
      Peaks peaks = Peaks.measure(backend, seconds);
      List<OperationSpeed> operations = new ArrayList<>();
      if (subject.includes(Subject.NETWORK)) {
        new NetworkBenchmark(backend).measure(seconds).forEach(timing -> operations.add(OperationSpeed.of(timing, peaks)));
      }
      if (subject.includes(Subject.OPS)) {
        operations.addAll(operations(backend, peaks));
      }
      report = new SpeedReport(backend.name(), peaks, operations, steps);
    }
    printRest(report);
    if (file != null) {
      Files.writeString(file, JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(report) + "\n");
      wrote(file);
    }
    return before == null ? 0 : compare(report, before, accepted);
  }

  private int once() {
    if (config == null) {
      throw usageError("bench once: name the configuration, for instance 'ciss bench once cityscapes_to_acdc'");
    }
    CissConfig settings = configuration(config).config();
    List<SingleRun.Result> results = new ArrayList<>();
    note("one inference window of " + settings.name());
    results.add(shown(SingleRun.window(settings)));
    note("one training iteration of " + settings.name());
    results.add(shown(SingleRun.iteration(settings)));
    if (global().json()) {
      out().println(JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(results));
    }
    return 0;
  }

  private SingleRun.Result shown(SingleRun.Result result) {
    if (!global().json()) {
      double mib = 1 << 20;
      out().printf(
          Locale.ROOT,
          "%-9s %s   %.1f s   %.2f TFLOP   %.0f GFLOP/s   networks drawn in %.1f s%n"
              + "          memory planned %.0f MiB   measured %.0f MiB (%+.1f %%)   with the program %.0f MiB%n",
          result.what(),
          result.size(),
          result.seconds(),
          result.flops() / 1e12,
          result.flops() / 1e9 / result.seconds(),
          result.drawing(),
          result.plannedBytes() / mib,
          result.measuredBytes() / mib,
          100 * (result.measuredBytes() / result.plannedBytes() - 1),
          result.peakBytes() / mib);
      out().flush();
    }
    return result;
  }

  /** Iterations first: the peak of the process is then theirs. */
  private List<StepSpeed> steps(Backend backend) {
    List<StepSpeed> steps = new ArrayList<>();
    if (config != null) {
      CissConfig settings = configuration(config).config();
      Size crop = settings.data().source().crop();
      int batch = settings.train().batchSize();
      note("timing iterations of " + settings.name());
      StepBenchmark benchmark = new StepBenchmark(
              Assembly.trainer(settings), TrainingMemory.choose(settings).level(), batch, crop.height(), crop.width());
      steps.add(shown(new StepSpeed(settings.name(), benchmark.measure(backend, iterations))));
      return steps;
    }
    for (int width : channels) {
      note("timing iterations with %d channels".formatted(width));
      StepBenchmark benchmark =
          new StepBenchmark(
              SyntheticTraining.smallSetting(width), MemoryLevel.FUSED, SMALL_BATCH, SMALL_CROP, SMALL_CROP);
      String name = "mit_b0, %d channels, crop %d, batch %d".formatted(width, SMALL_CROP, SMALL_BATCH);
      steps.add(shown(new StepSpeed(name, benchmark.measure(backend, iterations))));
    }
    return steps;
  }

  /** Each iteration's table as soon as there is one: the next may take minutes. */
  private StepSpeed shown(StepSpeed step) {
    if (!global().json()) {
      out().println(SpeedReport.stepTable(step));
      out().flush();
    }
    return step;
  }

  /** Rows of the operation case table, or the calls of an iteration of the configuration. */
  private List<OperationSpeed> operations(Backend backend, Peaks peaks) {
    PathMatcher glob = FileSystems.getDefault().getPathMatcher("glob:" + filter);
    Predicate<String> wanted = operation -> glob.matches(Path.of(operation));
    List<OperationSpeed> speeds = new ArrayList<>();
    if (config != null) {
      CissConfig settings = configuration(config).config();
      Size crop = settings.data().source().crop();
      note("timing the operations of an iteration of " + settings.name());
      for (RecordedCall call :
          IterationCalls.of(
              Assembly.trainer(settings),
              backend.activations(),
              settings.train().batchSize(),
              crop.height(),
              crop.width())) {
        if (wanted.test(call.operation())) {
          speeds.add(OperationSpeed.of(call.measure(backend, seconds), peaks));
        }
      }
      return speeds;
    }
    for (OperationCase row : OperationCases.measured()) {
      if (wanted.test(row.operation())) {
        try (OperationBenchmark benchmark = new OperationBenchmark(row.on(backend), backend)) {
          speeds.add(OperationSpeed.of(benchmark.measure(seconds), peaks));
        }
      }
    }
    return speeds;
  }

  private void printRest(SpeedReport report) {
    if (global().json()) {
      out().println(JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(report));
    } else if (!report.operations().isEmpty()) {
      out().print(report.operationTable());
    }
  }

  private int compare(SpeedReport report, SpeedReport before, double accepted) {
    List<Slowdown> slower = report.slowerThan(before, accepted);
    slower.forEach(slowdown -> err().println("slower: " + slowdown));
    return slower.isEmpty() ? 0 : CHECK_FAILED;
  }

  private SpeedReport read(Path path) {
    if (!Files.isRegularFile(path)) {
      throw usageError("--baseline " + path + ": no such file; make one with 'ciss bench --out FILE'");
    }
    return JsonMapper.shared().readValue(path.toFile(), SpeedReport.class);
  }

  private double percent(String text) {
    if (!text.matches("\\d{1,4}(\\.\\d{1,3})?%?")) {
      throw usageError("--tolerance " + text + ": expected a percentage like 10%");
    }
    return Double.parseDouble(text.replace("%", "")) / 100;
  }
}
