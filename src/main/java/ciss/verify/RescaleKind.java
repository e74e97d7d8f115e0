package ciss.verify;

import ciss.data.LabelMap;
import ciss.data.Resize;
import ciss.tensor.Backend;
import ciss.tensor.Box;
import ciss.tensor.DType;
import ciss.tensor.Shape;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import tools.jackson.databind.JsonNode;

/** Kind {@code rescale}: resizing of a picture (bilinear) and its label map (nearest). */
public final class RescaleKind implements CaseKind {
  private final Backend backend;

  public RescaleKind(Backend backend) {
    this.backend = backend;
  }

  @Override
  public String kind() {
    return "rescale";
  }

  @Override
  public void run(GoldenCase golden, Comparison out) {
    JsonNode options = golden.options();
    DType dtype = options.get("dtype").asString().equals("float32") ? DType.F32 : DType.U8;
    int h = (int) golden.shape("in.img")[0];
    int w = (int) golden.shape("in.img")[1];
    int[] scale = GoldenCase.ints(options.get("scale"));
    Resize.Size size = options.get("keep_ratio").asBoolean()
        ? Resize.keepingRatio(h, w, scale[1], scale[0])
        : new Resize.Size(scale[1], scale[0]);
    int[] expected = GoldenCase.ints(options.get("expect_size_wh"));
    out.exact("expect_size_wh", size, new Resize.Size(expected[1], expected[0]));
    try (Workspace.Region region = backend.workspace().region()) {
      Tensor x = Pictures.kept(backend, golden, "in.img", dtype);
      Tensor y = backend.workspace().keep(dtype, Shape.of(size.height(), size.width(), 3));
      backend.resizePicture(x, size.height(), size.width(), new Box(0, size.height(), 0, size.width()), y);
      if (dtype == DType.U8) {
        out.bytes("out.img", backend.downloadBytes(y));
      } else {
        out.tensor("out.img", backend.download(y));
      }
    }
    LabelMap label = Resize.nearest(Pictures.labels(golden, "in.label"), size);
    out.bytes("out.label", label.ids());
    float byWidth = (float) ((double) size.width() / w);
    float byHeight = (float) ((double) size.height() / h);
    out.tensor("out.scale_factor", new float[] {byWidth, byHeight, byWidth, byHeight});
  }
}
