package ciss.nn;

import ciss.tensor.Backend;
import ciss.tensor.ParameterTable.Init;
import ciss.tensor.Tensor;

/**
 * Batch norm followed by ReLU. A slab map {@code [slabs,n,h,w,c]} is normalised slab by slab: its channels are
 * independent, and those of one slab are neighbours in every parameter.
 */
public final class BatchNorm {
  private static final double EPS = 1e-5;
  private static final double MOMENTUM = 0.1;

  private final Backend backend;
  private final Tensor weight;
  private final Tensor bias;
  private final Tensor dWeight;
  private final Tensor dBias;
  private final Tensor runningMean;
  private final Tensor runningVar;
  private final long[] batchCount;

  /** Mean and 1/standard deviation {@code [channels]} of one batch, as the backward reads them. */
  public record Statistics(Tensor mean, Tensor rstd) {}

  /** Adds weight, bias and running statistics. */
  public static void declare(NetworkTables.Builder tables, String prefix, int channels) {
    tables
        .parameter(prefix + ".weight", new Init.Constant(1), channels)
        .parameter(prefix + ".bias", new Init.Constant(0), channels)
        .buffer(prefix + ".running_mean", 0, channels)
        .buffer(prefix + ".running_var", 1, channels);
  }

  public BatchNorm(Network network, String prefix) {
    this.backend = network.backend();
    this.weight = network.value(prefix + ".weight");
    this.bias = network.value(prefix + ".bias");
    this.dWeight = network.optionalGradient(prefix + ".weight");
    this.dBias = network.optionalGradient(prefix + ".bias");
    this.runningMean = network.store().buffer(prefix + ".running_mean");
    this.runningVar = network.store().buffer(prefix + ".running_var");
    this.batchCount = network.store().batchCount(prefix);
  }

  /** Space for the statistics of one batch. */
  public Statistics statistics(Pass pass) {
    int channels = weight.size(0);
    return new Statistics(pass.holdFloats(channels), pass.holdFloats(channels));
  }

  private static boolean isSlabMap(Tensor x) {
    return x.shape().rank() == 5;
  }

  private static int slabs(Tensor x) {
    return isSlabMap(x) ? x.size(0) : 1;
  }

  private static Tensor slab(Tensor x, int s) {
    return isSlabMap(x) ? x.at(s) : x;
  }

  /** The part of a per-channel tensor that belongs to slab {@code s} of {@code x}; an absent one stays absent. */
  private static Tensor part(Tensor perChannel, Tensor x, int s) {
    int c = x.size(-1);
    return perChannel.isAbsent() ? perChannel : perChannel.rows(s * c, (s + 1) * c);
  }

  /**
   * Normalises as {@code pass} says; in training mode updates the running statistics and counts the batch.
   *
   * @param y overwritten; may be {@code x}
   * @param s overwritten if the pass uses batch statistics
   */
  public void forward(Pass pass, Tensor x, Tensor y, Statistics s) {
    for (int i = 0; i < slabs(x); i++) {
      forwardSlab(pass, i, slab(x, i), slab(y, i), s);
    }
  }

  /**
   * As {@link #forward} for slab {@code i} alone; slab 0 counts the batch.
   *
   * @param x map {@code [n,h,w,c]}, y likewise
   */
  void forwardSlab(Pass pass, int i, Tensor x, Tensor y, Statistics s) {
    Tensor gamma = part(weight, x, i);
    Tensor beta = part(bias, x, i);
    Tensor mean = part(runningMean, x, i);
    Tensor var = part(runningVar, x, i);
    if (pass.batchStatistics()) {
      Tensor batchMean = part(s.mean, x, i);
      Tensor batchRstd = part(s.rstd, x, i);
      backend.batchNorm(x, gamma, beta, EPS, MOMENTUM, true, y, batchMean, batchRstd, mean, var);
    } else {
      backend.batchNormInference(x, gamma, beta, EPS, true, mean, var, y);
    }
    batchCount[0] += pass.batchStatistics() && i == 0 ? 1 : 0;
  }

  /** The output of {@link #forward} in training mode again. */
  public void apply(Tensor x, Statistics s, Tensor y) {
    for (int i = 0; i < slabs(x); i++) {
      backend.batchNormApply(
          slab(x, i),
          part(weight, x, i),
          part(bias, x, i),
          part(s.mean, x, i),
          part(s.rstd, x, i),
          true,
          slab(y, i));
    }
  }

  /**
   * Adds the gradients of the parameters.
   *
   * @param dx overwritten; may be {@code dy}
   */
  public void backward(Tensor x, Statistics s, Tensor dy, Tensor dx) {
    for (int i = 0; i < slabs(x); i++) {
      backend.batchNormBackward(
          slab(x, i),
          part(weight, x, i),
          part(bias, x, i),
          part(s.mean, x, i),
          part(s.rstd, x, i),
          true,
          slab(dy, i),
          slab(dx, i),
          part(dWeight, x, i),
          part(dBias, x, i));
    }
  }
}
