package ciss.verify;

import ciss.model.Saving;
import ciss.model.Segmentor;
import ciss.model.SegmentorOptions;
import ciss.model.Segmentors;
import ciss.model.SlideInference;
import ciss.model.SlideInference.Flip;
import ciss.model.TrainingPass;
import ciss.tensor.Backend;
import ciss.tensor.DType;
import ciss.tensor.ParameterStore;
import ciss.tensor.Shape;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import ciss.train.LossLog;
import ciss.train.SegmentationLoss;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Kind {@code segmentor}: a network of one or two scales, in prediction or in one supervised training pass. */
public final class SegmentorKind implements CaseKind {
  private final Backend backend;
  private final Layout layout;

  public SegmentorKind(Backend backend) {
    this.backend = backend;
    this.layout = new Layout(backend);
  }

  @Override
  public String kind() {
    return "segmentor";
  }

  @Override
  public double boundFactor() {
    return Bound.factor(backend.precision());
  }

  @Override
  public void run(GoldenCase golden, Comparison out) {
    SegmentorOptions options = GoldenOptions.segmentor(golden.options());
    boolean train = golden.options().get("mode").asString().equals("train");
    try (ParameterStore store =
            GoldenNetwork.load(backend, Segmentors.tables(options), train, golden::parameter);
        Workspace.Region region = backend.workspace().region()) {
      Segmentor segmentor = Segmentors.create(options, backend, store);
      if (train) {
        train(golden, segmentor, out);
      } else {
        predict(golden, segmentor, out);
      }
    }
  }

  private void predict(GoldenCase golden, Segmentor segmentor, Comparison out) {
    SlideInference inference = new SlideInference(backend, segmentor, test(golden.options().path("test")));
    Tensor image = layout.map(golden, "in.img");
    int n = image.size(0);
    int h = image.size(1);
    int w = image.size(2);
    JsonNode original = golden.options().path("ori_shape");
    int height = original.isArray() ? original.get(0).asInt() : h;
    int width = original.isArray() ? original.get(1).asInt() : w;
    Tensor logits = backend.workspace().keep(n, h, w, segmentor.classes());
    Tensor probabilities = backend.workspace().keep(n, height, width, segmentor.classes());
    backend.fill(probabilities, 0);
    inference.logits(image, logits);
    inference.addScores(logits, Flip.NONE, probabilities);
    int views = 1;
    Flip flip = flip(golden.options().path("flip_test"));
    if (flip != Flip.NONE) {
      Tensor mirrored = backend.workspace().keep(n, h, w, image.size(3));
      backend.flip(image, flip == Flip.HORIZONTAL, mirrored);
      inference.addView(mirrored, flip, probabilities);
      views = 2;
    }
    Tensor prediction = backend.workspace().keep(DType.U8, Shape.of(n, height, width));
    backend.argmax(probabilities, prediction);
    out.tensor("out.logits", layout.nchw(logits));
    float[] sums = layout.nchw(probabilities);
    int divisor = views;
    out.tensor("out.prob", sums.length, i -> sums[(int) i] / divisor);
    out.bytes("out.pred", backend.downloadBytes(prediction));
  }

  private static SlideInference.Options test(JsonNode test) {
    if (!test.path("mode").asString("whole").equals("slide")) {
      return SlideInference.Options.WHOLE;
    }
    int[] window = GoldenCase.ints(test.get("crop_size"));
    int[] stride = GoldenCase.ints(test.get("stride"));
    boolean batched = test.path("batched_slide").asBoolean(false);
    return new SlideInference.Options(window[0], window[1], stride[0], stride[1], batched);
  }

  private static Flip flip(JsonNode flip) {
    return switch (flip.asString("")) {
      case "horizontal" -> Flip.HORIZONTAL;
      case "vertical" -> Flip.VERTICAL;
      default -> Flip.NONE;
    };
  }

  private void train(GoldenCase golden, Segmentor segmentor, Comparison out) {
    ParameterStore store = segmentor.store();
    Tensor image = layout.map(golden, "in.img");
    Tensor label = layout.label(golden, "in.gt");
    Tensor weight = layout.weight(golden, "in.weight");
    GoldenPassDraws draws = new GoldenPassDraws(golden, "draw.p0.", golden.draws().path("crop_box"));
    TrainingPass pass = segmentor.forwardTraining(image, draws, Saving.EVERYTHING);
    try (LossLog log = new LossLog(backend)) {
      log.clear();
      new SegmentationLoss(backend, segmentor, log, 1).apply(pass, label, weight, "decode.", 1);
      compareLog(log.read().values(), out);
    }
    for (int level = 0; level < pass.levels(); level++) {
      for (int i = 0; i < pass.maps(level); i++) {
        String name = "out.feature." + level + "." + i;
        if (golden.resultNames().contains(name)) {
          out.tensor(name, layout.nchw(pass.feature(level, i)));
        }
      }
    }
    Tensor dImage = backend.workspace().keep(DType.F32, image.shape());
    pass.backward(dImage);
    out.tensor("grad.img", layout.nchw(dImage));
    GoldenNetwork.compareGradients(
        backend, store, name -> "grad." + name, segmentor.parametersWithoutGradient(), out);
    GoldenNetwork.compareBuffers(backend, store, name -> "out.buffer." + name, out);
  }

  /** Every logged value, and their sum over the names that contain "loss". */
  private static void compareLog(Map<String, Double> values, Comparison out) {
    double total = 0;
    for (Map.Entry<String, Double> value : values.entrySet()) {
      total += value.getKey().contains("loss") ? value.getValue() : 0;
      out.tensor("out.log." + value.getKey(), new double[] {value.getValue()});
    }
    out.tensor("out.log.loss", new double[] {total});
  }
}
