package ciss.data;

/**
 * Sizes, and resizing on the host: label maps nearest, because draws count their pixels, and 8-bit pictures bilinear, for
 * reports. Both have half-pixel centres and no antialiasing and follow OpenCV 4.6 to the last bit, fixed-point arithmetic
 * included, as {@link ciss.tensor.PictureOps#resizePicture} does (data.md 3.2.3). Resizing to the own size returns the thing
 * itself.
 */
public final class Resize {
  private static final float WEIGHT_ONE = 2048;

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

  /** Bilinear, for pictures that people look at; those of the network are resized by the device. */
  public static BytePicture bilinear(BytePicture x, Size size) {
    if (size.height() == x.height() && size.width() == x.width()) {
      return x;
    }
    boolean halves = x.height() == 2 * size.height() && x.width() == 2 * size.width();
    return halves ? halved(x) : interpolated(x, size);
  }

  /** Nearest neighbour. */
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

  /** Along one axis: for output i the lower input index and the weight of the upper one. */
  private record Axis(int[] lower, float[] upperWeight) {
    static Axis of(int in, int out) {
      int[] lower = new int[out];
      float[] weight = new float[out];
      for (int i = 0; i < out; i++) {
        float g = (float) ((i + 0.5) * ((double) in / out) - 0.5);
        lower[i] = (int) Math.floor(g);
        weight[i] = g - lower[i];
      }
      return new Axis(lower, weight);
    }

    /** Columns outside are moved to the border with weight 0; rows keep their weight (only their index is clamped). */
    Axis clamped(int in) {
      for (int i = 0; i < lower.length; i++) {
        if (lower[i] < 0 || lower[i] >= in - 1) {
          lower[i] = lower[i] < 0 ? 0 : in - 1;
          upperWeight[i] = 0;
        }
      }
      return this;
    }
  }

  private static BytePicture interpolated(BytePicture x, Size size) {
    int h = size.height();
    int w = size.width();
    Axis columns = Axis.of(x.width(), w).clamped(x.width());
    Axis rows = Axis.of(x.height(), h);
    byte[] y = new byte[3 * h * w];
    int[][] pair = new int[2][3 * w];
    for (int i = 0; i < h; i++) {
      for (int r = 0; r < 2; r++) {
        stretch(x, Math.clamp(rows.lower[i] + r, 0, x.height() - 1), columns, pair[r]);
      }
      int c0 = fixedPoint(1 - rows.upperWeight[i]);
      int c1 = fixedPoint(rows.upperWeight[i]);
      for (int j = 0; j < 3 * w; j++) {
        int sum = ((c0 * (pair[0][j] >> 4)) >> 16) + ((c1 * (pair[1][j] >> 4)) >> 16);
        y[3 * i * w + j] = (byte) ((sum + 2) >> 2);
      }
    }
    return new BytePicture(h, w, y);
  }

  private static void stretch(BytePicture x, int row, Axis columns, int[] stretched) {
    byte[] bgr = x.bgr();
    for (int j = 0; j < columns.lower.length; j++) {
      int p = x.index(row, columns.lower[j]);
      int q = x.index(row, Math.min(columns.lower[j] + 1, x.width() - 1));
      int c0 = fixedPoint(1 - columns.upperWeight[j]);
      int c1 = fixedPoint(columns.upperWeight[j]);
      for (int c = 0; c < 3; c++) {
        stretched[3 * j + c] = (bgr[p + c] & 0xff) * c0 + (bgr[q + c] & 0xff) * c1;
      }
    }
  }

  private static int fixedPoint(float weight) {
    return (int) Math.rint(weight * WEIGHT_ONE);
  }

  /** Exactly half the size both ways is the mean of 2x2 pixels. */
  private static BytePicture halved(BytePicture x) {
    int h = x.height() / 2;
    int w = x.width() / 2;
    byte[] bgr = x.bgr();
    byte[] y = new byte[3 * h * w];
    for (int i = 0; i < h; i++) {
      for (int j = 0; j < 3 * w; j++) {
        int p = x.index(2 * i, 2 * (j / 3)) + j % 3;
        int q = p + x.rowStride();
        int sum = (bgr[p] & 0xff) + (bgr[p + 3] & 0xff) + (bgr[q] & 0xff) + (bgr[q + 3] & 0xff);
        y[3 * i * w + j] = (byte) ((sum + 2) >> 2);
      }
    }
    return new BytePicture(h, w, y);
  }
}
