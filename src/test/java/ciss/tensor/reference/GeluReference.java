package ciss.tensor.reference;

/** Exact GELU: {@code x * Phi(x)}, Phi the standard normal distribution function. */
final class GeluReference {
  private GeluReference() {}

  static double[] forward(double[] pre) {
    double[] y = new double[pre.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = pre[i] * normalCdf(pre[i]);
    }
    return y;
  }

  /** {@code dpre = dy * (Phi(pre) + pre * phi(pre))}, phi the normal density. */
  static double[] backward(double[] pre, double[] dy) {
    double[] dPre = new double[pre.length];
    for (int i = 0; i < dPre.length; i++) {
      double density = Math.exp(-0.5 * pre[i] * pre[i]) / Math.sqrt(2 * Math.PI);
      dPre[i] = dy[i] * (normalCdf(pre[i]) + pre[i] * density);
    }
    return dPre;
  }

  /**
   * Abramowitz and Stegun 26.2.11 (power series, all terms positive) near 0, 26.2.14 (continued fraction of the tail)
   * beyond 5, where the series cancels.
   */
  static double normalCdf(double x) {
    if (x > 5) {
      return 1 - normalCdf(-x);
    }
    double density = Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
    if (x < -5) {
      double fraction = -x;
      for (int k = 60; k >= 1; k--) {
        fraction = -x + k / fraction;
      }
      return density / fraction;
    }
    double term = x;
    double sum = x;
    for (int k = 3; Math.abs(term) > 1e-18 * Math.abs(sum); k += 2) {
      term *= x * x / k;
      sum += term;
    }
    return 0.5 + density * sum;
  }
}
