package ciss.tensor;

/**
 * Products with a weight matrix in PyTorch's layout {@code [out, slabs*in]} (1x1 convolutions are the same). {@code x}
 * is {@code [slabs, rows, in]}; with one slab that is plain {@code [rows, in]}, any leading axes may be folded into rows.
 *
 * <p>x, y and their gradients are activations, each of either type. Where a backend computes in bf16, the product's two
 * factors are rounded to it, sums are float32, and a bf16 result of several addends (bias, slabs, what is added to) may be
 * rounded after each.
 */
public interface LinearOps {
  /**
   * @param in columns per slab
   */
  record LinearDims(int rows, int slabs, int in, int out) {
    public static LinearDims of(int rows, int in, int out) {
      return new LinearDims(rows, 1, in, out);
    }

    /** 2 per multiply-add. */
    public long flops() {
      return 2L * rows * slabs * in * out;
    }
  }

  /** {@code y[r,o] = bias[o] + sum_s sum_i x[s,r,i] w[o,s*in+i]}. Overwrites y; bias may be absent. */
  void linear(LinearDims d, Tensor x, Tensor weight, Tensor bias, Tensor y);

  /**
   * What one slab adds to {@link #linear} without bias: {@code y[r,o] (+)= sum_i x[r,i] w[o,slab*in+i]} with {@code x
   * [rows,in]}. Slab 0 overwrites y, the others add to it: one after another they give the bytes of {@code linear}, from
   * slabs that need not exist at the same time.
   */
  void linearSlab(LinearDims d, int slab, Tensor x, Tensor weight, Tensor y);

  /** {@code dx[s,r,i] = sum_o dy[r,o] w[o,s*in+i]}. Overwrites dx. */
  void linearBackwardInput(LinearDims d, Tensor dy, Tensor weight, Tensor dx);

  /** As {@link #linearBackwardInput}, added to dx. */
  void linearBackwardInputAccumulate(LinearDims d, Tensor dy, Tensor weight, Tensor dx);

  /** {@code dw[o,s*in+i] += sum_r dy[r,o] x[s,r,i]}, {@code dbias[o] += sum_r dy[r,o]}; dBias may be absent. */
  void linearBackwardWeight(LinearDims d, Tensor x, Tensor dy, Tensor dWeight, Tensor dBias);
}
