package ciss.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ciss.nn.MemoryLevel;
import ciss.tensor.OperationFamily;
import ciss.tensor.OperationWork;
import ciss.tensor.plan.PlanBackend;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SyntheticTrainingTest {
  private static final int CROP = 256;

  private static SyntheticTraining small(PlanBackend plan, int channels) {
    return new SyntheticTraining(
        plan, SyntheticTraining.smallSetting(channels), MemoryLevel.FUSED, 2, CROP, CROP);
  }

  /**
   * Counted by hand from the layer shapes (benchmarks/README.md): student 9.14 + 1.67, frozen encoder 1.11, teacher 14.9,
   * mixes 9.89, forwards for batch statistics only 5.29.
   */
  @Test
  void workOfAnIterationIsWhatTheLayerShapesSay() {
    assertFamilies(64, 20.9, 19.3, 1.3, 42.0);
    assertFamilies(256, 137, 255, 3.5, 396);
  }

  private static void assertFamilies(
      int channels, double linear, double convolution, double depthwise, double total) {
    try (PlanBackend plan = new PlanBackend();
        SyntheticTraining training = small(plan, channels)) {
      training.run();
      Map<OperationFamily, Double> giga = new EnumMap<>(OperationFamily.class);
      for (OperationWork work : plan.work()) {
        giga.merge(OperationFamily.of(work.operation()), work.flops() / 1e9, Double::sum);
      }
      assertEquals(linear, giga.get(OperationFamily.LINEAR), 0.01 * linear);
      assertEquals(convolution, giga.get(OperationFamily.CONVOLUTION), 0.01 * convolution);
      assertEquals(depthwise, giga.get(OperationFamily.DEPTHWISE), 0.01 * depthwise);
      assertEquals(total, plan.flops() / 1e9, 0.01 * total);
    }
  }

  @Test
  void nothingIsAllocatedAfterTheFirstIteration() {
    try (PlanBackend plan = new PlanBackend();
        SyntheticTraining training = small(plan, 64)) {
      training.run();
      long allocations = plan.allocations();
      long peak = plan.workspace().peakBytes();
      assertEquals(0, plan.workspace().usedBytes());
      for (int i = 0; i < 3; i++) {
        training.run();
      }
      assertEquals(allocations, plan.allocations());
      assertEquals(peak, plan.workspace().peakBytes());
      assertEquals(0, plan.workspace().usedBytes());
    }
  }

  @Test
  void everythingIsClosed() {
    try (PlanBackend plan = new PlanBackend()) {
      small(plan, 64).close();
      assertEquals(0, plan.allocatedBytes());
    }
  }
}
