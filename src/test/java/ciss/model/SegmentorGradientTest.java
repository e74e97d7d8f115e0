package ciss.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.error.ShapeException;
import ciss.model.SegmentorOptions.FusionOptions;
import ciss.model.SegmentorOptions.FusionType;
import ciss.model.SegmentorOptions.HeadOptions;
import ciss.model.SegmentorOptions.HeadType;
import ciss.model.SegmentorOptions.HrdaOptions;
import ciss.tensor.Backend;
import ciss.tensor.Box;
import ciss.tensor.Draws;
import ciss.tensor.ParameterStore;
import ciss.tensor.RandomStream;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import ciss.tensor.reference.ReferenceBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole training passes in the variants that the reference cases do not show: derivatives, and what saving changes. */
class SegmentorGradientTest {
  private static final int N = 2;
  private static final int SIZE = 64;
  private static final int WIDTH = 8;
  private static final Backend BACKEND = new ReferenceBackend(96L << 20);

  private static final PassDraws DRAWS = new Drops();

  /** Drops a few branches and channels; the detail crop is the second possible one. */
  static final class Drops implements PassDraws {
    @Override
    public Box cropBox(int height, int width, int choicesY, int choicesX, int multiple) {
      int y = Math.min(1, choicesY - 1) * multiple;
      int x = Math.min(1, choicesX - 1) * multiple;
      return new Box(y, y + height, x, x + width);
    }

    @Override
    public boolean keepBranch(EncoderRun run, int block, int branch, int sample, double dropProbability) {
      return (block + branch + sample) % 5 != 3;
    }

    @Override
    public boolean keepChannel(HeadRun run, int sample, int channel, double dropProbability) {
      return (sample + channel + run.ordinal()) % 7 != 2;
    }
  }

  @AfterAll
  static void close() {
    BACKEND.close();
  }

  private static HeadOptions head(HeadType type, FusionType fusion, boolean separable, int kernel) {
    return new HeadOptions(type, WIDTH, WIDTH, 0.1, new FusionOptions(fusion, separable, new int[] {1, 2, 6}, kernel));
  }

  private static SegmentorOptions hrda(
      boolean separable, int classes, double scale, int crop, boolean blur, boolean classwise, double fixed) {
    HrdaOptions hrda =
        new HrdaOptions(scale, crop, crop, 8, false, true, true, blur, classwise, WIDTH, fixed, 0.1, 0.2);
    return new SegmentorOptions(0, 0.1, classes, head(HeadType.DAFORMER, FusionType.ASPP, separable, 1), hrda);
  }

  private static SegmentorOptions single(HeadType type, FusionType fusion, int kernel, int classes) {
    return new SegmentorOptions(0, 0.1, classes, head(type, fusion, true, kernel), null);
  }

  static Stream<Named<SegmentorOptions>> networks() {
    double learned = Double.NaN;
    return Stream.of(
        Named.of("crop, class-wise attention", hrda(true, 5, 0.5, 32, false, true, learned)),
        Named.of("one attention map, blurred detail", hrda(true, 3, 0.5, 32, true, false, learned)),
        Named.of("fixed attention, no crop", hrda(true, 3, 0.5, 0, false, true, 0.3)),
        Named.of("full ASPP, crop of the whole image", hrda(false, 4, 0.5, SIZE, false, true, learned)),
        Named.of("scale 0.75, crop", hrda(true, 4, 0.75, 48, false, true, learned)),
        Named.of("scale 0.75, no crop", hrda(true, 4, 0.75, 0, false, false, learned)),
        Named.of("single scale, 3x3 fusion, one class", single(HeadType.DAFORMER, FusionType.CONV, 3, 1)),
        Named.of("single scale, ASPP, 255 classes", single(HeadType.DAFORMER, FusionType.ASPP, 1, 255)),
        Named.of("SegFormer", single(HeadType.SEGFORMER, FusionType.CONV, 1, 3)));
  }

  private static ParameterStore store(SegmentorOptions options) {
    ParameterStore store = Initialisation.create(BACKEND, Segmentors.tables(options), true, new Draws(3), 0);
    RandomStream stream = new Draws(4).stream(Draws.Purpose.INITIALISATION, 1, 0);
    float[] values = BACKEND.download(store.values().flat());
    for (int i = 0; i < values.length; i++) {
      // Not the published initialisation alone: biases and norms must matter, and branches must not be negligible.
      values[i] = (float) (1.5 * values[i] + 0.05 * stream.nextGaussian());
    }
    BACKEND.upload(values, store.values().flat());
    return store;
  }

  private static Tensor image() {
    Tensor image = BACKEND.workspace().keep(N, SIZE, SIZE, 3);
    BACKEND.upload(normal(image, 5), image);
    return image;
  }

  private static float[] normal(Tensor like, int index) {
    RandomStream stream = new Draws(6).stream(Draws.Purpose.SCENE, 0, index);
    float[] values = new float[Math.toIntExact(like.elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) stream.nextGaussian();
    }
    return values;
  }

  /** An output of a pass and where its gradient goes. */
  private record Output(Tensor value, Tensor gradient) {}

  private static List<Output> outputs(TrainingPass pass) {
    List<Output> outputs = new ArrayList<>();
    outputs.add(new Output(pass.logits(), pass.dLogits()));
    for (int level = 0; level < pass.levels(); level++) {
      for (int i = 0; i < pass.maps(level); i++) {
        outputs.add(new Output(pass.feature(level, i), pass.dFeature(level, i)));
      }
    }
    return outputs;
  }

