package ciss.report;

import ciss.tensor.OperationFamily;
import ciss.tensor.OperationWork;
import ciss.tensor.PhaseTimer;
import ciss.tensor.cases.OperationBenchmark;
import ciss.tensor.cases.Peaks;
import ciss.tensor.cases.RecordedCall;
import ciss.train.NetworkBenchmark;
import ciss.train.StepBenchmark;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Measured speeds as {@code ciss bench} prints, stores and compares them.
 *
 * @param backend name of what was measured
 * @param peaks matrix products and a sweep over memory in the same run
 */
public record SpeedReport(String backend, Peaks peaks, List<OperationSpeed> operations, List<StepSpeed> steps) {

  /**
   * Median speed of an operation; 0 GFLOP/s where only bytes move.
   *
   * @param calls in one iteration; 0 for what was timed apart from one
   * @param ofBound share of the roofline: the least time that its products or its bytes take at the peaks, by its own time
   */
  public record OperationSpeed(
      String operation,
      String sizes,
      long calls,
      double milliseconds,
      double gigaFlopsPerSecond,
      double gigaBytesPerSecond,
      double ofBound) {
    /** From a row of the operation case table. */
    public static OperationSpeed of(OperationBenchmark.Timing timing, Peaks peaks) {
      return of(timing.row().operation(), timing.row().sizes(), 0, timing.work(), timing.median(), peaks);
    }

    /** From a call of an iteration. */
    public static OperationSpeed of(RecordedCall.Timing timing, Peaks peaks) {
      RecordedCall call = timing.call();
      return of(call.operation(), call.sizes(), call.calls(), timing.work(), timing.median(), peaks);
    }

    private static OperationSpeed of(
        String operation, String sizes, long calls, OperationWork work, double seconds, Peaks peaks) {
      return new OperationSpeed(
          operation,
          sizes,
          calls,
          seconds * 1e3,
          work.flops() / seconds / 1e9,
          work.bytes() / seconds / 1e9,
          peaks.seconds(work) / seconds);
    }

    /** From a network's measurement. */
    public static OperationSpeed of(NetworkBenchmark.Timing timing, Peaks peaks) {
      double speed = timing.gigaFlops() / timing.median();
      return new OperationSpeed(
          "network", timing.name(), 0, timing.median() * 1e3, speed, 0, speed / peaks.gigaFlops());
    }

    /** Milliseconds of its calls in an iteration. */
    double total() {
      return calls * milliseconds;
    }

    private String name() {
      return operation + " " + sizes;
    }
  }

  /** A training iteration. */
  public record StepSpeed(String name, StepBenchmark.Result result) {}

