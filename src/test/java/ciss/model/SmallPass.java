package ciss.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
import java.util.ArrayList;
import java.util.List;

/** Forward and backward of a small network, for comparisons of precisions. */
public final class SmallPass {
  /**
   * Distance of maps and scores in bf16 from those in float32. Each of the eight blocks rounds the sum twice, and in each of
   * its branches some four maps and the weights of their products; with the head these are about a hundred roundings that do
   * not know of each other. One is at most a {@link BFloat16#UNIT_ROUNDOFF}, in root mean square 0.42 of it, and norms keep
   * the share of the errors before them: {@code 0.42 sqrt(100) = 4.2} if none counted less than the others.
   */
  public static final double VALUES = 6 * BFloat16.UNIT_ROUNDOFF;

  /**
   * Behind a ReLU a gradient differs as a whole where a normalised value changes its sign. Values with an error of {@link
   * #VALUES} standard deviations do so for a share of {@code 2 phi(0) VALUES = 0.0187} of them, and one in front of the other
   * there are a depthwise, a pointwise and the bottleneck's: {@code sqrt(3 * 0.0187)}.
   */
  public static final double BEHIND_RELUS = 0.24;

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

  private SmallPass() {}

  /** Everything a loss reads of a pass, then the gradient of all parameters; all of it must be float32. */
  public static List<float[]> run(Backend backend, boolean decoderFeatures) {
    try (ParameterStore store = Initialisation.create(backend, Segmentors.tables(HRDA), true, new Draws(3), 0);
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

  /** Root mean square of the difference, as a share of that of {@code a}. */
  public static double distance(float[] a, float[] b) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < a.length; i++) {
      difference += Math.pow(a[i] - b[i], 2);
      norm += Math.pow(a[i], 2);
    }
    return Math.sqrt(difference / norm);
  }
}
