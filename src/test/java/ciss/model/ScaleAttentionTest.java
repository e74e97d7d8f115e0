package ciss.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.model.SegmentorOptions.FusionOptions;
import ciss.model.SegmentorOptions.FusionType;
import ciss.model.SegmentorOptions.HeadOptions;
import ciss.model.SegmentorOptions.HeadType;
import ciss.model.SegmentorOptions.HrdaOptions;
import ciss.tensor.Axis;
import ciss.tensor.Backend;
import ciss.tensor.Draws;
import ciss.tensor.FusionOps.FusionDims;
import ciss.tensor.ParameterStore;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import ciss.tensor.cpu.CpuBackend;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ScaleAttentionTest {
  private static final Backend BACKEND = new CpuBackend(1);

  @AfterAll
  static void close() {
    BACKEND.close();
  }

  private static float[] map(float[] attention, int channels, float[] fused, int classes) {
    try (Workspace.Frame frame = BACKEND.workspace().frame()) {
      Tensor a = frame.take(1, 1, 1, channels);
      Tensor f = frame.take(1, 2, 2, classes);
      Tensor map = frame.take(1, 2, 2, 1);
      BACKEND.upload(attention, a);
      BACKEND.upload(fused, f);
      Axis axis = Axis.byFactor(1, 2);
      ScaleAttention.map(BACKEND, new FusionDims(1, classes, channels, 0, null, null, axis, axis), a, f, map);
      return BACKEND.download(map);
    }
  }

  @Test
  void theAttentionOfAClassCountsWithItsProbability() {
    float third = (float) Math.log(3);
    float[] found = map(new float[] {0.2f, 0.6f}, 2, new float[] {0, 0, 100, 0, 0, 100, third, 0}, 2);
    assertEquals(0.4, found[0], 1e-6);
    assertEquals(0.2, found[1], 1e-6);
    assertEquals(0.6, found[2], 1e-6);
    assertEquals(0.75 * 0.2 + 0.25 * 0.6, found[3], 1e-6);
  }

  @Test
  void oneChannelServesAllClasses() {
    float[] found = map(new float[] {0.35f}, 1, new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 2);
    assertEquals(0.35, found[0], 1e-6);
    assertEquals(0.35, found[3], 1e-6);
  }

  private static SegmentorOptions options(HrdaOptions hrda) {
    FusionOptions fusion = new FusionOptions(FusionType.ASPP, true, new int[] {1, 6}, 1);
    return new SegmentorOptions(0, 0.1, 5, new HeadOptions(HeadType.DAFORMER, 8, 8, 0.1, fusion), hrda);
  }

  @Test
  void aNetworkShowsItsAttentionThroughSlidingWindows() {
    HrdaOptions fixed = new HrdaOptions(0.5, 32, 32, 8, false, true, true, false, true, 8, 0.3, 0.1, 0);
    SegmentorOptions options = options(fixed);
    try (ParameterStore store =
            Initialisation.create(BACKEND, Segmentors.tables(options), false, new Draws(1), 0);
        Workspace.Frame frame = BACKEND.workspace().frame()) {
      WindowScores shown = Segmentors.create(options, BACKEND, store).attentionMap();
      Tensor image = frame.take(1, 64, 96, 3);
      BACKEND.fill(image, 0.5f);
      Tensor map = frame.take(1, 64, 96, shown.classes());
      new SlideInference(BACKEND, shown, new SlideInference.Options(64, 64, 32, 32, true)).logits(image, map);
      float[] values = BACKEND.download(map);
      assertEquals(64 * 96, values.length);
      for (float value : values) {
        assertTrue(Math.abs(value - 0.3f) < 1e-6, "the fixed attention everywhere, found " + value);
      }
    }
  }

  @Test
  void aNetworkOfOneScaleHasNoAttention() {
    SegmentorOptions options = options(null);
    try (ParameterStore store =
        Initialisation.create(BACKEND, Segmentors.tables(options), false, new Draws(1), 0)) {
      assertNull(Segmentors.create(options, BACKEND, store).attentionMap());
    }
  }
}
