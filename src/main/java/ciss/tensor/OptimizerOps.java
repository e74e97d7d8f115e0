package ciss.tensor;

import java.util.List;

/** Sweeps over flat parameter buffers. */
public interface OptimizerOps {
  /** A run of elements that share learning rate and weight decay; elements in no group are left alone. */
  record AdamWGroup(long offset, long length, double lr, double weightDecay) {}

  /**
   * One step of AdamW with decoupled decay (method.md 2.9); step counts from 1. Overwrites parameters and moments.
   *
   * @param nonFinite F64 {@code [1]} as {@link #firstNonFinite} leaves it: the step is made only if it is negative;
   *     absent: it is made
   */
  void adamW(
      List<AdamWGroup> groups,
      double beta1,
      double beta2,
      double eps,
      long step,
      Tensor gradients,
      Tensor parameters,
      Tensor firstMoment,
      Tensor secondMoment,
      Tensor nonFinite);

  /** {@code teacher = a * teacher + (1-a) * student} in float32. */
  void movingAverage(double a, Tensor student, Tensor teacher);

  /**
   * Index of the first element that is not finite, or -1, as F64 {@code [1]}: gradients are checked by it.
   */
  void firstNonFinite(Tensor x, Tensor index);
}
