package ciss.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.tensor.plan.PlanBackend;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NetworkBenchmarkTest {
  /** Counted by hand from the layer shapes; a backward is twice the forward, a prediction has ten encodings. */
  private static final Map<String, Double> GIGA_FLOPS =
      Map.of(
          "encoder b0, crop 256", 1.21,
          "encoder b0, crop 512", 6.41,
          "encoder b0, crop 256, forward and backward", 3 * 1.21,
          "encoder b5, crop 256", 30.9,
          "encoder b5, crop 256, forward and backward", 3 * 30.9,
          "segmentor b0, 64 channels, crop 256: 1 context and 9 detail windows", 7.45,
          "segmentor b0, 256 channels, crop 256: 1 context and 9 detail windows", 74.0);

  /** A backend that computes nothing is enough to see that every row runs and what it counts. */
  @Test
  void workIsWhatTheLayerShapesSay() {
    try (PlanBackend plan = new PlanBackend()) {
      List<NetworkBenchmark.Timing> timings = new NetworkBenchmark(plan).measure(0);
      for (NetworkBenchmark.Timing timing : timings) {
        Double expected = GIGA_FLOPS.get(timing.name());
        if (expected != null) {
          assertEquals(expected, timing.gigaFlops(), 0.03 * expected, timing.name());
        }
        assertTrue(timing.best() <= timing.median(), timing.name());
      }
      long known = timings.stream().filter(timing -> GIGA_FLOPS.containsKey(timing.name())).count();
      assertEquals(GIGA_FLOPS.size(), known);
      assertEquals(0, plan.allocatedBytes());
      assertEquals(0, plan.workspace().usedBytes());
    }
  }
}
