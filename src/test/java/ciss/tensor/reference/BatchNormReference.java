package ciss.tensor.reference;

/** Batch norm of {@code [rows,c]} per channel over the rows, optionally followed by ReLU. */
final class BatchNormReference {
  /** Statistics of a batch; {@code unbiasedVariance} goes into the running variance. */
  record Statistics(double[] mean, double[] rstd, double[] unbiasedVariance) {}

  /** Gradients of input and parameters. */
  record Gradients(double[] dx, double[] dWeight, double[] dBias) {}

  private BatchNormReference() {}

  static Statistics statistics(double[] x, int c, double eps) {
    int rows = x.length / c;
    double[] mean = new double[c];
    double[] variance = new double[c];
    for (int i = 0; i < x.length; i++) {
      mean[i % c] += x[i] / rows;
    }
    for (int i = 0; i < x.length; i++) {
      double difference = x[i] - mean[i % c];
      variance[i % c] += difference * difference / rows;
    }
    double[] rstd = new double[c];
    double[] unbiased = new double[c];
    for (int j = 0; j < c; j++) {
      rstd[j] = 1 / Math.sqrt(variance[j] + eps);
      unbiased[j] = variance[j] * rows / (rows - 1);
    }
    return new Statistics(mean, rstd, unbiased);
  }

  /** {@code running = (1-momentum)*running + momentum*batch}. */
  static double[] update(double[] running, double[] batch, double momentum) {
    double[] updated = new double[running.length];
    for (int j = 0; j < running.length; j++) {
      updated[j] = (1 - momentum) * running[j] + momentum * batch[j];
    }
    return updated;
  }

  /** {@code y = relu?((x - mean) * rstd * weight + bias)}. */
  static double[] apply(double[] x, double[] weight, double[] bias, double[] mean, double[] rstd, boolean relu) {
    int c = weight.length;
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      int j = i % c;
      y[i] = (x[i] - mean[j]) * rstd[j] * weight[j] + bias[j];
      if (relu) {
        y[i] = Math.max(y[i], 0);
      }
    }
    return y;
  }

  /** {@code 1/sqrt(var + eps)} of running variances. */
  static double[] rstd(double[] variance, double eps) {
    double[] rstd = new double[variance.length];
    for (int j = 0; j < rstd.length; j++) {
      rstd[j] = 1 / Math.sqrt(variance[j] + eps);
    }
    return rstd;
  }

  /** As layer norm's backward, with means over the rows; the gradient of ReLU at 0 is 0. */
  static Gradients backward(
      double[] x, double[] weight, double[] bias, double[] mean, double[] rstd, boolean relu, double[] dy) {
    int c = weight.length;
    int rows = x.length / c;
    double[] y = apply(x, weight, bias, mean, rstd, false);
    double[] g = new double[x.length];
    Gradients gradients = new Gradients(new double[x.length], new double[c], new double[c]);
    for (int i = 0; i < x.length; i++) {
      int j = i % c;
      g[i] = relu && y[i] <= 0 ? 0 : dy[i];
      gradients.dBias[j] += g[i];
      gradients.dWeight[j] += g[i] * (x[i] - mean[j]) * rstd[j];
    }
    for (int i = 0; i < x.length; i++) {
      int j = i % c;
      double xhat = (x[i] - mean[j]) * rstd[j];
      gradients.dx[i] =
          weight[j] * rstd[j] * (g[i] - gradients.dBias[j] / rows - xhat * gradients.dWeight[j] / rows);
    }
    return gradients;
  }
}
