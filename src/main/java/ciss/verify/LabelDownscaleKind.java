package ciss.verify;

import ciss.tensor.Backend;
import ciss.tensor.DType;
import ciss.tensor.Shape;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/** Kind {@code label_downscale}: labels reduced to the grid of the features. */
public final class LabelDownscaleKind implements CaseKind {
  private final Backend backend;
  private final Layout layout;

  public LabelDownscaleKind(Backend backend) {
    this.backend = backend;
    this.layout = new Layout(backend);
  }

  @Override
  public String kind() {
    return "label_downscale";
  }

  @Override
  public void run(GoldenCase golden, Comparison out) {
    try (Workspace.Region region = backend.workspace().region()) {
      Tensor label = layout.label(golden, "in.label");
      int factor = golden.options().get("scale_factor").asInt();
      float minRatio = (float) golden.options().get("min_ratio").asDouble();
      int classes = golden.options().get("n_classes").asInt();
      Tensor reduced = backend.workspace().keep(
          DType.U8, Shape.of(label.size(0), label.size(1) / factor, label.size(2) / factor));
      backend.downscaleLabel(label, factor, minRatio, classes, reduced);
      out.bytes("out.label", backend.downloadBytes(reduced));
    }
  }
}
