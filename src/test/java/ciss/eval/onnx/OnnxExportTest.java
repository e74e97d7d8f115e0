package ciss.eval.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ciss.data.BytePicture;
import ciss.data.Normalization;
import ciss.error.ConfigException;
import ciss.model.Initialisation;
import ciss.model.Segmentor;
import ciss.model.SegmentorOptions;
import ciss.model.SegmentorOptions.FusionOptions;
import ciss.model.SegmentorOptions.FusionType;
import ciss.model.SegmentorOptions.HeadOptions;
import ciss.model.SegmentorOptions.HeadType;
import ciss.model.SegmentorOptions.HrdaOptions;
import ciss.model.Segmentors;
import ciss.model.SlideInference;
import ciss.tensor.Backend;
import ciss.tensor.Draws;
import ciss.tensor.PictureOps.Placement;
import ciss.tensor.FlatBuffer;
import ciss.tensor.ParameterStore;
import ciss.tensor.RandomStream;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import ciss.tensor.cpu.CpuBackend;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Exported networks in ONNX Runtime against the same networks here. */
class OnnxExportTest {
  private static final Backend BACKEND = new CpuBackend(2);
  private static final int WIDTH = 48;

  /**
   * Roundings that follow each other on the longest way through the network: 12 for each of 8 blocks (B0, B1), 6 for each of
   * 4 stages, 20 for the head and the fusion.
   */
  private static final int ROUNDINGS = 8 * 12 + 4 * 6 + 20;

  @TempDir Path folder;

  @AfterAll
  static void close() {
    BACKEND.close();
  }

  private static HeadOptions head(HeadType type, FusionType fusion, boolean separable) {
    return new HeadOptions(type, WIDTH, WIDTH, 0.1, new FusionOptions(fusion, separable, new int[] {1, 2, 6}, 3));
  }

  private static SegmentorOptions hrda(
      int variant, double scale, int crop, boolean overlap, boolean blur, boolean classwise, double fixed) {
    HrdaOptions hrda =
        new HrdaOptions(scale, crop, crop, 8, false, true, overlap, blur, classwise, WIDTH, fixed, 0.1, 0.2);
    return new SegmentorOptions(variant, 0.1, 5, head(HeadType.DAFORMER, FusionType.ASPP, true), hrda);
  }

  private static SegmentorOptions single(int variant, HeadType type, FusionType fusion, boolean separable) {
    return new SegmentorOptions(variant, 0.1, 7, head(type, fusion, separable), null);
  }

  static Stream<Arguments> networks() {
    double learned = Double.NaN;
    return Stream.of(
        Arguments.of("HRDA, nine detail windows", hrda(0, 0.5, 64, true, false, true, learned), 128, 128),
        Arguments.of("HRDA, windows that do not divide", hrda(0, 0.5, 64, true, false, true, learned), 105, 153),
        Arguments.of("HRDA, windows side by side", hrda(0, 0.5, 64, false, true, false, learned), 128, 192),
        Arguments.of("HRDA, whole detail, fixed attention", hrda(0, 0.5, 0, true, false, true, 0.3), 72, 96),
        Arguments.of("HRDA, B1", hrda(1, 0.5, 64, true, false, true, learned), 128, 96),
        Arguments.of("DAFormer", single(0, HeadType.DAFORMER, FusionType.ASPP, true), 97, 131),
        Arguments.of("DAFormer, full ASPP", single(0, HeadType.DAFORMER, FusionType.ASPP, false), 64, 75),
        Arguments.of("DAFormer, 3x3 fusion", single(0, HeadType.DAFORMER, FusionType.CONV, false), 81, 64),
        Arguments.of("SegFormer", single(0, HeadType.SEGFORMER, FusionType.CONV, false), 65, 123));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void scoresAreThoseOfOurOwnNetwork(String name, SegmentorOptions model, int h, int w) throws OrtException {
    Path file = folder.resolve("model.onnx");
    BytePicture picture = picture(h, w);
    try (ParameterStore store = store(model)) {
      Segmentor segmentor = Segmentors.create(model, BACKEND, store);
      OnnxExport.Options options = new OnnxExport.Options(h, w, false);
      OnnxExport.write(file, model, BACKEND, segmentor, Normalization.IMAGENET, options, Map.of());
      float[] expected = scores(segmentor, picture);
      float[] found = runtimeScores(file, picture, model.classes());
      double largest = 0;
      for (float value : expected) {
        largest = Math.max(largest, Math.abs(value));
      }
      double bound = ROUNDINGS * 0x1p-24 * largest;
      double worst = 0;
      for (int i = 0; i < expected.length; i++) {
        int pixel = i / model.classes();
        worst = Math.max(worst, Math.abs(expected[i] - found[i % model.classes() * h * w + pixel]));
      }
      assertTrue(worst <= bound, name + ": scores differ by " + worst + ", allowed are " + bound);
    }
  }

  @Test
  void labelsAreTheFirstHighestScore() throws OrtException {
    SegmentorOptions model = single(0, HeadType.SEGFORMER, FusionType.CONV, false);
    BytePicture picture = picture(64, 96);
    Path scoreFile = folder.resolve("scores.onnx");
    Path labelFile = folder.resolve("labels.onnx");
    try (ParameterStore store = store(model)) {
      Segmentor segmentor = Segmentors.create(model, BACKEND, store);
      for (Path file : new Path[] {scoreFile, labelFile}) {
        OnnxExport.Options options = new OnnxExport.Options(64, 96, file == labelFile);
        OnnxExport.write(file, model, BACKEND, segmentor, Normalization.IMAGENET, options, Map.of("classes", "seven"));
      }
    }
    float[] scores = runtimeScores(scoreFile, picture, model.classes());
    byte[] expected = new byte[64 * 96];
    for (int p = 0; p < expected.length; p++) {
      for (int c = 1; c < model.classes(); c++) {
        if (scores[c * expected.length + p] > scores[expected[p] * expected.length + p]) {
          expected[p] = (byte) c;
        }
      }
    }
    OrtEnvironment runtime = OrtEnvironment.getEnvironment();
    try (OrtSession session = runtime.createSession(labelFile.toString(), new OrtSession.SessionOptions());
        OnnxTensor image = image(runtime, picture);
        OrtSession.Result result = session.run(Map.of(OnnxExport.IMAGE, image))) {
      byte[][][] labels = (byte[][][]) result.get(OnnxExport.LABELS).orElseThrow().getValue();
      byte[] found = new byte[64 * 96];
      for (int y = 0; y < 64; y++) {
        System.arraycopy(labels[0][y], 0, found, y * 96, 96);
      }
      assertArrayEquals(expected, found);
      assertEquals("seven", session.getMetadata().getCustomMetadata().get("classes"));
    }
  }

  @Test
  void sizesThatTheNetworkCannotTakeAreRefused() {
    SegmentorOptions model = hrda(0, 0.5, 64, true, false, true, Double.NaN);
    try (ParameterStore store = store(model)) {
      Segmentor segmentor = Segmentors.create(model, BACKEND, store);
      OnnxExport.Options options = new OnnxExport.Options(130, 128, false);
      ConfigException error =
          assertThrows(
              ConfigException.class,
              () ->
                  OnnxExport.write(
                      folder.resolve("no.onnx"), model, BACKEND, segmentor, Normalization.IMAGENET, options, Map.of()));
      assertTrue(error.getMessage().contains("130x128"), error.getMessage());
    }
  }

  /** Values far from those of a new network: every bias, norm and running statistic matters. */
  private static ParameterStore store(SegmentorOptions model) {
    ParameterStore store = Initialisation.create(BACKEND, Segmentors.tables(model), false, new Draws(3), 0);
    change(store.values(), 1, 0.05);
    change(store.buffers(), 2, 0.3);
    return store;
  }

  private static void change(FlatBuffer buffer, int index, double spread) {
    RandomStream stream = new Draws(4).stream(Draws.Purpose.INITIALISATION, index, 0);
    float[] values = BACKEND.download(buffer.flat());
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (1.5 * values[i] + spread * stream.uniform(-1, 1));
    }
    BACKEND.upload(values, buffer.flat());
  }

