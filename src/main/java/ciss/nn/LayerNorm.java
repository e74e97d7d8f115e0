package ciss.nn;

import ciss.tensor.Backend;
import ciss.tensor.ParameterTable.Init;
import ciss.tensor.Tensor;

/** Layer norm over the channels of each token or pixel. */
public final class LayerNorm {
  private final Backend backend;
  private final double eps;
  private final Tensor weight;
  private final Tensor bias;
  private final Tensor dWeight;
  private final Tensor dBias;

  /** Mean and 1/standard deviation of each token, as the backward reads them. */
  public record Statistics(Tensor mean, Tensor rstd) {}

  /** Adds {@code <prefix>.weight} and {@code <prefix>.bias}. */
  public static void declare(NetworkTables.Builder tables, String prefix, int channels) {
    tables
        .parameter(prefix + ".weight", new Init.Constant(1), channels)
        .parameter(prefix + ".bias", new Init.Constant(0), channels);
  }

  public LayerNorm(Network network, String prefix, double eps) {
    this.backend = network.backend();
    this.eps = eps;
    this.weight = network.value(prefix + ".weight");
    this.bias = network.value(prefix + ".bias");
    this.dWeight = network.optionalGradient(prefix + ".weight");
    this.dBias = network.optionalGradient(prefix + ".bias");
  }

  /** Space for the statistics of {@code x [..., c]}. */
  public static Statistics statistics(Pass pass, Tensor x) {
    int tokens = Math.toIntExact(x.elements() / x.size(-1));
    return new Statistics(pass.holdFloats(tokens), pass.holdFloats(tokens));
  }

  /**
   * Also the way to compute the output again in the backward, which writes the same statistics once more.
   *
   * @param y overwritten; may be {@code x}
   * @param s overwritten
   */
  public void forward(Tensor x, Tensor y, Statistics s) {
    backend.layerNorm(x, weight, bias, eps, y, s.mean, s.rstd);
  }

  /**
   * Adds the gradients of the parameters.
   *
   * @param dx overwritten; may be {@code dy}
   */
  public void backward(Tensor x, Statistics s, Tensor dy, Tensor dx) {
    backend.layerNormBackward(x, weight, s.mean, s.rstd, dy, dx, dWeight, dBias);
  }

  /** As {@link #backward}, but adds to {@code dx}. */
  public void backwardAccumulate(Tensor x, Statistics s, Tensor dy, Tensor dx) {
    backend.layerNormBackwardAccumulate(x, weight, s.mean, s.rstd, dy, dx, dWeight, dBias);
  }
}
