package ciss.tensor;

/** Weights of {@link MixOps#gaussianBlur} along one axis. */
public final class GaussianTaps {
  /** Taps further out are below 1e-10 for every sigma that is drawn (method.md 2.8). */
  private static final int LARGEST_RADIUS = 8;

  private GaussianTaps() {}

  /** Weights along an axis of n pixels, normalised to sum 1 (kernel size and cut: method.md 2.8); an odd number. */
  public static float[] of(int n, double sigma) {
    double c = Math.ceil(0.1 * n);
    int size = (int) Math.floor(c - 0.5 + c % 2);
    int radius = Math.min(size / 2, LARGEST_RADIUS);
    double[] weights = new double[2 * radius + 1];
    double sum = 0;
    for (int i = -radius; i <= radius; i++) {
      weights[i + radius] = Math.exp(-i * i / (2 * sigma * sigma));
      sum += weights[i + radius];
    }
    float[] taps = new float[weights.length];
    for (int i = 0; i < taps.length; i++) {
      taps[i] = (float) (weights[i] / sum);
    }
    return taps;
  }
}
