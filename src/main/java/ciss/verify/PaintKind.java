package ciss.verify;

import ciss.data.BytePicture;
import ciss.data.CityscapesLabels;
import ciss.data.LabelMap;
import ciss.data.Normalization;
import ciss.data.Resize;
import ciss.eval.OverlayPainter;
import ciss.tensor.Backend;

/** Kind {@code paint}: the network's input, turned back into a picture, under the predicted classes. */
public final class PaintKind implements CaseKind {
  private final Backend backend;

  public PaintKind(Backend backend) {
    this.backend = backend;
  }

  @Override
  public String kind() {
    return "paint";
  }

  @Override
  public void run(GoldenCase golden, Comparison out) {
    Normalization normalization = NormalizeKind.normalization(golden.options());
    BytePicture x = Pictures.bytes(golden, "in.img_u8");
    int[] wh = GoldenCase.ints(golden.options().get("original_size_wh"));
    BytePicture resized = normalization.seen(backend, x).resized(backend, new Resize.Size(wh[1], wh[0]));
    LabelMap label = Pictures.labels(golden, "in.label");
    double opacity = golden.options().get("opacity").asDouble();
    out.bytes("out.img", new OverlayPainter(CityscapesLabels.palette(), opacity).paint(resized, label).values());
  }
}
