package ciss.eval;

import ciss.data.BytePicture;
import ciss.data.LabelMap;
import ciss.io.Pixels;

/** Paints predicted classes over a picture. */
public final class OverlayPainter {
  private final int[] palette;
  private final double opacity;

  /**
   * @param palette colour of each class, 0xRRGGBB; other values are black
   * @param opacity 0 = picture only, 1 = colours only
   */
  public OverlayPainter(int[] palette, double opacity) {
    this.palette = palette.clone();
    this.opacity = opacity;
  }

  /**
   * {@code out = trunc(picture * (1 - opacity) + colour * opacity)}.
   *
   * @param picture at the size of the label map
   * @return B,G,R
   */
  public Pixels paint(BytePicture picture, LabelMap label) {
    int h = label.height();
    int w = label.width();
    byte[] out = new byte[3 * h * w];
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        int from = picture.index(y, x);
        int id = label.at(y, x);
        int colour = id < palette.length ? palette[id] : 0;
        for (int c = 0; c < 3; c++) {
          double value = (picture.bgr()[from + c] & 0xff) * (1 - opacity) + (colour >> 8 * c & 0xff) * opacity;
          out[3 * (y * w + x) + c] = (byte) (int) value;
        }
      }
    }
    return new Pixels(h, w, 3, out);
  }
}
