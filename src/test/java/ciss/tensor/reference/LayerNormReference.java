package ciss.tensor.reference;

/** Layer norm of rows {@code [rows,c]} over c with biased variance. */
final class LayerNormReference {
  /** Output and what the backward needs. */
  record Result(double[] y, double[] mean, double[] rstd) {}

  /** Gradients of input and parameters. */
  record Gradients(double[] dx, double[] dWeight, double[] dBias) {}

  private LayerNormReference() {}

  /** {@code y = (x - mean) / sqrt(var + eps) * weight + bias}. */
  static Result forward(double[] x, double[] weight, double[] bias, double eps) {
    int c = weight.length;
    int rows = x.length / c;
    Result result = new Result(new double[x.length], new double[rows], new double[rows]);
    for (int r = 0; r < rows; r++) {
      double mean = 0;
      for (int i = 0; i < c; i++) {
        mean += x[r * c + i] / c;
      }
      double variance = 0;
      for (int i = 0; i < c; i++) {
        variance += (x[r * c + i] - mean) * (x[r * c + i] - mean) / c;
      }
      double rstd = 1 / Math.sqrt(variance + eps);
      for (int i = 0; i < c; i++) {
        result.y[r * c + i] = (x[r * c + i] - mean) * rstd * weight[i] + bias[i];
      }
      result.mean[r] = mean;
      result.rstd[r] = rstd;
    }
    return result;
  }

  /** With {@code xhat = (x-mean)*rstd}, {@code g = dy*weight}: {@code dx = rstd * (g - mean(g) - xhat*mean(g*xhat))}. */
  static Gradients backward(double[] x, double[] weight, double[] mean, double[] rstd, double[] dy) {
    int c = weight.length;
    Gradients gradients = new Gradients(new double[x.length], new double[c], new double[c]);
    for (int r = 0; r < mean.length; r++) {
      double meanG = 0;
      double meanGx = 0;
      for (int i = 0; i < c; i++) {
        double xhat = (x[r * c + i] - mean[r]) * rstd[r];
        double g = dy[r * c + i] * weight[i];
        meanG += g / c;
        meanGx += g * xhat / c;
        gradients.dWeight[i] += dy[r * c + i] * xhat;
        gradients.dBias[i] += dy[r * c + i];
      }
      for (int i = 0; i < c; i++) {
        double xhat = (x[r * c + i] - mean[r]) * rstd[r];
        gradients.dx[r * c + i] = rstd[r] * (dy[r * c + i] * weight[i] - meanG - xhat * meanGx);
      }
    }
    return gradients;
  }
}
