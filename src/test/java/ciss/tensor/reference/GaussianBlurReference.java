package ciss.tensor.reference;

/** Gaussian blur of one picture {@code [h,w,3]} (method.md 2.8): full kernel per axis, reflected borders. */
final class GaussianBlurReference {
  private GaussianBlurReference() {}

  static double[] forward(double[] x, int h, int w, double sigma) {
    double[] rows = kernel(h, sigma);
    double[] columns = kernel(w, sigma);
    double[] across = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      int column = i / 3 % w;
      for (int k = 0; k < columns.length; k++) {
        across[i] += columns[k] * x[i + 3 * (reflect(column + k - columns.length / 2, w) - column)];
      }
    }
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      int row = i / 3 / w;
      for (int k = 0; k < rows.length; k++) {
        y[i] += rows[k] * across[i + 3 * w * (reflect(row + k - rows.length / 2, h) - row)];
      }
    }
    return y;
  }

  /** Kernel of a tenth of the axis, odd: 1024 has 103 taps, 256 has 25. */
  private static double[] kernel(int size, double sigma) {
    int tenth = (int) Math.ceil(0.1 * size);
    double[] kernel = new double[(int) Math.floor(tenth - 0.5 + tenth % 2)];
    double sum = 0;
    for (int k = 0; k < kernel.length; k++) {
      int x = k - kernel.length / 2;
      kernel[k] = Math.exp(-x * x / (2 * sigma * sigma));
      sum += kernel[k];
    }
    for (int k = 0; k < kernel.length; k++) {
      kernel[k] /= sum;
    }
    return kernel;
  }

  /** The border cell is not repeated. */
  private static int reflect(int i, int size) {
    int positive = Math.abs(i);
    return positive < size ? positive : 2 * (size - 1) - positive;
  }
}
