package ciss.train;

/**
 * Poly schedule with linear warm-up (method.md 2.9), in double.
 *
 * @param warmupIterations 0: no warm-up
 */
public record LearningRate(long iterations, double power, double minimum, int warmupIterations, double warmupRatio) {
  /** Rate at the 0-based iteration {@code k} for the base rate {@code base}. */
  public double at(long k, double base) {
    double regular = (base - minimum) * Math.pow(1 - (double) k / iterations, power) + minimum;
    if (k >= warmupIterations) {
      return regular;
    }
    return regular * (1 - (1 - (double) k / warmupIterations) * (1 - warmupRatio));
  }
}
