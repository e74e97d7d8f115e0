package ciss.data;

import ciss.tensor.PictureOps.PixelScale;

/**
 * The last step of a picture: B,G,R 0..255 to R,G,B with zero mean and unit deviation.
 *
 * <p>{@code out = (float) ((double) (x - mean) * (1 / (double) std))} with float32 mean, std and difference:
 * bit-identical to the reference (data.md 3.2.5; a float32 reciprocal is not). Immutable and thread-safe.
 */
public final class Normalization {
  /** The usual ImageNet values, R,G,B, in units of 0..255. */
  public static final Normalization IMAGENET =
      new Normalization(new double[] {123.675, 116.28, 103.53}, new double[] {58.395, 57.12, 57.375});

  private final float[] mean = new float[3];
  private final float[] std = new float[3];
  private final double[] reciprocal = new double[3];
  private final float[][] table = new float[3][256];

  /**
   * @param mean R,G,B
   * @param std R,G,B, not zero
   */
  public Normalization(double[] mean, double[] std) {
    for (int c = 0; c < 3; c++) {
      this.mean[c] = (float) mean[c];
      this.std[c] = (float) std[c];
      this.reciprocal[c] = 1 / (double) this.std[c];
      for (int v = 0; v < 256; v++) {
        table[c][v] = normalized(v, c);
      }
    }
  }

  /** Mean of channel c (R,G,B). */
  public float mean(int c) {
    return mean[c];
  }

  /** Mean and deviation, for the device. */
  public PixelScale scale() {
    return new PixelScale(mean.clone(), std.clone());
  }

  /** Standard deviation of channel c (R,G,B). */
  public float std(int c) {
    return std[c];
  }

  private float normalized(float value, int c) {
    return (float) ((double) (value - mean[c]) * reciprocal[c]);
  }

  /**
   * Normalises one row.
   *
   * @param y row
   * @param flip mirror left and right
   * @param rgb receives {@code 3 * width} values from index 0 on; also used as scratch
   */
  public void row(Picture picture, int y, boolean flip, float[] rgb) {
    int w = picture.width();
    switch (picture) {
      case BytePicture b -> {
        byte[] bgr = b.bgr();
        for (int x = 0; x < w; x++) {
          int from = b.index(y, flip ? w - 1 - x : x);
          rgb[3 * x] = table[0][bgr[from + 2] & 0xff];
          rgb[3 * x + 1] = table[1][bgr[from + 1] & 0xff];
          rgb[3 * x + 2] = table[2][bgr[from] & 0xff];
        }
      }
      case FloatPicture f -> {
        int from = f.offset() + y * f.rowStride();
        for (int x = 0; x < w; x++) {
          int at = from + 3 * (flip ? w - 1 - x : x);
          rgb[3 * x] = normalized(f.bgr()[at + 2], 0);
          rgb[3 * x + 1] = normalized(f.bgr()[at + 1], 1);
          rgb[3 * x + 2] = normalized(f.bgr()[at], 2);
        }
      }
    }
  }

  /** A whole picture as R,G,B {@code [h][w][3]}. */
  public float[] apply(Picture picture) {
    int values = 3 * picture.width();
    float[] row = new float[values];
    float[] rgb = new float[picture.height() * values];
    for (int y = 0; y < picture.height(); y++) {
      row(picture, y, false, row);
      System.arraycopy(row, 0, rgb, y * values, values);
    }
    return rgb;
  }

  /** The inverse for showing: {@code x * std + mean} in float32, cut off (not rounded) to 8 bit, B,G,R. */
  public BytePicture denormalized(float[] rgb, int height, int width) {
    byte[] bgr = new byte[rgb.length];
    for (int i = 0; i < rgb.length; i++) {
      int c = i % 3;
      float value = rgb[i] * std[c] + mean[c];
      bgr[i - c + 2 - c] = (byte) Math.clamp((long) value, 0, 255);
    }
    return new BytePicture(height, width, bgr);
  }
}
