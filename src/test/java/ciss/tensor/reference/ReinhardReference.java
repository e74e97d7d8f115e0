package ciss.tensor.reference;

/** Reinhard's colour transfer by its formulas (data.md 3.3.2), with inverses computed from the matrices. */
final class ReinhardReference {
  private static final double[][] TO_LMS = {
    {0.3811, 0.5783, 0.0402}, {0.1967, 0.7244, 0.0782}, {0.0241, 0.1288, 0.8444}
  };
  private static final double[][] TO_LAB = {
    scaled(1 / Math.sqrt(3), 1, 1, 1), scaled(1 / Math.sqrt(6), 1, 1, -2), scaled(1 / Math.sqrt(2), 1, -1, 0)
  };

  private ReinhardReference() {}

  /** Means, then deviations. */
  static double[] statistics(double[] x) {
    double[] lab = toLab(x);
    int pixels = x.length / 3;
    double[] statistics = new double[6];
    for (int i = 0; i < lab.length; i++) {
      statistics[i % 3] += lab[i] / pixels;
    }
    for (int i = 0; i < lab.length; i++) {
      double d = lab[i] - statistics[i % 3];
      statistics[3 + i % 3] += d * d / pixels;
    }
    for (int c = 0; c < 3; c++) {
      statistics[3 + c] = Math.sqrt(statistics[3 + c]);
    }
    return statistics;
  }

  static double[] stylize(double[] x, double[] content, double[] style) {
    double[] lab = toLab(x);
    for (int i = 0; i < lab.length; i++) {
      int c = i % 3;
      double factor = content[3 + c] == 0 ? 0 : style[3 + c] / content[3 + c];
      lab[i] = (lab[i] - content[c]) * factor + style[c];
    }
    double[] logarithms = each(inverse(TO_LAB), lab);
    for (int i = 0; i < lab.length; i++) {
      logarithms[i] = Math.exp(logarithms[i]);
    }
    double[] y = each(inverse(TO_LMS), logarithms);
    for (int i = 0; i < y.length; i++) {
      y[i] = Math.clamp(y[i], 0.0, 255.0);
    }
    return y;
  }

  private static double[] toLab(double[] x) {
    double[] lms = each(TO_LMS, x);
    for (int i = 0; i < lms.length; i++) {
      lms[i] = Math.log(lms[i] == 0 ? 0x1p-52 : lms[i]);
    }
    return each(TO_LAB, lms);
  }

  /** The matrix times every three values. */
  private static double[] each(double[][] matrix, double[] x) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      for (int k = 0; k < 3; k++) {
        y[i] += matrix[i % 3][k] * x[i - i % 3 + k];
      }
    }
    return y;
  }

  private static double[] scaled(double factor, double a, double b, double c) {
    return new double[] {factor * a, factor * b, factor * c};
  }

  private static double[][] inverse(double[][] m) {
    double[][] inverse = new double[3][3];
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        int a = (j + 1) % 3;
        int b = (j + 2) % 3;
        int c = (i + 1) % 3;
        int d = (i + 2) % 3;
        inverse[i][j] = m[a][c] * m[b][d] - m[a][d] * m[b][c];
      }
    }
    double determinant = m[0][0] * inverse[0][0] + m[0][1] * inverse[1][0] + m[0][2] * inverse[2][0];
    for (double[] row : inverse) {
      for (int j = 0; j < 3; j++) {
        row[j] /= determinant;
      }
    }
    return inverse;
  }
}
