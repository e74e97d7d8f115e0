package ciss.tensor;

/**
 * Depthwise 3x3 convolution, stride 1, padding = dilation, weights {@code [c,1,3,3]}, alone and fused with GELU as in
 * Mix-FFN. GELU is the exact one: {@code x * Phi(x)}. Maps and their gradients are activations, all of one type; parameters
 * and their gradients are float32.
 */
public interface DepthwiseOps {
  record DepthwiseDims(int n, int h, int w, int c, int dilation) {
    /** 2 per multiply-add, padding counted as if it were there. */
    public long flops() {
      return 18L * n * h * w * c;
    }
  }

  /** Overwrites y; bias may be absent. */
  void depthwise(DepthwiseDims d, Tensor x, Tensor weight, Tensor bias, Tensor y);

  /** Overwrites dx. */
  void depthwiseBackwardInput(DepthwiseDims d, Tensor dy, Tensor weight, Tensor dx);

  /** As {@link #depthwiseBackwardInput}, added to dx. */
  void depthwiseBackwardInputAccumulate(DepthwiseDims d, Tensor dy, Tensor weight, Tensor dx);

  /** Adds to dWeight and dBias; dBias may be absent. */
  void depthwiseBackwardWeight(DepthwiseDims d, Tensor x, Tensor dy, Tensor dWeight, Tensor dBias);

  /**
   * {@code pre = depthwise(x) + bias}, {@code y = gelu(pre)} of the rounded pre, so that {@link #gelu} gives the same
   * bytes. pre may be y (then only y remains).
   */
  void depthwiseGelu(DepthwiseDims d, Tensor x, Tensor weight, Tensor bias, Tensor pre, Tensor y);

  /** {@code y = gelu(pre)}, any shape. y may be pre. */
  void gelu(Tensor pre, Tensor y);

  /** {@code dpre = dy * gelu'(pre)}. dPre may be dy. */
  void geluBackward(Tensor pre, Tensor dy, Tensor dPre);
}
