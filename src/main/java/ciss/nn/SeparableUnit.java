package ciss.nn;

import ciss.tensor.Backend;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/** Depthwise 3x3 unit, then 1x1 unit; names {@code depthwise_conv} and {@code pointwise_conv}. */
public final class SeparableUnit implements ConvUnit {
  private final Backend backend;
  private final DepthwiseUnit depthwise;
  private final DenseUnit pointwise;

  /** Adds both units. */
  public static void declare(NetworkTables.Builder tables, String prefix, int in, int out) {
    DepthwiseUnit.declare(tables, prefix + ".depthwise_conv", in);
    DenseUnit.declare(tables, prefix + ".pointwise_conv", in, out, 1);
  }

  public SeparableUnit(Network network, String prefix, int dilation) {
    this.backend = network.backend();
    this.depthwise = new DepthwiseUnit(network, prefix + ".depthwise_conv", dilation);
    this.pointwise = new DenseUnit(network, prefix + ".pointwise_conv", 1, 1);
  }

  /** The filtered map is as large as x and is needed slab by slab only. */
  @Override
  public Run forward(Pass pass, Tensor x, Tensor y) {
    try (Workspace.Frame frame = pass.workspace().frame()) {
      Tensor slab = frame.take(x.dtype(), x.at(0).shape());
      DepthwiseUnit.Run first = depthwise.start(pass, x);
      Run second =
          pointwise.forward(
              pass,
              x.size(0),
              s -> {
                first.forward(s, slab);
                return slab;
              },
              y);
      return new SeparableRun(first, second);
    }
  }

  private final class SeparableRun implements Run {
    private final DepthwiseUnit.Run first;
    private final Run second;

    SeparableRun(DepthwiseUnit.Run first, Run second) {
      this.first = first;
      this.second = second;
    }

    @Override
    public void activation(Tensor y) {
      second.activation(y);
    }

    @Override
    public void backward(Tensor x, Tensor dy, Tensor dx, boolean accumulate) {
      try (Workspace.Frame frame = backend.workspace().frame()) {
        Tensor filtered = frame.take(x.dtype(), x.shape());
        first.activation(filtered);
        second.backward(filtered, dy, filtered, false);
        first.backward(filtered, dx, accumulate);
      }
    }
  }
}
