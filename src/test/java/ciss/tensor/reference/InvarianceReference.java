package ciss.tensor.reference;

import ciss.tensor.LossOps.Norm;
import java.util.Arrays;

/** Feature invariance (method.md 2.6) between maps {@code [cells,c]}; the gradient of b is the negative of a's. */
final class InvarianceReference {
  /** Loss with the factor and gradient of a. */
  record Result(double loss, double[] da) {}

  private InvarianceReference() {}

  /** {@code factor * mean((a-b)^2)}, or of {@code |a-b|}. */
  static Result plain(double[] a, double[] b, Norm norm, double factor) {
    double[] shares = new double[a.length];
    Arrays.fill(shares, factor / a.length);
    return weighted(a, b, norm, shares);
  }

  /** Mean over the classes present of the mean over their cells of the channel mean; 255 is skipped. */
  static Result byClass(double[] a, double[] b, int[] label, int classes, Norm norm, double factor) {
    int c = a.length / label.length;
    double[] cells = new double[classes];
    for (int k : label) {
      if (k != 255) {
        cells[k]++;
      }
    }
    double present = 0;
    for (double count : cells) {
      present += count > 0 ? 1 : 0;
    }
    double[] shares = new double[a.length];
    for (int i = 0; i < shares.length; i++) {
      int k = label[i / c];
      shares[i] = k == 255 ? 0 : factor / (present * cells[k] * c);
    }
    return weighted(a, b, norm, shares);
  }

  private static Result weighted(double[] a, double[] b, Norm norm, double[] shares) {
    double loss = 0;
    double[] da = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      double difference = a[i] - b[i];
      loss += shares[i] * (norm == Norm.L2 ? difference * difference : Math.abs(difference));
      da[i] = shares[i] * (norm == Norm.L2 ? 2 * difference : Math.signum(difference));
    }
    return new Result(loss, da);
  }

  static double[] negated(double[] values) {
    double[] negated = new double[values.length];
    for (int i = 0; i < negated.length; i++) {
      negated[i] = -values[i];
    }
    return negated;
  }
}
