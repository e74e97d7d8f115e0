package ciss.data.scene;

/**
 * What a piece of surface looks like: linear reflectance per channel in 0..1, how much light it emits when lamps are on
 * ({@code glow}, in multiples of white paper in sunlight; {@code alwaysOn} also by day), and how mirror-like it is.
 */
record Paint(float r, float g, float b, float glow, boolean alwaysOn, float gloss) {
  static Paint of(double r, double g, double b) {
    return new Paint((float) r, (float) g, (float) b, 0, false, 0);
  }

  /** From the 8-bit sRGB value of a colour picker, 0xRRGGBB. */
  static Paint srgb(int rgb) {
    return of(linear(rgb >> 16 & 255), linear(rgb >> 8 & 255), linear(rgb & 255));
  }

  private static double linear(int value) {
    double s = value / 255.0;
    return s <= 0.04045 ? s / 12.92 : StrictMath.pow((s + 0.055) / 1.055, 2.4);
  }

  Paint times(double factor) {
    return new Paint((float) (r * factor), (float) (g * factor), (float) (b * factor), glow, alwaysOn, gloss);
  }

  /** A lamp that is lit whenever the weather asks for lights. */
  Paint glowing(double strength) {
    return new Paint(r, g, b, (float) strength, false, gloss);
  }

  /** A lamp that is lit by day too, such as a traffic light. */
  Paint alwaysGlowing(double strength) {
    return new Paint(r, g, b, (float) strength, true, gloss);
  }

  Paint glossy(double amount) {
    return new Paint(r, g, b, glow, alwaysOn, (float) amount);
  }

  /** The same paint in a slightly different batch: brightness and each channel vary a little. */
  Paint varied(SceneRandom random, double amount) {
    double all = 1 + amount * random.range(-1, 1);
    return new Paint(
        (float) (r * all * (1 + amount * 0.4 * random.range(-1, 1))),
        (float) (g * all * (1 + amount * 0.4 * random.range(-1, 1))),
        (float) (b * all * (1 + amount * 0.4 * random.range(-1, 1))),
        glow,
        alwaysOn,
        gloss);
  }
}
