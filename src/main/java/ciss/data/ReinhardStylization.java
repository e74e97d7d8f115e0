package ciss.data;

import ciss.tensor.Box;

/**
 * Colour transfer in a decorrelated log space (Reinhard et al., IEEE CG&amp;A 2001): every channel of the content gets mean
 * and standard deviation of the style.
 *
 * <p>Computed in double (data.md 3.3.2). As in the reference the pixel vector is taken in the order B,G,R although the
 * matrix is meant for R,G,B, logarithms are natural, components equal to 0 become 2^-52, and the result is clipped to
 * 0..255. Differs from the reference: a content channel without any variation gets the mean of the style, where the
 * reference gives NaN.
 */
public final class ReinhardStylization implements Stylization {
  private static final double[][] TO_LMS = {
    {0.3811, 0.5783, 0.0402}, {0.1967, 0.7244, 0.0782}, {0.0241, 0.1288, 0.8444}
  };
  private static final double[][] TO_LAB = {
    {1 / Math.sqrt(3), 1 / Math.sqrt(3), 1 / Math.sqrt(3)},
    {1 / Math.sqrt(6), 1 / Math.sqrt(6), -2 / Math.sqrt(6)},
    {1 / Math.sqrt(2), -1 / Math.sqrt(2), 0}
  };
  private static final double[][] FROM_LMS = inverse(TO_LMS);
  private static final double[][] FROM_LAB = inverse(TO_LAB);
  private static final double SMALLEST = 0x1p-52;

  /**
   * Mean and standard deviation (division by n) of the three decorrelated channels over all pixels.
   */
  record LabStatistics(double[] mean, double[] deviation) implements Statistics {
    @Override
    public long byteSize() {
      return 48;
    }
  }

  @Override
  public int detail(int height, int width) {
    return 0;
  }

  @Override
  public Statistics measure(Picture picture, int detail) {
    int w = picture.width();
    double[] mean = new double[3];
    double[] squares = new double[3];
    float[] row = new float[3 * w];
    double[] lab = new double[3 * w];
    for (int y = 0; y < picture.height(); y++) {
      picture.readRow(y, 0, w, row);
      for (int x = 0; x < w; x++) {
        toLab(row, 3 * x, lab);
      }
      for (int c = 0; c < 3; c++) {
        merge(lab, c, w, (long) y * w, mean, squares);
      }
    }
    double[] deviation = new double[3];
    for (int c = 0; c < 3; c++) {
      deviation[c] = Math.sqrt(squares[c] / ((double) picture.height() * w));
    }
    return new LabStatistics(mean, deviation);
  }

  /** Adds one row to mean and sum of squared deviations (Chan's pairwise update). */
  private static void merge(double[] lab, int c, int w, long before, double[] mean, double[] squares) {
    double sum = 0;
    for (int x = 0; x < w; x++) {
      sum += lab[3 * x + c];
    }
    double rowMean = sum / w;
    double rowSquares = 0;
    for (int x = 0; x < w; x++) {
      double d = lab[3 * x + c] - rowMean;
      rowSquares += d * d;
    }
    double delta = rowMean - mean[c];
    double total = before + w;
    mean[c] += delta * w / total;
    squares[c] += rowSquares + delta * delta * before * w / total;
  }

  private static void toLab(float[] row, int at, double[] lab) {
    double p0 = row[at];
    double p1 = row[at + 1];
    double p2 = row[at + 2];
    double l = logarithm(TO_LMS[0], p0, p1, p2);
    double m = logarithm(TO_LMS[1], p0, p1, p2);
    double s = logarithm(TO_LMS[2], p0, p1, p2);
    for (int c = 0; c < 3; c++) {
      lab[at + c] = dot(TO_LAB[c], l, m, s);
    }
  }

  private static double logarithm(double[] row, double p0, double p1, double p2) {
    double value = dot(row, p0, p1, p2);
    return Math.log(value == 0 ? SMALLEST : value);
  }

  private static double dot(double[] row, double a, double b, double c) {
    return row[0] * a + row[1] * b + row[2] * c;
  }

  @Override
  public Restyling restyle(Picture content, Statistics contentStatistics, Statistics styleStatistics) {
    LabStatistics from = (LabStatistics) contentStatistics;
    LabStatistics to = (LabStatistics) styleStatistics;
    double[] factor = new double[3];
    for (int c = 0; c < 3; c++) {
      factor[c] = from.deviation[c] == 0 ? 0 : to.deviation[c] / from.deviation[c];
    }
    return box -> transfer(content, box, from.mean, factor, to.mean);
  }

  private static FloatPicture transfer(Picture content, Box box, double[] from, double[] factor, double[] to) {
    int w = box.width();
    float[] out = new float[3 * box.height() * w];
    float[] row = new float[3 * w];
    double[] lab = new double[3 * w];
    for (int y = 0; y < box.height(); y++) {
      content.readRow(box.y1() + y, box.x1(), w, row);
      for (int x = 0; x < w; x++) {
        toLab(row, 3 * x, lab);
        double a = (lab[3 * x] - from[0]) * factor[0] + to[0];
        double b = (lab[3 * x + 1] - from[1]) * factor[1] + to[1];
        double c = (lab[3 * x + 2] - from[2]) * factor[2] + to[2];
        double l = Math.exp(dot(FROM_LAB[0], a, b, c));
        double m = Math.exp(dot(FROM_LAB[1], a, b, c));
        double s = Math.exp(dot(FROM_LAB[2], a, b, c));
        for (int k = 0; k < 3; k++) {
          out[3 * (y * w + x) + k] = (float) Math.clamp(dot(FROM_LMS[k], l, m, s), 0.0, 255.0);
        }
      }
    }
    return new FloatPicture(box.height(), w, out);
  }

  /** Inverse of a 3x3 matrix by cofactors. */
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
