package ciss.tensor.reference;

import ciss.tensor.LinearOps.LinearDims;

/** {@code y = x w^T + b} over slabs; x {@code [slabs,rows,in]}, w {@code [out,slabs*in]}, y {@code [rows,out]}. */
final class LinearReference {
  private LinearReference() {}

  /** {@code y[r,o] = bias[o] + sum_s sum_i x[s,r,i] w[o,s*in+i]}; an empty bias is none. */
  static double[] forward(LinearDims d, double[] x, double[] weight, double[] bias) {
    double[] y = new double[d.rows() * d.out()];
    for (int r = 0; r < d.rows(); r++) {
      for (int o = 0; o < d.out(); o++) {
        double sum = bias.length == 0 ? 0 : bias[o];
        for (int s = 0; s < d.slabs(); s++) {
          int xRow = (s * d.rows() + r) * d.in();
          int wRow = (o * d.slabs() + s) * d.in();
          for (int i = 0; i < d.in(); i++) {
            sum += x[xRow + i] * weight[wRow + i];
          }
        }
        y[r * d.out() + o] = sum;
      }
    }
    return y;
  }

  /** {@code sum_i x[r,i] w[o,slab*in+i]}. */
  static double[] slab(LinearDims d, int slab, double[] x, double[] weight) {
    double[] y = new double[d.rows() * d.out()];
    for (int i = 0; i < y.length; i++) {
      int xRow = i / d.out() * d.in();
      int wRow = (i % d.out() * d.slabs() + slab) * d.in();
      for (int k = 0; k < d.in(); k++) {
        y[i] += x[xRow + k] * weight[wRow + k];
      }
    }
    return y;
  }

  /** {@code dx[s,r,i] = sum_o dy[r,o] w[o,s*in+i]}. */
  static double[] backwardInput(LinearDims d, double[] dy, double[] weight) {
    double[] dx = new double[d.slabs() * d.rows() * d.in()];
    for (int r = 0; r < d.rows(); r++) {
      for (int o = 0; o < d.out(); o++) {
        double g = dy[r * d.out() + o];
        for (int s = 0; s < d.slabs(); s++) {
          int xRow = (s * d.rows() + r) * d.in();
          int wRow = (o * d.slabs() + s) * d.in();
          for (int i = 0; i < d.in(); i++) {
            dx[xRow + i] += g * weight[wRow + i];
          }
        }
      }
    }
    return dx;
  }

  /** {@code dw[o,s*in+i] = sum_r dy[r,o] x[s,r,i]}. */
  static double[] backwardWeight(LinearDims d, double[] x, double[] dy) {
    double[] dWeight = new double[d.out() * d.slabs() * d.in()];
    for (int r = 0; r < d.rows(); r++) {
      for (int o = 0; o < d.out(); o++) {
        double g = dy[r * d.out() + o];
        for (int s = 0; s < d.slabs(); s++) {
          int xRow = (s * d.rows() + r) * d.in();
          int wRow = (o * d.slabs() + s) * d.in();
          for (int i = 0; i < d.in(); i++) {
            dWeight[wRow + i] += g * x[xRow + i];
          }
        }
      }
    }
    return dWeight;
  }

  /** {@code dbias[o] = sum_r dy[r,o]}: the bias gradient of every product and convolution. */
  static double[] backwardBias(int out, double[] dy) {
    double[] dBias = new double[out];
    for (int i = 0; i < dy.length; i++) {
      dBias[i % out] += dy[i];
    }
    return dBias;
  }
}
