package ciss.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.model.SegmentorOptions.FusionOptions;
import ciss.model.SegmentorOptions.FusionType;
import ciss.model.SegmentorOptions.HeadOptions;
import ciss.model.SegmentorOptions.HeadType;
import ciss.model.SegmentorOptions.HrdaOptions;
import ciss.tensor.BFloat16;
import ciss.tensor.Backend;
import ciss.tensor.DType;
import ciss.tensor.Draws;
import ciss.tensor.ParameterStore;
import ciss.tensor.RandomStream;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import ciss.tensor.reference.ReferenceBackend;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A network whose activations are bf16 beside the same one in float32; the arithmetic of both is double. */
class ActivationsTest {
  private static final int SIZE = 64;
  private static final HeadOptions HEAD =
      new HeadOptions(HeadType.DAFORMER, 8, 8, 0.1, new FusionOptions(FusionType.ASPP, true, new int[] {1, 2, 6}, 1));
  private static final SegmentorOptions HRDA =
      new SegmentorOptions(
          0,
          0.1,
          5,
          HEAD,
          new HrdaOptions(0.5, 32, 32, 8, false, true, true, false, true, 8, Double.NaN, 0.1, 0.2));

  /** Everything a loss reads of a pass, then the gradient of all parameters. */
  private static List<float[]> run(DType activations, boolean decoderFeatures) {
    try (Backend backend = new ReferenceBackend(96L << 20, activations);
        ParameterStore store = Initialisation.create(backend, Segmentors.tables(HRDA), true, new Draws(3), 0);
        Workspace.Region region = backend.workspace().region()) {
      Segmentor segmentor = Segmentors.create(HRDA, backend, store);
      Tensor image = backend.workspace().keep(2, SIZE, SIZE, 3);
      backend.upload(normal(image, 0), image);
      TrainingPass pass = segmentor.forwardTraining(image, new SegmentorGradientTest.Drops(), Saving.EVERYTHING);
      List<float[]> results = new ArrayList<>();
      read(backend, pass.logits(), pass.dLogits(), results);
      for (int level = 0; level < (decoderFeatures ? pass.levels() : 1); level++) {
        for (int i = 0; i < pass.maps(level); i++) {
          read(backend, pass.feature(level, i), pass.dFeature(level, i), results);
        }
      }
      pass.backward();
      results.add(backend.download(store.gradients().flat()));
      return results;
    }
  }

  private static void read(Backend backend, Tensor value, Tensor gradient, List<float[]> results) {
    assertEquals(DType.F32, value.dtype());
    assertEquals(DType.F32, gradient.dtype());
    results.add(backend.download(value));
    backend.upload(normal(gradient, results.size()), gradient);
  }

  private static float[] normal(Tensor like, int index) {
    RandomStream stream = new Draws(6).stream(Draws.Purpose.SCENE, 0, index);
    float[] values = new float[Math.toIntExact(like.elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) stream.nextGaussian();
    }
    return values;
  }

  private static double distance(float[] a, float[] b) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < a.length; i++) {
      difference += Math.pow(a[i] - b[i], 2);
      norm += Math.pow(a[i], 2);
    }
    return Math.sqrt(difference / norm);
  }

  /**
   * A map is the result of some twenty roundings one after another that do not know of each other, each of at most {@link
   * BFloat16#UNIT_ROUNDOFF} and of less than half of that in root mean square, and norms keep the share of their error:
   * {@code sqrt(20) / 2 = 2.2} units, and with the factors of branches and weights less than 4.
   */
  private static final double VALUES = 4 * BFloat16.UNIT_ROUNDOFF;

  /**
   * Behind a ReLU a gradient differs as a whole where a normalised value changes its sign. Values with an error of {@link
   * #VALUES} standard deviations do so for a share of {@code 2 phi(0) VALUES = 0.0125} of them, and one in front of the other
   * there are a depthwise, a pointwise and the bottleneck's: {@code sqrt(3 * 0.0125)}.
   */
  private static final double BEHIND_RELUS = 0.2;

  @Test
  void lossesReadFloatsNearThoseOfTheFloatNetwork() {
    List<float[]> exact = run(DType.F32, true);
    List<float[]> rounded = run(DType.BF16, true);
    for (int i = 0; i < exact.size(); i++) {
      boolean gradient = i == exact.size() - 1;
      double distance = distance(exact.get(i), rounded.get(i));
      assertTrue(distance < (gradient ? BEHIND_RELUS : VALUES) && distance > 0, i + ": " + distance);
    }
  }

  /** Cotangents of the stages' maps weigh far more than those of the scores, and behind them there is no ReLU. */
  @Test
  void gradientsOfTheEncoderAreNearThoseOfTheFloatNetwork() {
    double distance = distance(run(DType.F32, false).getLast(), run(DType.BF16, false).getLast());
    assertTrue(distance < VALUES && distance > 0, () -> "" + distance);
  }
}
