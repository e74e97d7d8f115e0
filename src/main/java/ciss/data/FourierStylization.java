package ciss.data;

import ciss.error.DataException;
import ciss.tensor.Box;
import java.util.Arrays;

/**
 * Fourier domain adaptation (FDA): the content keeps its phases and takes the amplitudes of the style in the lowest
 * frequencies (Yang and Soatto, CVPR 2020; the stylization of CISS).
 *
 * <p>Only the frequencies {@code |u|, |v| <= b} change, {@code b = floor(min(H, W) * bandwidth)}, so by linearity
 *
 * <pre>
 *   out(y,x) = x(y,x) + (1/(H W)) Re sum_u sum_v D(u,v) e^(+2 pi i (u y / H + v x / W))
 *   D(u,v)   = (|G(u,v)| - |F(u,v)|) F(u,v)/|F(u,v)|          F/|F| := 1 where F is zero
 * </pre>
 *
 * with F of the content and G of the style: no full transform is needed (data.md 3.3.1), and any part of the picture
 * can be computed alone. Sums are double; the result is rounded once to float32, not clipped. Style and content may
 * differ in size (amplitudes are not rescaled) as long as both hold the same block of frequencies.
 */
public final class FourierStylization implements Stylization {
  /** Amplitudes below this share of the sum of absolute values are rounding noise of an exact zero. */
  private static final double ZERO = 1e-10;

  private final double bandwidth;

  /**
   * @param bandwidth b as a share of the shorter side of the content; 0.01 in CISS
   */
  public FourierStylization(double bandwidth) {
    this.bandwidth = bandwidth;
  }

  @Override
  public int detail(int height, int width) {
    return (int) Math.floor(Math.min(height, width) * bandwidth);
  }

  @Override
  public Statistics measure(Picture picture, int detail) {
    return LowFrequencies.of(picture, detail);
  }

  @Override
  public Restyling restyle(Picture content, Statistics contentStatistics, Statistics styleStatistics) {
    LowFrequencies f = (LowFrequencies) contentStatistics;
    LowFrequencies g = (LowFrequencies) styleStatistics;
    if (!f.sameBlock(g)) {
      throw new DataException(
          "stylization: the content " + f.height + "x" + f.width + " has the frequencies " + f.block() + ", the style "
              + g.height + "x" + g.width + " only " + g.block()
              + ". Cut both pictures to one size (stylization.central_crop) or lower the bandwidth.");
    }
    double[][][] re = new double[3][f.uMax + 1][f.re[0][0].length];
    double[][][] im = new double[3][f.uMax + 1][f.re[0][0].length];
    for (int c = 0; c < 3; c++) {
      for (int u = 0; u <= f.uMax; u++) {
        // Rows u and -u are conjugates and give twice the real part; row 0 and the Nyquist row are their own mirrors.
        double weight = (u == 0 || 2 * u == f.height ? 1.0 : 2.0) / ((double) f.height * f.width);
        for (int v = 0; v < re[c][u].length; v++) {
          double fr = f.re[c][u][v];
          double fi = f.im[c][u][v];
          double amplitude = Math.hypot(fr, fi);
          double style = Math.hypot(g.re[c][u][v], g.im[c][u][v]);
          boolean zero = amplitude <= ZERO * f.absoluteSum[c];
          double change = weight * (zero ? style : (style - amplitude) / amplitude);
          re[c][u][v] = zero ? change : change * fr;
          im[c][u][v] = zero ? 0 : change * fi;
        }
      }
    }
    return new Change(content, f, re, im);
  }

  /** The weighted differences D of one pair, ready to be added to any part of the content. */
  private record Change(Picture content, LowFrequencies f, double[][][] re, double[][][] im) implements Restyling {

    @Override
    public FloatPicture region(Box box) {
      float[] out = new float[3 * box.height() * box.width()];
      double[][][] waves = {LowFrequencies.waves(f.height), LowFrequencies.waves(f.width)};
      for (int from = 0; from < 3 * box.width(); from += LowFrequencies.BLOCK) {
        addColumns(box, from, Math.min(LowFrequencies.BLOCK, 3 * box.width() - from), waves, out);
      }
      return new FloatPicture(box.height(), box.width(), out);
    }

