package ciss.tensor;

/**
 * Losses at label resolution and between feature maps. Results are float64 scalars in device memory, read after {@link
 * Backend#synchronize}. Labels are {@link DType#U8}.
 */
public interface LossOps {
  /**
   * Cross entropy of bilinearly upsampled scores.
   *
   * @param y rows of the scores to rows of the label region; {@code x} columns
   * @param region the part of the label (and weight) maps that is compared
   * @param classWeights per class, or empty
   */
  record CrossEntropyDims(
      int n, int classes, Axis y, Axis x, Box region, int labelHeight, int labelWidth, int ignoreIndex, float[] classWeights) {}

  /**
   * {@code l = logsumexp(up(logits)) - up(logits)[label]}, 0 where the label is ignored; loss = sum(l * classWeight *
   * weight) / (n * region pixels), ignored pixels included in the divisor (method.md 2.4). The upsampled scores are
   * never stored.
   *
   * @param logits {@code [n,h,w,classes]}
   * @param label U8 {@code [n,labelHeight,labelWidth]}
   * @param weight F32 of the same shape, or absent
   * @param gradientFactor dLogits = gradientFactor * dloss/dlogits
   * @param dLogits overwritten; absent: no gradient
   * @param result F64 {@code [2]}: loss (without the factor), and per cent of all pixels whose argmax equals the label
   */
  void upsampledCrossEntropy(
      CrossEntropyDims d,
      Tensor logits,
      Tensor label,
      Tensor weight,
      double gradientFactor,
      Tensor dLogits,
      Tensor result);

  /**
   * ImageNet feature distance (method.md 2.5): factor * mean over masked positions of the Euclidean norm over channels of
   * {@code f - g}; an empty mask gives 0 and no gradient.
   *
   * @param f {@code [n,h,w,c]}
   * @param mask U8 {@code [n,h,w]}, nonzero = counts; absent: all positions
   * @param df added to (gradient 0 where the norm is 0)
   * @param result F64 {@code [2]}, overwritten: loss with the factor, number of masked positions
   */
  void featureDistance(Tensor f, Tensor g, Tensor mask, double factor, Tensor df, Tensor result);

  /** Norm of the feature invariance loss. */
  enum Norm {
    L2,
    L1
  }

  /**
   * {@code result[0] += factor * mean((a-b)^2)} (L1: mean of |a-b|, derivative 0 at 0); adds the gradients to da and db.
   *
   * @param result F64 {@code [1]}, added to
   */
  void featureInvariance(Tensor a, Tensor b, Norm norm, double factor, Tensor da, Tensor db, Tensor result);

  /**
   * Class-averaged variant (method.md 2.6): e = channel mean of (a-b)^2 or |a-b|; for each class present in the label
   * (255 skipped) the mean of e over its cells; then the plain mean over the classes present (none: 0).
   *
   * @param label U8 {@code [n,h,w]} at the grid of a and b
   */
  void featureInvarianceByClass(
      Tensor a, Tensor b, Tensor label, int classes, Norm norm, double factor, Tensor da, Tensor db, Tensor result);
}