  /** Sum of all outputs times fixed random weights; with gradients: backward of it. */
  private static double loss(Segmentor segmentor, boolean backward, Tensor dImage, Tensor image) {
    TrainingPass pass = segmentor.forwardTraining(image, DRAWS, Saving.EVERYTHING);
    double loss = 0;
    int index = 100;
    for (Output output : outputs(pass)) {
      float[] weights = normal(output.value, index++);
      float[] values = BACKEND.download(output.value);
      double scale = 1 / Math.sqrt(values.length);
      for (int i = 0; i < values.length; i++) {
        weights[i] *= (float) scale;
        loss += (double) weights[i] * values[i];
      }
      BACKEND.upload(weights, output.gradient);
    }
    if (backward) {
      pass.backward(dImage);
    }
    return loss;
  }

  @ParameterizedTest
  @MethodSource("networks")
  void gradientIsTheDerivative(SegmentorOptions options) {
    try (ParameterStore store = store(options);
        Workspace.Region region = BACKEND.workspace().region()) {
      Segmentor segmentor = Segmentors.create(options, BACKEND, store);
      Tensor image = image();
      Tensor dImage = BACKEND.workspace().keep(N, SIZE, SIZE, 3);
      try (Workspace.Region pass = BACKEND.workspace().region()) {
        loss(segmentor, true, dImage, image);
      }
      assertDerivative(segmentor, image, store.values().flat(), BACKEND.download(store.gradients().flat()), "parameters");
      assertDerivative(segmentor, image, image, BACKEND.download(dImage), "image");
    }
  }

  /** Moves {@code variable} along its gradient, where the derivative is largest against rounding. */
  private static void assertDerivative(
      Segmentor segmentor, Tensor image, Tensor variable, float[] gradient, String what) {
    double norm = 0;
    for (float g : gradient) {
      norm += (double) g * g;
    }
    norm = Math.sqrt(norm);
    assertTrue(norm > 1e-3, what + ": gradient " + norm);
    double step = 2e-4;
    float[] values = BACKEND.download(variable);
    double[] losses = new double[2];
    for (int side = 0; side < 2; side++) {
      float[] moved = values.clone();
      for (int i = 0; i < moved.length; i++) {
        moved[i] += (float) ((2 * side - 1) * step * gradient[i] / norm);
      }
      BACKEND.upload(moved, variable);
      try (Workspace.Region pass = BACKEND.workspace().region()) {
        losses[side] = loss(segmentor, false, Tensor.ABSENT, image);
      }
    }
    BACKEND.upload(values, variable);
    assertEquals(norm, (losses[1] - losses[0]) / (2 * step), 0.02 * norm, what);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void runningStatisticsDoNotDependOnWhatIsSaved(SegmentorOptions options) {
    List<float[]> statistics = new ArrayList<>();
    for (Saving saving : Saving.values()) {
      try (ParameterStore store = store(options);
          Workspace.Region region = BACKEND.workspace().region()) {
        Segmentors.create(options, BACKEND, store).forwardTraining(image(), DRAWS, saving);
        statistics.add(BACKEND.download(store.buffers().flat()));
      }
    }
    for (float[] values : statistics) {
      assertArrayEquals(statistics.getFirst(), values);
    }
  }

  @Test
  void shallowCotangentsGiveTheSameGradientsWithLessSaved() {
    SegmentorOptions options = hrda(true, 5, 0.5, 32, false, true, Double.NaN);
    List<float[]> gradients = new ArrayList<>();
    for (Saving saving : List.of(Saving.EVERYTHING, Saving.CONTEXT_ENCODER, Saving.CONTEXT_STAGES_1_2)) {
      try (ParameterStore store = store(options);
          Workspace.Region region = BACKEND.workspace().region()) {
        TrainingPass pass = Segmentors.create(options, BACKEND, store).forwardTraining(image(), DRAWS, saving);
        for (int i = 0; i < 2; i++) {
          BACKEND.upload(normal(pass.feature(0, i), i), pass.dFeature(0, i));
        }
        pass.backward();
        gradients.add(BACKEND.download(store.gradients().flat()));
      }
    }
    assertArrayEquals(gradients.get(0), gradients.get(1));
    assertArrayEquals(gradients.get(0), gradients.get(2));
  }

  @Test
  void passWithoutCotangentsGivesNoGradient() {
    SegmentorOptions options = hrda(true, 3, 0.5, 32, false, true, Double.NaN);
    try (ParameterStore store = store(options);
        Workspace.Region region = BACKEND.workspace().region()) {
      Tensor image = image();
      Tensor dImage = BACKEND.workspace().keep(N, SIZE, SIZE, 3);
      TrainingPass pass =
          Segmentors.create(options, BACKEND, store).forwardTraining(image, DRAWS, Saving.EVERYTHING);
      pass.backward(dImage);
      assertArrayEquals(new float[N * SIZE * SIZE * 3], BACKEND.download(dImage));
      for (float g : BACKEND.download(store.gradients().flat())) {
        assertEquals(0, g);
      }
    }
  }

  @Test
  void detailCropThatFitsNeitherScaleNamesTheSizes() {
    SegmentorOptions options = hrda(true, 3, 0.5, 48, false, true, Double.NaN);
    try (ParameterStore store = store(options);
        Workspace.Region region = BACKEND.workspace().region()) {
      Segmentor segmentor = Segmentors.create(options, BACKEND, store);
      Tensor image = image();
      ShapeException error =
          assertThrows(ShapeException.class, () -> segmentor.forwardTraining(image, DRAWS, Saving.EVERYTHING));
      assertTrue(error.getMessage().contains("the detail scores are 12x12, the fused scores 16x16"), error.getMessage());
    }
  }
}
