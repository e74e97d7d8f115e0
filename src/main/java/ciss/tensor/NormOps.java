package ciss.tensor;

/**
 * Layer norm over the last axis and batch norm over all others; biased variances. x and dx are activations of one type; y and
 * the layer norm's dy are of that type or float32, the batch norm's dy is of that type; everything else is float32. Only
 * operands of one type may share memory.
 */
public interface NormOps {
  /**
   * {@code y = (x - mean) * rstd * weight + bias} per row, {@code rstd = 1/sqrt(var + eps)}. x, y {@code [rows, c]} (any
   * leading axes); mean, rstd {@code [rows]} are written for the backward. y may be x.
   */
  void layerNorm(Tensor x, Tensor weight, Tensor bias, double eps, Tensor y, Tensor mean, Tensor rstd);

  /** Overwrites dx (which may be dy); adds to dWeight and dBias. */
  void layerNormBackward(
      Tensor x, Tensor weight, Tensor mean, Tensor rstd, Tensor dy, Tensor dx, Tensor dWeight, Tensor dBias);

  /** As {@link #layerNormBackward} but adds to dx: the residual branch's gradient is already there. */
  void layerNormBackwardAccumulate(
      Tensor x, Tensor weight, Tensor mean, Tensor rstd, Tensor dy, Tensor dx, Tensor dWeight, Tensor dBias);

  /**
   * Batch norm with the statistics of this batch, then ReLU if asked for. x, y {@code [rows, c]}; mean, rstd {@code [c]}
   * are overwritten; {@code running = (1-momentum)*running + momentum*batch} with the unbiased variance. y may be x.
   */
  void batchNorm(
      Tensor x,
      Tensor weight,
      Tensor bias,
      double eps,
      double momentum,
      boolean relu,
      Tensor y,
      Tensor mean,
      Tensor rstd,
      Tensor runningMean,
      Tensor runningVar);

  /** Batch norm with running statistics (evaluation), then ReLU if asked for. y may be x. */
  void batchNormInference(
      Tensor x, Tensor weight, Tensor bias, double eps, boolean relu, Tensor runningMean, Tensor runningVar, Tensor y);

  /**
   * Backward of {@link #batchNorm}; the ReLU's mask (derivative 0 at 0) is recomputed from x. Overwrites dx (which may
   * be dy); adds to dWeight and dBias.
   */
  void batchNormBackward(
      Tensor x,
      Tensor weight,
      Tensor bias,
      Tensor mean,
      Tensor rstd,
      boolean relu,
      Tensor dy,
      Tensor dx,
      Tensor dWeight,
      Tensor dBias);

  /** {@code y = relu?((x - mean) * rstd * weight + bias)}: the output of {@link #batchNorm} again. y may be x. */
  void batchNormApply(Tensor x, Tensor weight, Tensor bias, Tensor mean, Tensor rstd, boolean relu, Tensor y);
}
