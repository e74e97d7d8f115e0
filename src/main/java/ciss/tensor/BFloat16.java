package ciss.tensor;

/** Values of {@link DType#BF16} on the host. */
public final class BFloat16 {
  /** Largest relative error of a rounding to it: half of the distance of neighbours, which is 2^-7 above 1. */
  public static final double UNIT_ROUNDOFF = 0x1p-8;

  private static final int QUIET = 0x40;

  private BFloat16() {}

  /** The nearest value's bits; of two equally near ones the even one. NaN stays NaN. */
  public static short bits(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16 | QUIET);
    }
    return (short) (bits + 0x7FFF + (bits >>> 16 & 1) >>> 16);
  }

  /** The value with these bits. */
  public static float value(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** The nearest value. */
  public static float round(float value) {
    return value(bits(value));
  }
}