    private void addColumns(Box box, int from, int n, double[][][] waves, float[] out) {
      int terms = f.uMax + 1;
      int padded = (terms + LowFrequencies.GROUP - 1) / LowFrequencies.GROUP * LowFrequencies.GROUP;
      double[][] rowsRe = new double[padded][LowFrequencies.BLOCK];
      double[][] rowsIm = new double[padded][LowFrequencies.BLOCK];
      inverseRows(box.x1() + from / 3, n, waves[1], rowsRe, rowsIm);
      double[] even = new double[LowFrequencies.BLOCK];
      double[] odd = new double[LowFrequencies.BLOCK];
      float[] pixels = new float[LowFrequencies.BLOCK];
      for (int y = box.y1(); y < box.y2(); y++) {
        int mirror = (f.height - y) % f.height;
        boolean paired = mirror != y && mirror >= box.y1() && mirror < box.y2();
        if (paired && mirror < y) {
          continue;
        }
        sumOverRows(y, waves[0], rowsRe, rowsIm, even, odd, n);
        content.readRow(y, box.x1() + from / 3, n / 3, pixels);
        add(pixels, even, odd, 1, out, 3 * (y - box.y1()) * box.width() + from, n);
        if (paired) {
          content.readRow(mirror, box.x1() + from / 3, n / 3, pixels);
          add(pixels, even, odd, -1, out, 3 * (mirror - box.y1()) * box.width() + from, n);
        }
      }
    }

    /** For each u the inverse transform over v at the columns of this block: {@code sum_v D e^(+2 pi i v x / W)}. */
    private void inverseRows(int x0, int n, double[][] waves, double[][] rowsRe, double[][] rowsIm) {
      for (int i = 0; i < n; i++) {
        int x = x0 + i / 3;
        int c = i % 3;
        for (int v = f.vLow; v <= f.vHigh; v++) {
          int phase = Math.floorMod((long) v * x, f.width);
          double cos = waves[0][phase];
          double sin = waves[1][phase];
          for (int u = 0; u <= f.uMax; u++) {
            double a = re[c][u][v - f.vLow];
            double b = im[c][u][v - f.vLow];
            rowsRe[u][i] += a * cos - b * sin;
            rowsIm[u][i] += a * sin + b * cos;
          }
        }
      }
    }

    /** Cosine part (even in y) and sine part (odd) of the change in row y: their sum is row y, their difference row H-y. */
    private void sumOverRows(
        int y, double[][] waves, double[][] rowsRe, double[][] rowsIm, double[] even, double[] odd, int n) {
      Arrays.fill(even, 0, n, 0);
      Arrays.fill(odd, 0, n, 0);
      double[][] group = new double[LowFrequencies.GROUP][];
      double[] factors = new double[LowFrequencies.GROUP];
      for (int u0 = 0; u0 < rowsRe.length; u0 += LowFrequencies.GROUP) {
        for (int k = 0; k < LowFrequencies.GROUP; k++) {
          group[k] = rowsRe[u0 + k];
          factors[k] = waves[0][(int) ((long) (u0 + k) * y % f.height)];
        }
        LowFrequencies.addScaled(even, group, factors, n);
        for (int k = 0; k < LowFrequencies.GROUP; k++) {
          group[k] = rowsIm[u0 + k];
          factors[k] = -waves[1][(int) ((long) (u0 + k) * y % f.height)];
        }
        LowFrequencies.addScaled(odd, group, factors, n);
      }
    }

    private static void add(float[] pixels, double[] even, double[] odd, double sign, float[] out, int at, int n) {
      for (int i = 0; i < n; i++) {
        out[at + i] = (float) (pixels[i] + (even[i] + sign * odd[i]));
      }
    }
  }
}
