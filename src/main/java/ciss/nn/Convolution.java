package ciss.nn;

import ciss.error.ShapeException;
import ciss.tensor.Backend;
import ciss.tensor.ConvolutionOps.ConvolutionDims;
import ciss.tensor.LinearOps.LinearDims;
import ciss.tensor.ParameterTable.Init;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/**
 * Dense convolution with zero padding over a map {@code [n,h,w,in]} or a slab map {@code [slabs,n,h,w,in]}; a 1x1
 * convolution is computed as a matrix product. Weight {@code [out, slabs*in, kernel, kernel]}, with or without bias.
 */
public final class Convolution {
  private final Backend backend;
  private final int out;
  private final int kernel;
  private final int stride;
  private final int padding;
  private final int dilation;
  private final Tensor weight;
  private final Tensor bias;
  private final Tensor dWeight;
  private final Tensor dBias;

  /** Adds {@code <prefix>.weight}. */
  public static void declare(NetworkTables.Builder tables, String prefix, Init weight, int in, int out, int kernel) {
    tables.parameter(prefix + ".weight", weight, out, in, kernel, kernel);
  }

  /** Adds {@code <prefix>.weight} and {@code <prefix>.bias}. */
  public static void declareWithBias(
      NetworkTables.Builder tables, String prefix, Init weight, Init bias, int in, int out, int kernel) {
    declare(tables, prefix, weight, in, out, kernel);
    tables.parameter(prefix + ".bias", bias, out);
  }

  /** Reads kernel size and presence of a bias from the tables. */
  public Convolution(Network network, String prefix, int stride, int padding, int dilation) {
    this.backend = network.backend();
    Tensor stored = network.value(prefix + ".weight");
    this.out = stored.size(0);
    this.kernel = stored.size(2);
    this.stride = stride;
    this.padding = padding;
    this.dilation = dilation;
    this.weight = forOperation(stored);
    this.bias = network.optionalValue(prefix + ".bias");
    this.dWeight = forOperation(network.optionalGradient(prefix + ".weight"));
    this.dBias = network.optionalGradient(prefix + ".bias");
  }

  private Tensor forOperation(Tensor stored) {
    return isPointwise() && !stored.isAbsent() ? stored.reshape(out, stored.size(1)) : stored;
  }

  private boolean isPointwise() {
    return kernel == 1 && stride == 1;
  }

  private ConvolutionDims dims(Tensor x) {
    int slabs = x.shape().rank() == 5 ? x.size(0) : 1;
    return new ConvolutionDims(
        x.size(-4), x.size(-3), x.size(-2), slabs, x.size(-1), out, kernel, stride, padding, dilation);
  }

  private LinearDims linearDims(Tensor x) {
    int slabs = x.shape().rank() == 5 ? x.size(0) : 1;
    return new LinearDims(x.size(-4) * x.size(-3) * x.size(-2), slabs, x.size(-1), out);
  }

  public int out() {
    return out;
  }

  /**
   * Rows of the output for {@code h} input rows; the same for columns.
   *
   * @throws ShapeException if the kernel does not fit
   */
  public int outSize(int h) {
    if (h + 2 * padding < dilation * (kernel - 1) + 1) {
      throw new ShapeException(
          "a map with %d rows or columns is too small for a %dx%d convolution: use larger images or windows"
              .formatted(h, kernel, kernel));
    }
    return (h + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1;
  }

  /** Overwrites {@code y [n,hOut,wOut,out]}. */
  public void forward(Tensor x, Tensor y) {
    if (isPointwise()) {
      backend.linear(linearDims(x), x, weight, bias, y);
    } else {
      backend.convolution(dims(x), x, weight, bias, y);
    }
  }

  /**
   * The part of slab {@code s} of {@code slabs} of a 1x1 convolution without bias: the first overwrites y, others add.
   */
  void forwardSlab(Tensor x, int slabs, int s, Tensor y) {
    backend.linearSlab(new LinearDims(x.size(0) * x.size(1) * x.size(2), slabs, x.size(3), out), s, x, weight, y);
  }

  /** Adds the gradients of the parameters. */
  public void backwardWeight(Tensor x, Tensor dy) {
    if (isPointwise()) {
      backend.linearBackwardWeight(linearDims(x), x, dy, dWeight, dBias);
    } else {
      backend.convolutionBackwardWeight(dims(x), x, dy, dWeight, dBias);
    }
  }

  /**
   * @param dx overwritten, or added to if {@code accumulate}
   */
  public void backwardInput(Tensor dy, Tensor dx, boolean accumulate) {
    if (isPointwise() && accumulate) {
      backend.linearBackwardInputAccumulate(linearDims(dx), dy, weight, dx);
    } else if (isPointwise()) {
      backend.linearBackwardInput(linearDims(dx), dy, weight, dx);
    } else if (accumulate) {
      try (Workspace.Frame frame = backend.workspace().frame()) {
        Tensor own = frame.take(dx.dtype(), dx.shape());
        backend.convolutionBackwardInput(dims(dx), dy, weight, own);
        backend.accumulate(own, dx);
      }
    } else {
      backend.convolutionBackwardInput(dims(dx), dy, weight, dx);
    }
  }
}
