package ciss.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.report.SpeedReport.OperationSpeed;
import ciss.report.SpeedReport.Slowdown;
import ciss.report.SpeedReport.StepSpeed;
import ciss.tensor.OperationFamily;
import ciss.tensor.PhaseTimer;
import ciss.tensor.cases.Peaks;
import ciss.train.StepBenchmark;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class SpeedReportTest {
  private static SpeedReport report(double operationMillis, double stepSeconds) {
    return new SpeedReport(
        "cpu",
        new Peaks(400, 20),
        List.of(new OperationSpeed("linear", "LinearDims[rows=2]", 0, operationMillis, 100, 3, 0.25)),
        List.of(step(stepSeconds)));
  }

  private static StepSpeed step(double seconds) {
    StepBenchmark.Result result =
        new StepBenchmark.Result(
            "cpu",
            3,
            seconds,
            seconds,
            0.5,
            0.1,
            40,
            400,
            300_000_000,
            700_000_000,
            100_000_000,
            50_000_000,
            List.of(new PhaseTimer.PhaseTime("source", 0.15), new PhaseTimer.PhaseTime("mixed", 0.05)),
            List.of(new StepBenchmark.FamilyTime(OperationFamily.LINEAR, 0.4, 7, 40)),
            List.of(new StepBenchmark.OperationShare("linear", 0.4, 7, 40)));
    return new StepSpeed("small", result);
  }

  @Test
  void onlyWhatIsSlowerThanTheToleranceIsNamed() {
    assertEquals(List.of(), report(1.05, 0.52).slowerThan(report(1, 0.5), 0.1));
    assertEquals(
        List.of(new Slowdown("linear LinearDims[rows=2]", 1, 1.2), new Slowdown("small", 500, 1000)),
        report(1.2, 1).slowerThan(report(1, 0.5), 0.1));
  }

  @Test
  void stepTableSumsUpToTheIteration() {
    String table = SpeedReport.stepTable(step(0.25));
    assertTrue(table.contains("iteration     0.250 s"), table);
    assertTrue(table.contains("160.0 GFLOP/s"), table);
    assertTrue(table.contains("share 40 %"), table);
    assertTrue(table.matches("(?s).*linear +400.00  80.0 % +7 +100.0\n.*"), table);
    assertTrue(table.matches("(?s).*between operations +100.00  20.0 %\n.*"), table);
    assertTrue(table.contains("device        700 MB in use"), table);
    assertTrue(table.matches("(?s).*source +150.00  75.0 %\n +mixed +50.00  25.0 %\n.*"), table);
    assertTrue(table.matches("(?s).*sum +500.00 100.0 % .*"), table);
  }

  @Test
  void operationTableShowsShareOfBound() {
    String table = report(1, 1).operationTable();
    assertTrue(table.contains("peak 400.0 GFLOP/s in matrix products, 20.0 GB/s"), table);
    assertTrue(table.matches("(?s).*linear .* 1.0000 +100.0 +3.0 +25 %\n.*"), table);
  }

  @Test
  void operationsOfAnIterationAreSortedByTheirTimeInIt() {
    List<OperationSpeed> calls =
        List.of(
            new OperationSpeed("gelu", "F32 [4]", 2, 5, 0, 10, 0.5), new OperationSpeed("linear", "", 10, 3, 100, 3, 0.25));
    String table = new SpeedReport("cpu", new Peaks(400, 20), calls, List.of()).operationTable();
    assertTrue(table.matches("(?s).*30.000 +75.0 % +10 +linear .*10.000 +25.0 % +2 +gelu .*40.000 +one iteration.*"), table);
  }

  @Test
  void reportSurvivesJson() {
    SpeedReport report = report(1, 0.5);
    JsonMapper json = JsonMapper.shared();
    assertEquals(report, json.readValue(json.writeValueAsString(report), SpeedReport.class));
  }
}
