package ciss.tensor.reference;

/** Factors per sample or per sample and channel: stochastic depth, Dropout2d. */
final class ScalingReference {
  private ScalingReference() {}

  /** {@code y[b] = factors[b] * x[b]}. */
  static double[] samples(double[] x, double[] factors) {
    double[] y = new double[x.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = factors[i / (x.length / factors.length)] * x[i];
    }
    return y;
  }

  /** {@code y[b,..,c] = factors[b,c] * x[b,..,c]}. */
  static double[] channels(double[] x, double[] factors, int n) {
    int c = factors.length / n;
    double[] y = new double[x.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = factors[i / (x.length / n) * c + i % c] * x[i];
    }
    return y;
  }

  static double[] sum(double[] a, double[] b) {
    double[] sum = new double[a.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = a[i] + b[i];
    }
    return sum;
  }
}
