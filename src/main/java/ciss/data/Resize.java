package ciss.data;

/**
 * Sizes of resized pictures, and the resize of label maps: on the host, because the draws of a sample count their
 * pixels. Follows OpenCV 4.6 to the last bit, as {@link ciss.tensor.PictureOps#resizePicture} does for pictures
 * (data.md 3.2.3).
 */
public final class Resize {
  private Resize() {}

  /** Height and width of a picture, in pixels. */
  public record Size(int height, int width) {}

  /**
   * The largest size with the aspect ratio of {@code height x width} that fits a box given by its two sides; which side
   * is the long one follows the picture.
   */
  public static Size keepingRatio(int height, int width, int boxHeight, int boxWidth) {
    double longSide = (double) Math.max(boxHeight, boxWidth) / Math.max(height, width);
    double shortSide = (double) Math.min(boxHeight, boxWidth) / Math.min(height, width);
    double factor = Math.min(longSide, shortSide);
    return new Size((int) (height * factor + 0.5), (int) (width * factor + 0.5));
  }

  /** Nearest neighbour, half-pixel centres; the map itself where it has the size. */
  public static LabelMap nearest(LabelMap x, Size size) {
    if (size.height() == x.height() && size.width() == x.width()) {
      return x;
    }
    int[] rows = nearestIndices(x.height(), size.height());
    int[] columns = nearestIndices(x.width(), size.width());
    byte[] y = new byte[size.height() * size.width()];
    for (int i = 0; i < size.height(); i++) {
      for (int j = 0; j < size.width(); j++) {
        y[i * size.width() + j] = (byte) x.at(rows[i], columns[j]);
      }
    }
    return new LabelMap(size.height(), size.width(), y);
  }

  private static int[] nearestIndices(int in, int out) {
    // The two divisions in this order: in/out at once picks another pixel in about 5 % of size pairs.
    double step = 1.0 / ((double) out / in);
    int[] indices = new int[out];
    for (int i = 0; i < out; i++) {
      indices[i] = Math.min((int) Math.floor(i * step), in - 1);
    }
    return indices;
  }
}
