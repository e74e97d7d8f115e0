package ciss.data;

/**
 * Resizing before the network: pictures bilinear, label maps nearest, both with half-pixel centres and without
 * antialiasing.
 *
 * <p>Follows OpenCV 4.6 to the last bit, fixed-point arithmetic of 8-bit pictures included, because the reference
 * decodes and resizes with it (data.md 3.2.3; golden kind {@code rescale}). Resizing to the own size returns the
 * picture itself.
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

  /** Bilinear; the result has the type of the input. */
  public static Picture bilinear(Picture x, Size size) {
    if (size.height() == x.height() && size.width() == x.width()) {
      return x;
    }
    return switch (x) {
      case BytePicture b -> halves(x, size) ? halved(b) : bilinear(b, size);
      case FloatPicture f -> halves(x, size) ? halved(f) : bilinear(f, size);
    };
  }

  private static boolean halves(Picture x, Size size) {
    return x.height() == 2 * size.height() && x.width() == 2 * size.width();
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

  private static FloatPicture bilinear(FloatPicture x, Size size) {
    int h = size.height();
    int w = size.width();
    Axis columns = Axis.of(x.width(), w).clamped(x.width());
    Axis rows = Axis.of(x.height(), h);
    float[] y = new float[3 * h * w];
    float[] input = new float[3 * x.width()];
    float[][] pair = new float[2][3 * w];
    int[] held = {-1, -1};
    for (int i = 0; i < h; i++) {
      for (int r = 0; r < 2; r++) {
        int row = Math.clamp(rows.lower[i] + r, 0, x.height() - 1);
        if (r == 0 && held[1] == row) {
          swap(pair, held);
        }
        if (held[r] != row) {
          x.readRow(row, 0, x.width(), input);
          stretch(input, columns, x.width(), pair[r]);
          held[r] = row;
        }
      }
      float t = rows.upperWeight[i];
      float[] p = pair[0];
      float[] q = pair[1];
      for (int j = 0; j < 3 * w; j++) {
        y[3 * i * w + j] = p[j] * (1 - t) + q[j] * t;
      }
    }
    return new FloatPicture(h, w, y);
  }

  private static void swap(float[][] pair, int[] held) {
    float[] row = pair[0];
    pair[0] = pair[1];
    pair[1] = row;
    held[0] = held[1];
    held[1] = -1;
  }

  private static void stretch(float[] row, Axis columns, int in, float[] stretched) {
    for (int j = 0; j < columns.lower.length; j++) {
      int p = 3 * columns.lower[j];
      int q = 3 * Math.min(columns.lower[j] + 1, in - 1);
      float t = columns.upperWeight[j];
      for (int c = 0; c < 3; c++) {
        stretched[3 * j + c] = row[p + c] * (1 - t) + row[q + c] * t;
      }
    }
  }

  private static BytePicture bilinear(BytePicture x, Size size) {
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
  private static FloatPicture halved(FloatPicture x) {
    int h = x.height() / 2;
    int w = x.width() / 2;
    float[] y = new float[3 * h * w];
    float[] upper = new float[6 * w];
    float[] lower = new float[6 * w];
    for (int i = 0; i < h; i++) {
      x.readRow(2 * i, 0, 2 * w, upper);
      x.readRow(2 * i + 1, 0, 2 * w, lower);
      for (int j = 0; j < 3 * w; j++) {
        int p = 6 * (j / 3) + j % 3;
        y[3 * i * w + j] = (upper[p] + upper[p + 3] + lower[p] + lower[p + 3]) * 0.25f;
      }
    }
    return new FloatPicture(h, w, y);
  }

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
