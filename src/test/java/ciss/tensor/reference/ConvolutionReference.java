package ciss.tensor.reference;

import ciss.tensor.ConvolutionOps.ConvolutionDims;

/**
 * Dense convolution with zero padding: {@code y[b,oy,ox,o] = bias[o] + sum_{s,i,ky,kx} x[s,b,iy,ix,i] w[o,s*in+i,ky,kx]}
 * with {@code iy = oy*stride - padding + ky*dilation}, same for x. Positions outside the map count as 0.
 */
final class ConvolutionReference {
  private ConvolutionReference() {}

  /** One product of an input pixel, an output pixel and a weight tap {@code [in,out]}: where each of them starts. */
  private interface Tap {
    void at(int x, int y, int weight);
  }

  static double[] forward(ConvolutionDims d, double[] x, double[] weight, double[] bias) {
    double[] taps = tapMajor(d, weight);
    double[] y = new double[d.n() * d.hOut() * d.wOut() * d.out()];
    for (int i = 0; bias.length > 0 && i < y.length; i++) {
      y[i] = bias[i % d.out()];
    }
    forEachTap(
        d,
        (xAt, yAt, wAt) -> {
          for (int i = 0; i < d.in(); i++) {
            for (int o = 0; o < d.out(); o++) {
              y[yAt + o] += x[xAt + i] * taps[wAt + i * d.out() + o];
            }
          }
        });
    return y;
  }

  static double[] backwardInput(ConvolutionDims d, double[] dy, double[] weight) {
    double[] taps = tapMajor(d, weight);
    double[] dx = new double[d.slabs() * d.n() * d.h() * d.w() * d.in()];
    forEachTap(
        d,
        (xAt, yAt, wAt) -> {
          for (int i = 0; i < d.in(); i++) {
            double sum = 0;
            for (int o = 0; o < d.out(); o++) {
              sum += dy[yAt + o] * taps[wAt + i * d.out() + o];
            }
            dx[xAt + i] += sum;
          }
        });
    return dx;
  }

  static double[] backwardWeight(ConvolutionDims d, double[] x, double[] dy) {
    double[] dTaps = new double[d.kernel() * d.kernel() * d.slabs() * d.in() * d.out()];
    forEachTap(
        d,
        (xAt, yAt, wAt) -> {
          for (int i = 0; i < d.in(); i++) {
            for (int o = 0; o < d.out(); o++) {
              dTaps[wAt + i * d.out() + o] += x[xAt + i] * dy[yAt + o];
            }
          }
        });
    return channelMajor(d, dTaps);
  }

  private static void forEachTap(ConvolutionDims d, Tap tap) {
    for (int b = 0; b < d.n(); b++) {
      for (int oy = 0; oy < d.hOut(); oy++) {
        for (int ox = 0; ox < d.wOut(); ox++) {
          int y = ((b * d.hOut() + oy) * d.wOut() + ox) * d.out();
          for (int k = 0; k < d.kernel() * d.kernel(); k++) {
            int iy = oy * d.stride() - d.padding() + k / d.kernel() * d.dilation();
            int ix = ox * d.stride() - d.padding() + k % d.kernel() * d.dilation();
            if (iy < 0 || iy >= d.h() || ix < 0 || ix >= d.w()) {
              continue;
            }
            for (int s = 0; s < d.slabs(); s++) {
              int x = (((s * d.n() + b) * d.h() + iy) * d.w() + ix) * d.in();
              tap.at(x, y, (k * d.slabs() + s) * d.in() * d.out());
            }
          }
        }
      }
    }
  }

  /** {@code [out, slabs*in, kernel*kernel]} to {@code [kernel*kernel, slabs*in, out]}. */
  private static double[] tapMajor(ConvolutionDims d, double[] weight) {
    int area = d.kernel() * d.kernel();
    int in = d.slabs() * d.in();
    double[] taps = new double[weight.length];
    for (int i = 0; i < weight.length; i++) {
      taps[(i % area * in + i / area % in) * d.out() + i / area / in] = weight[i];
    }
    return taps;
  }

  /** The inverse of {@link #tapMajor}. */
  private static double[] channelMajor(ConvolutionDims d, double[] taps) {
    int area = d.kernel() * d.kernel();
    int in = d.slabs() * d.in();
    double[] weight = new double[taps.length];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = taps[(i % area * in + i / area % in) * d.out() + i / area / in];
    }
    return weight;
  }
}