  private static BytePicture picture(int h, int w) {
    RandomStream stream = new Draws(5).stream(Draws.Purpose.SCENE, h, w);
    byte[] bgr = new byte[3 * h * w];
    for (int i = 0; i < bgr.length; i++) {
      bgr[i] = (byte) (128 + 90 * Math.sin(i % (3 * w) * 0.03 + i % 3) + stream.nextInt(37));
    }
    return new BytePicture(h, w, bgr);
  }

  private static float[] scores(Segmentor segmentor, BytePicture picture) {
    try (Workspace.Frame frame = BACKEND.workspace().frame()) {
      Tensor image = frame.take(1, picture.height(), picture.width(), 3);
      Tensor scores = frame.take(1, picture.height(), picture.width(), segmentor.classes());
      Placement place = Placement.whole(picture.height(), picture.width(), false);
      Tensor decoded = picture.onDevice(BACKEND, frame);
      BACKEND.normalizePicture(decoded, place, Normalization.IMAGENET.scale(), 0, image.at(0));
      new SlideInference(BACKEND, segmentor, SlideInference.Options.WHOLE).logits(image, scores);
      return BACKEND.download(scores);
    }
  }

  /** Scores {@code [classes][h][w]} of the file. */
  private static float[] runtimeScores(Path file, BytePicture picture, int classes) throws OrtException {
    OrtEnvironment runtime = OrtEnvironment.getEnvironment();
    try (OrtSession session = runtime.createSession(file.toString(), new OrtSession.SessionOptions());
        OnnxTensor image = image(runtime, picture);
        OrtSession.Result result = session.run(Map.of(OnnxExport.IMAGE, image))) {
      OnnxTensor scores = (OnnxTensor) result.get(OnnxExport.SCORES).orElseThrow();
      assertArrayEquals(new long[] {1, classes, picture.height(), picture.width()}, scores.getInfo().getShape());
      float[] values = new float[classes * picture.height() * picture.width()];
      scores.getFloatBuffer().get(values);
      return values;
    }
  }

  private static OnnxTensor image(OrtEnvironment runtime, BytePicture picture) throws OrtException {
    byte[] rgb = new byte[3 * picture.height() * picture.width()];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = picture.bgr()[i - i % 3 + 2 - i % 3];
    }
    long[] shape = {1, picture.height(), picture.width(), 3};
    return OnnxTensor.createTensor(runtime, ByteBuffer.wrap(rgb), shape, ai.onnxruntime.OnnxJavaType.UINT8);
  }
}
