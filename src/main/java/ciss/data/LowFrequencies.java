package ciss.data;

import ciss.tensor.Box;
import java.util.Arrays;

/**
 * The lowest frequencies of a picture's discrete Fourier transform, per channel (B,G,R), in double precision:
 * {@code F(u,v) = sum_y sum_x x(y,x) e^(-2 pi i (u y / H + v x / W))}, unnormalised, for {@code u = 0..b} and
 * {@code v = -b..b}. Negative u follow from {@code F(-u,-v) = conj F(u,v)}.
 *
 * <p>Two small separable transforms: columns first, as multiply-adds of whole rows, where rows y and H-y are folded to
 * their sum (cosine part) and difference (sine part), which halves the work; then rows. Indices beyond the Nyquist
 * frequency do not exist: the block is cut to {@code max(-b, -floor(n/2)) .. min(b, floor((n-1)/2))}.
 */
final class LowFrequencies implements Stylization.Statistics {
  /** Values of a row that are processed together: the partial sums of all frequencies then stay in the fast caches. */
  static final int BLOCK = 384;

  /** Rows added per pass over the partial sums. */
  static final int GROUP = 4;

  final int height;
  final int width;

  /** Largest u, and the range of v. The range of u is {@code uLow..}; uLow is only needed to compare two pictures. */
  final int uMax;
  final int uLow;
  final int uHigh;
  final int vLow;
  final int vHigh;

  /** {@code [3][uMax+1][vHigh-vLow+1]} */
  final double[][][] re;

  final double[][][] im;

  /** Sum of absolute values per channel: the scale for "exactly zero". */
  final double[] absoluteSum = new double[3];

  private LowFrequencies(int height, int width, int b) {
    this.height = height;
    this.width = width;
    this.uMax = Math.min(b, height / 2);
    this.uLow = Math.max(-b, -(height / 2));
    this.uHigh = Math.min(b, (height - 1) / 2);
    this.vLow = Math.max(-b, -(width / 2));
    this.vHigh = Math.min(b, (width - 1) / 2);
    this.re = new double[3][uMax + 1][vHigh - vLow + 1];
    this.im = new double[3][uMax + 1][vHigh - vLow + 1];
  }

  /** Measures a picture up to frequency b in both directions. */
  static LowFrequencies of(Picture x, int b) {
    LowFrequencies f = new LowFrequencies(x.height(), x.width(), b);
    int rowLength = 3 * x.width();
    double[] sumRe = new double[rowLength];
    double[] sumIm = new double[rowLength];
    double[][] columnsRe = new double[f.uMax + 1][rowLength];
    double[][] columnsIm = new double[f.uMax + 1][rowLength];
    for (int from = 0; from < rowLength; from += BLOCK) {
      f.transformColumns(x, from, Math.min(BLOCK, rowLength - from), columnsRe, columnsIm);
    }
    double[][] waves = waves(x.width());
    for (int u = 0; u <= f.uMax; u++) {
      System.arraycopy(columnsRe[u], 0, sumRe, 0, rowLength);
      System.arraycopy(columnsIm[u], 0, sumIm, 0, rowLength);
      f.transformRow(sumRe, sumIm, u, waves);
    }
    return f;
  }

  /** Cosines [0] and sines [1] of {@code 2 pi k / n}. */
  static double[][] waves(int n) {
    double[][] waves = new double[2][n];
    for (int k = 0; k < n; k++) {
      waves[0][k] = Math.cos(2 * Math.PI * k / n);
      waves[1][k] = Math.sin(2 * Math.PI * k / n);
    }
    return waves;
  }

