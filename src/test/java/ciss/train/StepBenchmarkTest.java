package ciss.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.nn.MemoryLevel;
import ciss.tensor.PhaseTimer.PhaseTime;
import ciss.tensor.plan.PlanBackend;
import ciss.train.StepBenchmark.FamilyTime;
import ciss.train.StepBenchmark.OperationShare;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepBenchmarkTest {
  /** A backend that computes nothing is enough to check the bookkeeping. */
  @Test
  void familiesAddUpToTheIteration() {
    StepBenchmark benchmark =
        new StepBenchmark(SyntheticTraining.smallSetting(16), MemoryLevel.FUSED, 1, 256, 256);
    try (PlanBackend backend = new PlanBackend()) {
      StepBenchmark.Result result = benchmark.measure(backend, 2);
      double families = result.families().stream().mapToDouble(FamilyTime::seconds).sum();
      assertTrue(result.betweenOperations() > 0);
      assertEquals(
          List.of("start", "source", "teacher", "mixed", "optimizer"),
          result.phases().stream().map(PhaseTime::phase).toList());
      assertTrue(result.phases().stream().allMatch(phase -> phase.seconds() > 0));
      assertEquals(result.profiled(), families + result.betweenOperations(), 1e-9);
      double flops = result.operations().stream().mapToDouble(OperationShare::gigaFlops).sum();
      assertEquals(result.gigaFlops(), flops, 1e-6 * flops);
    }
  }
}
