package ciss.nn;

import ciss.tensor.Backend;
import ciss.tensor.LinearOps.LinearDims;
import ciss.tensor.ParameterTable.Init;
import ciss.tensor.Tensor;

/** Fully connected layer per pixel or token: {@code y = x W^T + b}, W {@code [out,in]}. */
public final class Linear {
  private final Backend backend;
  private final int in;
  private final int out;
  private final Tensor weight;
  private final Tensor bias;
  private final Tensor dWeight;
  private final Tensor dBias;

  /** Adds {@code <prefix>.weight} and {@code <prefix>.bias}. */
  public static void declare(NetworkTables.Builder tables, String prefix, Init weight, Init bias, int in, int out) {
    tables.parameter(prefix + ".weight", weight, out, in).parameter(prefix + ".bias", bias, out);
  }

  public Linear(Network network, String prefix) {
    this.backend = network.backend();
    this.weight = network.value(prefix + ".weight");
    this.bias = network.value(prefix + ".bias");
    this.dWeight = network.optionalGradient(prefix + ".weight");
    this.dBias = network.optionalGradient(prefix + ".bias");
    this.out = weight.size(0);
    this.in = weight.size(1);
  }

  private LinearDims dims(Tensor y) {
    return LinearDims.of(Math.toIntExact(y.elements() / out), in, out);
  }

  /**
   * @param x {@code [..., in]}
   * @param y {@code [..., out]}, overwritten
   */
  public void forward(Tensor x, Tensor y) {
    backend.linear(dims(y), x, weight, bias, y);
  }

  /**
   * Adds the gradients of the parameters.
   *
   * @param dx {@code [..., in]}, overwritten; may be {@code x}
   */
  public void backward(Tensor x, Tensor dy, Tensor dx) {
    backend.linearBackwardWeight(dims(dy), x, dy, dWeight, dBias);
    backend.linearBackwardInput(dims(dy), dy, weight, dx);
  }

  /** As {@link #backward}, but adds to {@code dx}, which must not be {@code x}. */
  public void backwardAccumulate(Tensor x, Tensor dy, Tensor dx) {
    backend.linearBackwardWeight(dims(dy), x, dy, dWeight, dBias);
    backend.linearBackwardInputAccumulate(dims(dy), dy, weight, dx);
  }
}
