package ciss.verify;

import ciss.data.LabelMap;
import ciss.data.Picture;
import ciss.data.Resize;
import tools.jackson.databind.JsonNode;

/** Kind {@code rescale}: resizing of a picture (bilinear) and its label map (nearest). */
public final class RescaleKind implements CaseKind {

  @Override
  public String kind() {
    return "rescale";
  }

  @Override
  public void run(GoldenCase golden, Comparison out) {
    JsonNode options = golden.options();
    boolean floats = options.get("dtype").asString().equals("float32");
    Picture x = floats ? Pictures.floats(golden, "in.img") : Pictures.bytes(golden, "in.img");
    int[] scale = GoldenCase.ints(options.get("scale"));
    Resize.Size size = options.get("keep_ratio").asBoolean()
        ? Resize.keepingRatio(x.height(), x.width(), scale[1], scale[0])
        : new Resize.Size(scale[1], scale[0]);
    int[] expected = GoldenCase.ints(options.get("expect_size_wh"));
    out.exact("expect_size_wh", size, new Resize.Size(expected[1], expected[0]));
    out.tensor("out.img", Pictures.values(Resize.bilinear(x, size)));
    LabelMap label = Resize.nearest(Pictures.labels(golden, "in.label"), size);
    out.bytes("out.label", label.ids());
    float byWidth = (float) ((double) size.width() / x.width());
    float byHeight = (float) ((double) size.height() / x.height());
    out.tensor("out.scale_factor", new float[] {byWidth, byHeight, byWidth, byHeight});
  }
}
