package ciss.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.nn.MemoryLevel;
import ciss.tensor.ParameterStore;
import ciss.tensor.cpu.CpuBackend;
import ciss.tensor.plan.PlanBackend;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a level changes is memory: an iteration with dropout and stochastic depth gives the same bytes at each. */
class MemoryLevelTest {
  private static final int CROP = 256;
  private static final int BATCH = 2;
  private static final int ITERATIONS = 2;

  private static final TrainerOptions OPTIONS = SyntheticTraining.smallSetting(24);

  /** Everything that an iteration computes for later ones. */
  private static Map<String, Object> resultsAt(MemoryLevel level) {
    try (CpuBackend backend = new CpuBackend(2);
        SyntheticTraining training = new SyntheticTraining(backend, OPTIONS, level, BATCH, CROP, CROP)) {
      Map<String, Object> results = new LinkedHashMap<>();
      for (int i = 0; i < ITERATIONS; i++) {
        results.put("losses " + i, training.run().values());
      }
      for (ParameterStore store :
          List.of(training.trainer().student().store(), training.trainer().teacher().store())) {
        String name = results.containsKey("student") ? "teacher" : "student";
        results.put(name, backend.download(store.values().flat()));
        results.put(name + " statistics", backend.download(store.buffers().flat()));
        results.put(
            name + " batches",
            store.batchCounts().values().stream().map(count -> count[0]).toList());
      }
      results.put("gradients", backend.download(training.trainer().student().store().gradients().flat()));
      return results;
    }
  }

  @Test
  void everyLevelGivesTheSameBytes() {
    Map<String, Object> expected = resultsAt(MemoryLevel.FUSED);
    float[] gradients = (float[]) expected.get("gradients");
    double sum = 0;
    for (float gradient : gradients) {
      sum += Math.abs(gradient);
    }
    assertTrue(sum > 1, "gradients sum up to " + sum);
    for (MemoryLevel level : MemoryLevel.values()) {
      resultsAt(level)
          .forEach(
              (name, value) -> {
                if (value instanceof float[] floats) {
                  assertArrayEquals((float[]) expected.get(name), floats, 0, level + ": " + name);
                } else {
                  assertEquals(expected.get(name), value, level + ": " + name);
                }
              });
    }
  }

  @Test
  void everyLevelTakesLessMemoryThanTheOneBefore() {
    List<Long> peaks = new ArrayList<>();
    for (MemoryLevel level : MemoryLevel.values()) {
      try (PlanBackend plan = new PlanBackend();
          SyntheticTraining training = new SyntheticTraining(plan, OPTIONS, level, BATCH, CROP, CROP)) {
        training.run();
        assertEquals(0, plan.workspace().usedBytes());
        peaks.add(plan.workspace().peakBytes());
      }
    }
    for (int i = 1; i < peaks.size(); i++) {
      assertTrue(peaks.get(i) < peaks.get(i - 1), peaks::toString);
    }
  }
}
