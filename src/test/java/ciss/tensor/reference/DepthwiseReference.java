package ciss.tensor.reference;

import ciss.tensor.DepthwiseOps.DepthwiseDims;

/** Depthwise 3x3 convolution, stride 1, padding = dilation: each channel is convolved with its own kernel. */
final class DepthwiseReference {
  private DepthwiseReference() {}

  /** One product per channel of an input pixel and an output pixel under kernel position {@code k} (0 to 8). */
  private interface Tap {
    void at(int x, int y, int k);
  }

  static double[] forward(DepthwiseDims d, double[] x, double[] weight, double[] bias) {
    double[] y = new double[d.n() * d.h() * d.w() * d.c()];
    for (int i = 0; bias.length > 0 && i < y.length; i++) {
      y[i] = bias[i % d.c()];
    }
    forEachTap(
        d,
        (xAt, yAt, k) -> {
          for (int c = 0; c < d.c(); c++) {
            y[yAt + c] += x[xAt + c] * weight[c * 9 + k];
          }
        });
    return y;
  }

  static double[] backwardInput(DepthwiseDims d, double[] dy, double[] weight) {
    double[] dx = new double[dy.length];
    forEachTap(
        d,
        (xAt, yAt, k) -> {
          for (int c = 0; c < d.c(); c++) {
            dx[xAt + c] += dy[yAt + c] * weight[c * 9 + k];
          }
        });
    return dx;
  }

  static double[] backwardWeight(DepthwiseDims d, double[] x, double[] dy) {
    double[] dWeight = new double[d.c() * 9];
    forEachTap(
        d,
        (xAt, yAt, k) -> {
          for (int c = 0; c < d.c(); c++) {
            dWeight[c * 9 + k] += x[xAt + c] * dy[yAt + c];
          }
        });
    return dWeight;
  }

  private static void forEachTap(DepthwiseDims d, Tap tap) {
    for (int b = 0; b < d.n(); b++) {
      for (int oy = 0; oy < d.h(); oy++) {
        for (int ox = 0; ox < d.w(); ox++) {
          for (int k = 0; k < 9; k++) {
            int iy = oy + (k / 3 - 1) * d.dilation();
            int ix = ox + (k % 3 - 1) * d.dilation();
            if (iy >= 0 && iy < d.h() && ix >= 0 && ix < d.w()) {
              tap.at(((b * d.h() + iy) * d.w() + ix) * d.c(), ((b * d.h() + oy) * d.w() + ox) * d.c(), k);
            }
          }
        }
      }
    }
  }
}
