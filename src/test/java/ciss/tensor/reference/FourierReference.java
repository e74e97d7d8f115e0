package ciss.tensor.reference;

import ciss.tensor.Box;
import ciss.tensor.StylizationOps.FrequencyBlock;

/** Fourier domain adaptation by the sums of its definition (data.md 3.3.1), over the whole block of frequencies. */
final class FourierReference {
  private FourierReference() {}

  static double[] spectrum(FrequencyBlock f, double[] x) {
    double[] spectrum = new double[Math.toIntExact(f.spectrum().elements())];
    for (int i = 0; i < x.length; i++) {
      spectrum[2 * (i % 3)] += Math.abs(x[i]);
    }
    for (int u = 0; u < f.rows(); u++) {
      for (int v = f.vLow(); v <= f.vHigh(); v++) {
        int at = entry(f, u, v);
        for (int i = 0; i < x.length; i++) {
          double angle = angle(f, u, v, i / 3 / f.width(), i / 3 % f.width());
          spectrum[at + 2 * (i % 3)] += x[i] * Math.cos(angle);
          spectrum[at + 2 * (i % 3) + 1] -= x[i] * Math.sin(angle);
        }
      }
    }
    return spectrum;
  }

  static double[] stylize(FrequencyBlock f, double[] x, double[] content, double[] style, Box part) {
    double[] y = new double[3 * part.height() * part.width()];
    for (int i = 0; i < y.length; i++) {
      int row = part.y1() + i / 3 / part.width();
      int column = part.x1() + i / 3 % part.width();
      int c = i % 3;
      double sum = 0;
      for (int u = 0; u < f.rows(); u++) {
        // A row that is not its own mirror stands for its conjugate too, which has the same real part.
        double count = u == 0 || 2 * u == f.height() ? 1 : 2;
        for (int v = f.vLow(); v <= f.vHigh(); v++) {
          int at = entry(f, u, v) + 2 * c;
          double amplitude = Math.hypot(content[at], content[at + 1]);
          boolean zero = amplitude <= 1e-10 * content[2 * c];
          double phase = zero ? 0 : Math.atan2(content[at + 1], content[at]);
          double change = Math.hypot(style[at], style[at + 1]) - (zero ? 0 : amplitude);
          sum += count * change * Math.cos(phase + angle(f, u, v, row, column));
        }
      }
      y[i] = x[3 * (row * f.width() + column) + c] + sum / ((double) f.height() * f.width());
    }
    return y;
  }

  private static int entry(FrequencyBlock f, int u, int v) {
    return 6 * (1 + u * f.columns() + v - f.vLow());
  }

  /** {@code 2 pi (u y / h + v x / w)}, reduced before it becomes inexact. */
  private static double angle(FrequencyBlock f, int u, int v, int y, int x) {
    return 2 * Math.PI * ((double) (u * y % f.height()) / f.height() + (double) (v * x % f.width()) / f.width());
  }
}
