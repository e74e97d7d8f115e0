package ciss.report;

import ciss.tensor.OperationFamily;
import ciss.tensor.cases.OperationBenchmark;
import ciss.train.NetworkBenchmark;
import ciss.train.StepBenchmark;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Measured speeds as {@code ciss bench} prints, stores and compares them.
 *
 * @param backend name of what was measured
 * @param gemmPeak 1e9 floating-point operations per second of matrix products in the same run
 */
public record SpeedReport(String backend, double gemmPeak, List<OperationSpeed> operations, List<StepSpeed> steps) {

  /** Median speed of one row of the operation case table; 0 GFLOP/s where only bytes move. */
  public record OperationSpeed(
      String operation, String sizes, double milliseconds, double gigaFlopsPerSecond, double gigaBytesPerSecond) {
    /** From a measurement. */
    public static OperationSpeed of(OperationBenchmark.Timing timing) {
      return new OperationSpeed(
          timing.row().operation(),
          timing.row().sizes(),
          timing.median() * 1e3,
          timing.gigaFlopsPerSecond(),
          timing.gigaBytesPerSecond());
    }

    /** From a network's measurement. */
    public static OperationSpeed of(NetworkBenchmark.Timing timing) {
      return new OperationSpeed(
          "network", timing.name(), timing.median() * 1e3, timing.gigaFlops() / timing.median(), 0);
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

  /** Table of the operations. */
  public String operationTable() {
    StringBuilder table = new StringBuilder();
    table.append(row("%-32s %-72s %10s %9s %9s %8s", "operation", "sizes", "ms", "GFLOP/s", "GB/s", "of peak"));
    for (OperationSpeed o : operations) {
      boolean counts = o.gigaFlopsPerSecond > 0;
      table.append(
          row(
              "%-32s %-72s %10.4f %9s %9.1f %8s",
              o.operation,
              shortened(o.sizes),
              o.milliseconds,
              counts ? String.format(Locale.ROOT, "%.1f", o.gigaFlopsPerSecond) : "",
              o.gigaBytesPerSecond,
              counts ? String.format(Locale.ROOT, "%.0f %%", 100 * o.gigaFlopsPerSecond / gemmPeak) : ""));
    }
    return table.toString();
  }

  /** Sizes without the name of their record. */
  private static String shortened(String sizes) {
    return sizes.replaceFirst("^\\w+Dims\\[", "").replaceFirst("]", "");
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
    table.append(row("where the time of one iteration goes (a second series, with clocks):"));
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
