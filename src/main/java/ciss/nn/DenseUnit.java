package ciss.nn;

import ciss.tensor.ParameterTable.Init;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import java.util.function.IntFunction;

/** {@link ConvUnit} with a dense convolution that keeps height and width; names {@code conv} and {@code bn}. */
public final class DenseUnit implements ConvUnit {
  private final Convolution convolution;
  private final BatchNorm norm;

  /** Adds convolution and batch norm; the weight is normal with PyTorch's fan-out. */
  public static void declare(NetworkTables.Builder tables, String prefix, int in, int out, int kernel) {
    double std = Math.sqrt(2.0 / (kernel * kernel * out));
    Convolution.declare(tables, prefix + ".conv", new Init.Normal(std), in, out, kernel);
    BatchNorm.declare(tables, prefix + ".bn", out);
  }

  public DenseUnit(Network network, String prefix, int kernel, int dilation) {
    this.convolution = new Convolution(network, prefix + ".conv", 1, dilation * (kernel / 2), dilation);
    this.norm = new BatchNorm(network, prefix + ".bn");
  }

  @Override
  public Run forward(Pass pass, Tensor x, Tensor y) {
    try (Workspace.Frame frame = pass.workspace().frame()) {
      Tensor raw = pass.saving() ? pass.hold(y.shape()) : y;
      BatchNorm.Statistics statistics = norm.statistics(pass);
      convolution.forward(x, raw);
      norm.forward(pass, raw, y, statistics);
      return new DenseRun(raw, statistics);
    }
  }

  /**
   * As {@link ConvUnit#forward} of a 1x1 unit over a slab map that is made slab by slab.
   *
   * @param slab gives map {@code [n,h,w,c]} number i, after which that of i - 1 is no longer needed
   */
  Run forward(Pass pass, int slabs, IntFunction<Tensor> slab, Tensor y) {
    try (Workspace.Frame frame = pass.workspace().frame()) {
      Tensor raw = pass.saving() ? pass.hold(y.shape()) : y;
      BatchNorm.Statistics statistics = norm.statistics(pass);
      for (int s = 0; s < slabs; s++) {
        convolution.forwardSlab(slab.apply(s), slabs, s, raw);
      }
      norm.forward(pass, raw, y, statistics);
      return new DenseRun(raw, statistics);
    }
  }

  private final class DenseRun implements Run {
    private final Tensor raw;
    private final BatchNorm.Statistics statistics;

    DenseRun(Tensor raw, BatchNorm.Statistics statistics) {
      this.raw = raw;
      this.statistics = statistics;
    }

    @Override
    public void activation(Tensor y) {
      norm.apply(raw, statistics, y);
    }

    @Override
    public void backward(Tensor x, Tensor dy, Tensor dx, boolean accumulate) {
      norm.backward(raw, statistics, dy, dy);
      convolution.backwardWeight(x, dy);
      convolution.backwardInput(dy, dx, accumulate);
    }
  }
}
