package ciss.tensor;

/**
 * Sweeps without neighbours. Operands have equal shapes unless said otherwise; those of accumulate, residual and the scalings
 * are activations of one type, factors float32.
 */
public interface ElementwiseOps {
  /** Every element of the float32 tensor := value. */
  void fill(Tensor x, float value);

  /**
   * {@code y = x}, any equal dtypes and byte counts; an activation, rounded, to a tensor of the other type of activations
   * with as many elements, and back.
   */
  void copy(Tensor x, Tensor y);

  /** {@code y += x}. */
  void accumulate(Tensor x, Tensor y);

  /**
   * Residual connection with stochastic depth: {@code y[b] = x[b] + factors[b] * branch[b]}; factors {@code [n]} may be
   * absent (all 1). y may be x.
   */
  void residual(Tensor x, Tensor branch, Tensor factors, Tensor y);

  /** {@code y[b] = factors[b] * x[b]}: the branch's gradient of {@link #residual}. factors {@code [n]}. y may be x. */
  void scaleSamples(Tensor x, Tensor factors, Tensor y);

  /** Dropout2d and its backward: {@code y[b,..,c] = factors[b,c] * x[b,..,c]}, factors {@code [n,c]}. y may be x. */
  void scaleChannels(Tensor x, Tensor factors, Tensor y);
}
