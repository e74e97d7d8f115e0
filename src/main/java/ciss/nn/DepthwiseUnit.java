package ciss.nn;

import ciss.tensor.Backend;
import ciss.tensor.DepthwiseOps.DepthwiseDims;
import ciss.tensor.ParameterTable.Init;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/**
 * {@link ConvUnit} with a depthwise 3x3 convolution (padding = dilation) over a slab map {@code [slabs,n,h,w,c]}, slab by
 * slab; names {@code conv} and {@code bn}, weight {@code [slabs*c,1,3,3]}.
 */
public final class DepthwiseUnit implements ConvUnit {
  private final Backend backend;
  private final int dilation;
  private final Tensor weight;
  private final Tensor dWeight;
  private final BatchNorm norm;

  /** Adds convolution and batch norm; PyTorch's fan-out is not divided by the number of groups (method.md 1.2). */
  public static void declare(NetworkTables.Builder tables, String prefix, int channels) {
    double std = Math.sqrt(2.0 / (9 * channels));
    tables.parameter(prefix + ".conv.weight", new Init.Normal(std), channels, 1, 3, 3);
    BatchNorm.declare(tables, prefix + ".bn", channels);
  }

  public DepthwiseUnit(Network network, String prefix, int dilation) {
    this.backend = network.backend();
    this.dilation = dilation;
    this.weight = network.value(prefix + ".conv.weight");
    this.dWeight = network.optionalGradient(prefix + ".conv.weight");
    this.norm = new BatchNorm(network, prefix + ".bn");
  }

  private DepthwiseDims dims(Tensor x) {
    return new DepthwiseDims(x.size(1), x.size(2), x.size(3), x.size(4), dilation);
  }

  /** The filters of slab {@code s}. */
  private static Tensor filters(Tensor weights, Tensor x, int s) {
    int c = x.size(4);
    return weights.rows(s * c, (s + 1) * c);
  }

  @Override
  public Run forward(Pass pass, Tensor x, Tensor y) {
    try (Workspace.Frame frame = pass.workspace().frame()) {
      Tensor raw = pass.saving() ? pass.hold(y.shape()) : y;
      BatchNorm.Statistics statistics = norm.statistics(pass);
      for (int s = 0; s < x.size(0); s++) {
        backend.depthwise(dims(x), x.at(s), filters(weight, x, s), Tensor.ABSENT, raw.at(s));
      }
      norm.forward(pass, raw, y, statistics);
      return new DepthwiseRun(raw, statistics);
    }
  }

  private final class DepthwiseRun implements Run {
    private final Tensor raw;
    private final BatchNorm.Statistics statistics;

    DepthwiseRun(Tensor raw, BatchNorm.Statistics statistics) {
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
      for (int s = 0; s < x.size(0); s++) {
        Tensor filters = filters(weight, x, s);
        backend.depthwiseBackwardWeight(dims(x), x.at(s), dy.at(s), filters(dWeight, x, s), Tensor.ABSENT);
        if (accumulate) {
          backend.depthwiseBackwardInputAccumulate(dims(x), dy.at(s), filters, dx.at(s));
        } else {
          backend.depthwiseBackwardInput(dims(x), dy.at(s), filters, dx.at(s));
        }
      }
    }
  }
}
