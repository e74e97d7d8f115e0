package ciss.model;

import ciss.nn.ConvUnit;
import ciss.nn.DenseUnit;
import ciss.nn.Network;
import ciss.nn.Pass;
import ciss.tensor.Tensor;

/** Fusion by one convolution unit (1x1 in HRDA's attention head and in SegFormer's head). */
final class ConvFusion implements Fusion {
  private final ConvUnit unit;

  ConvFusion(Network network, String prefix, int kernel) {
    this.unit = new DenseUnit(network, prefix, kernel, 1);
  }

  @Override
  public Run forward(Pass pass, Tensor x, Tensor y) {
    return new ConvRun(unit.forward(pass, x, y));
  }

  private record ConvRun(ConvUnit.Run run) implements Run {
    @Override
    public int branches() {
      return 0;
    }

    @Override
    public void branchOutputs(Tensor y) {
      throw new UnsupportedOperationException("a convolution fusion has no branches");
    }

    @Override
    public void output(Tensor y) {
      run.activation(y);
    }

    @Override
    public void backward(Tensor x, Tensor dy, Tensor dBranches, Tensor dx, boolean accumulate) {
      run.backward(x, dy, dx, accumulate);
    }
  }
}
