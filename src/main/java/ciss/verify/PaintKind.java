package ciss.verify;

import ciss.data.BytePicture;
import ciss.data.LabelMap;
import ciss.data.Normalization;
import ciss.data.Resize;
import ciss.eval.OverlayPainter;

/** Kind {@code paint}: the network's input, turned back into a picture, under the predicted classes. */
public final class PaintKind implements CaseKind {
  /** The 19 Cityscapes classes, which all cases of this kind use. */
  private static final int[] PALETTE = {
    0x804080, 0xf423e8, 0x464646, 0x66669c, 0xbe9999, 0x999999, 0xfaaa1e, 0xdcdc00, 0x6b8e23, 0x98fb98, 0x4682b4,
    0xdc143c, 0xff0000, 0x00008e, 0x000046, 0x003c64, 0x005064, 0x0000e6, 0x770b20
  };

  @Override
  public String kind() {
    return "paint";
  }

  @Override
  public void run(GoldenCase golden, Comparison out) {
    Normalization normalization = NormalizeKind.normalization(golden.options());
    BytePicture x = Pictures.bytes(golden, "in.img_u8");
    BytePicture shown = normalization.denormalized(normalization.apply(x), x.height(), x.width());
    int[] wh = GoldenCase.ints(golden.options().get("original_size_wh"));
    BytePicture resized = (BytePicture) Resize.bilinear(shown, new Resize.Size(wh[1], wh[0]));
    LabelMap label = Pictures.labels(golden, "in.label");
    double opacity = golden.options().get("opacity").asDouble();
    out.bytes("out.img", new OverlayPainter(PALETTE, opacity).paint(resized, label).values());
  }
}