  private void transformColumns(Picture x, int from, int n, double[][] columnsRe, double[][] columnsIm) {
    double[][] waves = waves(height);
    double[][] even = new double[GROUP][BLOCK];
    double[][] odd = new double[GROUP][BLOCK];
    double[][] re = new double[uMax + 1][BLOCK];
    double[][] im = new double[uMax + 1][BLOCK];
    double[] absolute = new double[BLOCK];
    float[] upper = new float[BLOCK];
    float[] lower = new float[BLOCK];
    double[] cos = new double[GROUP];
    double[] sin = new double[GROUP];
    int folded = height / 2 + 1;
    for (int y0 = 0; y0 < folded; y0 += GROUP) {
      int rows = Math.min(GROUP, folded - y0);
      for (int k = 0; k < rows; k++) {
        int y = y0 + k;
        int mirror = (height - y) % height;
        x.readRow(y, from / 3, n / 3, upper);
        if (mirror == y) {
          Arrays.fill(lower, 0, n, 0);
        } else {
          x.readRow(mirror, from / 3, n / 3, lower);
        }
        fold(upper, lower, even[k], odd[k], absolute, n);
      }
      for (int u = 0; u <= uMax; u++) {
        for (int k = 0; k < GROUP; k++) {
          int phase = (int) ((long) u * (y0 + k) % height);
          boolean paired = (height - y0 - k) % height != y0 + k;
          cos[k] = k < rows ? waves[0][phase] : 0;
          sin[k] = k < rows && paired ? -waves[1][phase] : 0;
        }
        addScaled(re[u], even, cos, n);
        addScaled(im[u], odd, sin, n);
      }
    }
    for (int u = 0; u <= uMax; u++) {
      System.arraycopy(re[u], 0, columnsRe[u], from, n);
      System.arraycopy(im[u], 0, columnsIm[u], from, n);
    }
    for (int i = 0; i < n; i++) {
      absoluteSum[i % 3] += absolute[i];
    }
  }

  private static void fold(float[] a, float[] b, double[] even, double[] odd, double[] absolute, int n) {
    for (int i = 0; i < n; i++) {
      even[i] = (double) a[i] + (double) b[i];
      odd[i] = (double) a[i] - (double) b[i];
    }
    for (int i = 0; i < n; i++) {
      absolute[i] += (double) (Math.abs(a[i]) + Math.abs(b[i]));
    }
  }

  /** {@code sum[i] += factors[0] * rows[0][i] + ...} over {@link #GROUP} rows; this loop is nearly all of the work. */
  static void addScaled(double[] sum, double[][] rows, double[] factors, int n) {
    double[] r0 = rows[0];
    double[] r1 = rows[1];
    double[] r2 = rows[2];
    double[] r3 = rows[3];
    double f0 = factors[0];
    double f1 = factors[1];
    double f2 = factors[2];
    double f3 = factors[3];
    for (int i = 0; i < n; i++) {
      sum[i] += (f0 * r0[i] + f1 * r1[i]) + (f2 * r2[i] + f3 * r3[i]);
    }
  }

  /** The second transform: one row of column coefficients, all v and channels. */
  private void transformRow(double[] rowRe, double[] rowIm, int u, double[][] waves) {
    int vMax = Math.max(vHigh, -vLow);
    for (int v = 0; v <= vMax; v++) {
      for (int c = 0; c < 3; c++) {
        double reCos = 0;
        double imSin = 0;
        double imCos = 0;
        double reSin = 0;
        int phase = 0;
        for (int x = 0; x < width; x++) {
          double cos = waves[0][phase];
          double sin = waves[1][phase];
          double a = rowRe[3 * x + c];
          double b = rowIm[3 * x + c];
          reCos += a * cos;
          imSin += b * sin;
          imCos += b * cos;
          reSin += a * sin;
          phase += v;
          phase -= phase >= width ? width : 0;
        }
        if (v <= vHigh) {
          re[c][u][v - vLow] = reCos + imSin;
          im[c][u][v - vLow] = imCos - reSin;
        }
        if (-v >= vLow) {
          re[c][u][-v - vLow] = reCos - imSin;
          im[c][u][-v - vLow] = imCos + reSin;
        }
      }
    }
  }

  /** Whether the block of frequencies is the same as that of another picture. */
  boolean sameBlock(LowFrequencies other) {
    return uLow == other.uLow && uHigh == other.uHigh && vLow == other.vLow && vHigh == other.vHigh;
  }

  /** The block as text, for messages. */
  String block() {
    return new Box(uLow, uHigh + 1, vLow, vHigh + 1).toString();
  }

  @Override
  public long byteSize() {
    return 16L * 3 * (uMax + 1) * (vHigh - vLow + 1);
  }
}
