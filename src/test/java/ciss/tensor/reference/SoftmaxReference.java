package ciss.tensor.reference;

/** Softmax, log-sum-exp and first maximum of {@code length} scores from {@code start}. */
final class SoftmaxReference {
  private SoftmaxReference() {}

  static double logSumExp(double[] x, int start, int length) {
    double max = x[start + argmax(x, start, length)];
    double sum = 0;
    for (int k = 0; k < length; k++) {
      sum += Math.exp(x[start + k] - max);
    }
    return max + Math.log(sum);
  }

  static double[] softmax(double[] x, int start, int length) {
    double logSumExp = logSumExp(x, start, length);
    double[] probabilities = new double[length];
    for (int k = 0; k < length; k++) {
      probabilities[k] = Math.exp(x[start + k] - logSumExp);
    }
    return probabilities;
  }

  static int argmax(double[] x, int start, int length) {
    int best = 0;
    for (int k = 1; k < length; k++) {
      if (x[start + k] > x[start + best]) {
        best = k;
      }
    }
    return best;
  }

  /** Softmax of each row of {@code [rows,c]}. */
  static double[] rows(double[] x, int c) {
    double[] probabilities = new double[x.length];
    for (int start = 0; start < x.length; start += c) {
      System.arraycopy(softmax(x, start, c), 0, probabilities, start, c);
    }
    return probabilities;
  }

  /** First maximum of each row of {@code [rows,c]}. */
  static int[] argmaxOfRows(double[] x, int c) {
    int[] best = new int[x.length / c];
    for (int r = 0; r < best.length; r++) {
      best[r] = argmax(x, r * c, c);
    }
    return best;
  }
}
