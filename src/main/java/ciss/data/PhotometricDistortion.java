package ciss.data;

/**
 * Random brightness, contrast, saturation and hue of an 8-bit picture (not part of CISS; some baselines use it).
 *
 * <p>Conversions to and from HSV follow OpenCV 4.6 with AVX2 (data.md 3.2.6): integer tables one way; float32 the
 * other, truncated in the leading 32-pixel blocks of a row and rounded in the rest, as that library's vector part and
 * tail do.
 */
public final class PhotometricDistortion {
  private static final int[] SATURATION_DIVISORS = divisors(255, 1);
  private static final int[] HUE_DIVISORS = divisors(180, 6);

  private PhotometricDistortion() {}

  /**
   * What was drawn. A step applies only if its {@code ...On} is true.
   *
   * @param brightness added, -32..32
   * @param contrastFirst contrast before the colour steps, else after them
   * @param contrast factor, 0.5..1.5
   * @param saturation factor, 0.5..1.5
   * @param hue added, -18..17, in units of 2 degrees
   */
  public record Parameters(
      boolean brightnessOn,
      double brightness,
      boolean contrastFirst,
      boolean contrastOn,
      double contrast,
      boolean saturationOn,
      double saturation,
      boolean hueOn,
      int hue) {

    /** Draws in the order of the reference; a value is drawn only if its step is on. */
    public static Parameters draw(SampleDraws draws) {
      boolean brightnessOn = draws.nextInt(2) == 1;
      double brightness = brightnessOn ? -32 + 64 * draws.nextDouble() : 0;
      boolean contrastFirst = draws.nextInt(2) == 1;
      boolean contrastOn = contrastFirst && draws.nextInt(2) == 1;
      double contrast = contrastOn ? 0.5 + draws.nextDouble() : 1;
      boolean saturationOn = draws.nextInt(2) == 1;
      double saturation = saturationOn ? 0.5 + draws.nextDouble() : 1;
      boolean hueOn = draws.nextInt(2) == 1;
      int hue = hueOn ? draws.nextInt(36) - 18 : 0;
      if (!contrastFirst) {
        contrastOn = draws.nextInt(2) == 1;
        contrast = contrastOn ? 0.5 + draws.nextDouble() : 1;
      }
      return new Parameters(
          brightnessOn, brightness, contrastFirst, contrastOn, contrast, saturationOn, saturation, hueOn, hue);
    }
  }

  /** A distorted copy. */
  public static BytePicture apply(BytePicture x, Parameters p) {
    int h = x.height();
    int w = x.width();
    byte[] y = new byte[3 * h * w];
    for (int i = 0; i < h; i++) {
      System.arraycopy(x.bgr(), x.index(i, 0), y, 3 * i * w, 3 * w);
    }
    if (p.brightnessOn) {
      scale(y, 0, 1, 1, (float) p.brightness);
    }
    if (p.contrastOn && p.contrastFirst) {
      scale(y, 0, 1, (float) p.contrast, 0);
    }
    if (p.saturationOn) {
      toHsv(y);
      scale(y, 1, 3, (float) p.saturation, 0);
      toBgr(y, w);
    }
    if (p.hueOn) {
      toHsv(y);
      for (int i = 0; i < y.length; i += 3) {
        y[i] = (byte) Math.floorMod((y[i] & 0xff) + p.hue, 180);
      }
      toBgr(y, w);
    }
    if (p.contrastOn && !p.contrastFirst) {
      scale(y, 0, 1, (float) p.contrast, 0);
    }
    return new BytePicture(h, w, y);
  }

  /** {@code x * factor + offset}, clipped and truncated, of every {@code step}-th value from {@code first} on. */
  private static void scale(byte[] values, int first, int step, float factor, float offset) {
    for (int i = first; i < values.length; i += step) {
      values[i] = (byte) Math.clamp((values[i] & 0xff) * factor + offset, 0f, 255f);
    }
  }

  private static int[] divisors(int range, int parts) {
    int[] table = new int[256];
    for (int i = 1; i < 256; i++) {
      table[i] = (int) Math.rint((double) (range << 12) / (parts * i));
    }
    return table;
  }

  /** B,G,R to H (0..179), S, V in place. */
  private static void toHsv(byte[] values) {
    for (int i = 0; i < values.length; i += 3) {
      int b = values[i] & 0xff;
      int g = values[i + 1] & 0xff;
      int r = values[i + 2] & 0xff;
      int v = Math.max(Math.max(b, g), r);
      int d = v - Math.min(Math.min(b, g), r);
      int sector = v == r ? g - b : v == g ? b - r + 2 * d : r - g + 4 * d;
      int h = (sector * HUE_DIVISORS[d] + 2048) >> 12;
      values[i] = (byte) (h < 0 ? h + 180 : h);
      values[i + 1] = (byte) ((d * SATURATION_DIVISORS[v] + 2048) >> 12);
      values[i + 2] = (byte) v;
    }
  }

  /** H, S, V to B,G,R in place. */
  private static void toBgr(byte[] values, int width) {
    int truncated = width / 32 * 32;
    float[] bgr = new float[3];
    for (int i = 0; i < values.length; i += 3) {
      float h = (values[i] & 0xff) * (6f / 180f);
      float s = (values[i + 1] & 0xff) * (1f / 255f);
      float v = (values[i + 2] & 0xff) * (1f / 255f);
      hsvToBgr(h, s, v, bgr);
      boolean truncate = i / 3 % width < truncated;
      for (int c = 0; c < 3; c++) {
        float scaled = bgr[c] * 255f;
        values[i + c] = (byte) Math.clamp(truncate ? (long) scaled : (long) Math.rint(scaled), 0, 255);
      }
    }
  }

  private static void hsvToBgr(float h, float s, float v, float[] bgr) {
    int k = (int) Math.floor(h);
    float f = h - k;
    float p = v * (1 - s);
    float q = v * (1 - s * f);
    float t = v * (1 - s * (1 - f));
    switch (k % 6) {
      case 0 -> set(bgr, p, t, v);
      case 1 -> set(bgr, p, v, q);
      case 2 -> set(bgr, t, v, p);
      case 3 -> set(bgr, v, q, p);
      case 4 -> set(bgr, v, p, t);
      default -> set(bgr, q, p, v);
    }
  }

  private static void set(float[] bgr, float b, float g, float r) {
    bgr[0] = b;
    bgr[1] = g;
    bgr[2] = r;
  }
}
