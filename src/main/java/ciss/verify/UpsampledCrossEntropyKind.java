package ciss.verify;

import ciss.tensor.Axis;
import ciss.tensor.Backend;
import ciss.tensor.Box;
import ciss.tensor.DType;
import ciss.tensor.LossOps.CrossEntropyDims;
import ciss.tensor.Shape;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import tools.jackson.databind.JsonNode;

/** Kind {@code upsampled_ce}: cross entropy of resized scores, of one map or of the three of an HRDA head. */
public final class UpsampledCrossEntropyKind implements CaseKind {
  private static final int IGNORE = 255;
  private final Backend backend;
  private final Layout layout;

  public UpsampledCrossEntropyKind(Backend backend) {
    this.backend = backend;
    this.layout = new Layout(backend);
  }

  @Override
  public String kind() {
    return "upsampled_ce";
  }

  @Override
  public void run(GoldenCase golden, Comparison out) {
    JsonNode options = golden.options();
    try (Workspace.Region region = backend.workspace().region()) {
      Tensor label = layout.label(golden, "in.label");
      Tensor weight = layout.weight(golden, "in.weight");
      Box whole = new Box(0, label.size(1), 0, label.size(2));
      double total;
      if (options.path("multi").asBoolean(false)) {
        double hr = options.path("hr_loss_weight").asDouble(0);
        double lr = options.path("lr_loss_weight").asDouble(0);
        total = term(golden, "fused", "", label, weight, whole, 1 - hr - lr, out);
        total += lr > 0 ? term(golden, "lr", "lr.", label, weight, whole, lr, out) : 0;
        JsonNode crop = options.path("hr_crop_box");
        Box box = crop.isArray() ? box(GoldenCase.ints(crop)) : whole;
        total += hr > 0 ? term(golden, "hr", "hr.", label, weight, box, hr, out) : 0;
      } else {
        total = term(golden, "logits", "", label, weight, whole, 1, out);
      }
      out.tensor("out.total", new double[] {total});
    }
  }

  private static Box box(int[] corners) {
    return new Box(corners[0], corners[1], corners[2], corners[3]);
  }

  /** Loss, accuracy and gradient of one map; returns the weighted loss. */
  private double term(
      GoldenCase golden,
      String input,
      String prefix,
      Tensor label,
      Tensor weight,
      Box region,
      double share,
      Comparison out) {
    JsonNode options = golden.options();
    Tensor logits = layout.map(golden, "in." + input);
    boolean aligned = options.path("align_corners").asBoolean(false);
    CrossEntropyDims dims =
        new CrossEntropyDims(
            logits.size(0),
            logits.size(3),
            axis(aligned, logits.size(1), region.height()),
            axis(aligned, logits.size(2), region.width()),
            region,
            label.size(1),
            label.size(2),
            options.path("ignore_index").asInt(IGNORE),
            classWeights(options.path("class_weight")));
    double factor = share * options.path("loss_weight").asDouble(1);
    Tensor dLogits = backend.workspace().keep(DType.F32, logits.shape());
    Tensor result = backend.workspace().keep(DType.F64, Shape.of(2));
    backend.upsampledCrossEntropy(dims, logits, label, weight, factor, dLogits, result);
    double[] values = backend.downloadDoubles(result);
    out.tensor("out." + prefix + "loss_seg", new double[] {factor * values[0]});
    out.tensor("out." + prefix + "acc_seg", new double[] {values[1]});
    if (golden.resultNames().contains("grad." + input)) {
      out.tensor("grad." + input, layout.nchw(dLogits));
    }
    return factor * values[0];
  }

  private static Axis axis(boolean aligned, int in, int out) {
    return aligned ? Axis.bySizeAligned(in, out) : Axis.bySize(in, out);
  }

  private static float[] classWeights(JsonNode list) {
    float[] weights = new float[list.isArray() ? list.size() : 0];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) list.get(i).asDouble();
    }
    return weights;
  }
}
