package ciss.nn;

import ciss.tensor.Backend;
import ciss.tensor.DepthwiseOps.DepthwiseDims;
import ciss.tensor.ParameterTable.Init;
import ciss.tensor.Tensor;

/**
 * The depthwise unit of a {@link SeparableUnit}: depthwise 3x3 convolution (padding = dilation), batch norm, ReLU over
 * a slab map {@code [slabs,n,h,w,c]}, slab by slab; names {@code conv} and {@code bn}, weight {@code [slabs*c,1,3,3]}.
 */
final class DepthwiseUnit {
  private final Backend backend;
  private final int dilation;
  private final Tensor weight;
  private final Tensor dWeight;
  private final BatchNorm norm;

  /** Adds convolution and batch norm; PyTorch's fan-out is not divided by the number of groups (method.md 1.2). */
  static void declare(NetworkTables.Builder tables, String prefix, int channels) {
    double std = Math.sqrt(2.0 / (9 * channels));
    tables.parameter(prefix + ".conv.weight", new Init.Normal(std), channels, 1, 3, 3);
    BatchNorm.declare(tables, prefix + ".bn", channels);
  }

  DepthwiseUnit(Network network, String prefix, int dilation) {
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

  /** Begins a forward; its slabs follow by {@link Run#forward}, from the first to the last. */
  Run start(Pass pass, Tensor x) {
    return new Run(pass, x, pass.saving() ? pass.hold(x.shape()) : Tensor.ABSENT, norm.statistics(pass));
  }

  /** One forward. */
  final class Run {
    private final Pass pass;
    private final Tensor x;
    /** In front of the batch norm; absent if the pass is not saved. */
    private final Tensor raw;
    private final BatchNorm.Statistics statistics;

    private Run(Pass pass, Tensor x, Tensor raw, BatchNorm.Statistics statistics) {
      this.pass = pass;
      this.x = x;
      this.raw = raw;
      this.statistics = statistics;
    }

    /** Overwrites {@code y [n,h,w,c]} with slab {@code s} of the activated map. */
    void forward(int s, Tensor y) {
      Tensor convolved = raw.isAbsent() ? y : raw.at(s);
      backend.depthwise(dims(x), x.at(s), filters(weight, x, s), Tensor.ABSENT, convolved);
      norm.forwardSlab(pass, s, convolved, y, statistics);
    }

    /** The activated map again. */
    void activation(Tensor y) {
      norm.apply(raw, statistics, y);
    }

    /**
     * Adds the gradients of the parameters.
     *
     * @param dy used up as scratch memory
     * @param dx overwritten, or added to if {@code accumulate}
     */
    void backward(Tensor dy, Tensor dx, boolean accumulate) {
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
