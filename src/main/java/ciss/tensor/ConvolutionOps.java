package ciss.tensor;

/**
 * Dense convolutions with zero padding. Weights are the reference's {@code [out, slabs*in, kernel, kernel]}; x, y and their
 * gradients are activations as in {@link LinearOps}, and a gradient of x that comes in bf16 from one row of y may be rounded
 * before it is added up with that of another.
 */
public interface ConvolutionOps {
  /**
   * Sizes of a convolution over {@code x [slabs,n,h,w,in]} giving {@code y [n,hOut,wOut,out]}.
   *
   * @param in channels per slab
   */
  record ConvolutionDims(
      int n, int h, int w, int slabs, int in, int out, int kernel, int stride, int padding, int dilation) {
    public int hOut() {
      return (h + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1;
    }

    public int wOut() {
      return (w + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1;
    }

    /** 2 per multiply-add, padding counted as if it were there. */
    public long flops() {
      return 2L * n * hOut() * wOut() * slabs * in * out * kernel * kernel;
    }
  }

  /** Overwrites y; bias {@code [out]} may be absent. */
  void convolution(ConvolutionDims d, Tensor x, Tensor weight, Tensor bias, Tensor y);

  /** Overwrites dx {@code [slabs,n,h,w,in]}. */
  void convolutionBackwardInput(ConvolutionDims d, Tensor dy, Tensor weight, Tensor dx);

  /** Adds to dWeight and dBias; dBias may be absent. */
  void convolutionBackwardWeight(ConvolutionDims d, Tensor x, Tensor dy, Tensor dWeight, Tensor dBias);
}