  /** Something that became slower: median milliseconds then and now. */
  public record Slowdown(String name, double before, double now) {
    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%s: %.3f ms, was %.3f ms", name, now, before);
    }
  }

  /** What takes more than {@code 1 + tolerance} times as long as in {@code baseline}; things only one has are skipped. */
  public List<Slowdown> slowerThan(SpeedReport baseline, double tolerance) {
    List<Slowdown> slower = new ArrayList<>();
    Map<String, OperationSpeed> operationsBefore =
        baseline.operations.stream().collect(Collectors.toMap(OperationSpeed::name, Function.identity()));
    for (OperationSpeed now : operations) {
      OperationSpeed before = operationsBefore.get(now.name());
      if (before != null && now.milliseconds > before.milliseconds * (1 + tolerance)) {
        slower.add(new Slowdown(now.name(), before.milliseconds, now.milliseconds));
      }
    }
    Map<String, StepSpeed> stepsBefore =
        baseline.steps.stream().collect(Collectors.toMap(StepSpeed::name, Function.identity()));
    for (StepSpeed now : steps) {
      StepSpeed before = stepsBefore.get(now.name);
      if (before != null && now.result.median() > before.result.median() * (1 + tolerance)) {
        slower.add(new Slowdown(now.name, before.result.median() * 1e3, now.result.median() * 1e3));
      }
    }
    return slower;
  }

  /** Table of the operations: those of an iteration with their share of it, longest first. */
  public String operationTable() {
    StringBuilder table = new StringBuilder();
    table.append(
        row("peak %.1f GFLOP/s in matrix products, %.1f GB/s read and written", peaks.gigaFlops(), peaks.gigaBytes()));
    if (operations.stream().allMatch(o -> o.calls == 0)) {
      table.append(row("%-32s %-72s %10s %9s %9s %8s", "operation", "sizes", "ms", "GFLOP/s", "GB/s", "of bound"));
      operations.forEach(o -> table.append(row("%-32s %-72s %s", o.operation, shortened(o.sizes), speed(o))));
      return table.toString();
    }
    double all = operations.stream().mapToDouble(OperationSpeed::total).sum();
    table.append(row("%10s %7s %6s  %-32s %10s %9s %9s %8s  %s",
        "ms in all", "share", "calls", "operation", "ms", "GFLOP/s", "GB/s", "of bound", "sizes"));
    operations.stream()
        .sorted(Comparator.comparingDouble(OperationSpeed::total).reversed())
        .forEach(o -> table.append(row("%10.3f %5.1f %% %6d  %-32s %s  %s",
            o.total(), 100 * o.total() / all, o.calls, o.operation, speed(o), shortened(o.sizes))));
    table.append(row("%10.3f  one iteration, if its operations followed each other without a gap", all));
    return table.toString();
  }

  private static String speed(OperationSpeed o) {
    return String.format(
        Locale.ROOT,
        "%10.4f %9s %9.1f %6.0f %%",
        o.milliseconds,
        o.gigaFlopsPerSecond > 0 ? String.format(Locale.ROOT, "%.1f", o.gigaFlopsPerSecond) : "",
        o.gigaBytesPerSecond,
        100 * o.ofBound);
  }

  /** Sizes without the name of their record. */
  private static String shortened(String sizes) {
    return sizes.replaceFirst("^\\w+Dims\\[(.*)]$", "$1");
  }

  /** One training iteration: speed, memory, and where its time goes. */
  public static String stepTable(StepSpeed step) {
    StepBenchmark.Result r = step.result;
    StringBuilder table = new StringBuilder();
    table.append(row("%s on %s, %d iterations", step.name, r.backend(), r.iterations()));
    table.append(
        row(
            "iteration     %.3f s (best %.3f s)   %.1f GFLOP   %.1f GFLOP/s",
            r.median(),
            r.best(),
            r.gigaFlops(),
            r.speed()));
    table.append(
        row("peak          %.1f GFLOP/s in matrix products   share %.0f %%", r.gemmPeak(), 100 * r.shareOfPeak()));
    table.append(
        row(
            "memory        process %.0f MB   workspace %.0f MB   networks, moments, batch %.0f MB",
            r.processBytes() / 1e6,
            r.workspaceBytes() / 1e6,
            r.storageBytes() / 1e6));
    if (r.deviceBytes() > 0) {
      table.append(row("device        %.0f MB in use, by whomever", r.deviceBytes() / 1e6));
    }
    table.append(row("time by phase of one iteration (a series of its own):"));
    double inPhases = r.phases().stream().mapToDouble(PhaseTimer.PhaseTime::seconds).sum();
    r.phases().forEach(p -> table.append(line(p.phase(), p.seconds(), inPhases, 0, 0)));
    table.append(row("where the time of one iteration goes (another series, with clocks):"));
    table.append(row("  %-36s %9s %7s %8s %9s", "", "ms", "share", "calls", "GFLOP/s"));
    for (StepBenchmark.FamilyTime f : r.families()) {
      String family = f.family().name().toLowerCase(Locale.ROOT);
      table.append(line(family, f.seconds(), r.profiled(), f.calls(), f.gigaFlops()));
      r.operations().stream()
          .filter(o -> OperationFamily.of(o.operation()) == f.family())
          .forEach(o -> table.append(line("  " + o.operation(), o.seconds(), r.profiled(), o.calls(), o.gigaFlops())));
    }
    table.append(line("between operations", r.betweenOperations(), r.profiled(), 0, 0));
    table.append(line("sum", r.profiled(), r.profiled(), 0, r.gigaFlops()));
    return table.toString();
  }

  private static String line(String name, double seconds, double total, long calls, double gigaFlops) {
    return row(
        "  %-36s %9.2f %5.1f %% %8s %9s",
        name,
        seconds * 1e3,
        100 * seconds / total,
        calls == 0 ? "" : calls,
        gigaFlops == 0 ? "" : String.format(Locale.ROOT, "%.1f", gigaFlops / seconds));
  }

  private static String row(String format, Object... values) {
    return String.format(Locale.ROOT, format, values).stripTrailing() + "\n";
  }
}
