package ciss.tensor.cpu;

import ciss.tensor.ConvolutionOps;
import ciss.tensor.DenseScratch;
import ciss.tensor.OperationChecks;
import ciss.tensor.Tensor;

/**
 * {@link ConvolutionOps}: 3x3 kernels with stride 1 by {@link WinogradConvolution} where that is the faster way, everything
 * else by {@link GatherConvolution}.
 */
interface CpuConvolutionOps extends ConvolutionOps {
  /** Threads and memory of this backend. */
  CpuContext cpu();

  @Override
  default void convolution(ConvolutionDims d, Tensor x, Tensor weight, Tensor bias, Tensor y) {
    OperationChecks.convolution("convolution", d, x, weight, bias, y);
    if (DenseScratch.usesWinograd(d)) {
      WinogradConvolution.forward(cpu(), d, x.address(), weight.address(), bias.address(), y.address());
    } else {
      GatherConvolution.forward(cpu(), d, x.address(), weight.address(), bias.address(), y.address());
    }
  }

  @Override
  default void convolutionBackwardInput(ConvolutionDims d, Tensor dy, Tensor weight, Tensor dx) {
    OperationChecks.convolution("convolutionBackwardInput", d, dx, weight, Tensor.ABSENT, dy);
    if (DenseScratch.usesWinograd(d)) {
      WinogradConvolution.backwardInput(cpu(), d, dy.address(), weight.address(), dx.address());
    } else if (d.stride() == 1) {
      GatherConvolution.backwardInputByTurnedKernel(cpu(), d, dy.address(), weight.address(), dx.address());
    } else {
      GatherConvolution.backwardInputByScatter(cpu(), d, dy.address(), weight.address(), dx.address());
    }
  }

  @Override
  default void convolutionBackwardWeight(ConvolutionDims d, Tensor x, Tensor dy, Tensor dWeight, Tensor dBias) {
    OperationChecks.convolution("convolutionBackwardWeight", d, x, dWeight, dBias, dy);
    if (DenseScratch.usesWinograd(d)) {
      WinogradConvolution.backwardWeight(cpu(), d, x.address(), dy.address(), dWeight.address());
    } else {
      GatherConvolution.backwardWeight(cpu(), d, x.address(), dy.address(), dWeight.address());
    }
    if (!dBias.isAbsent()) {
      Reductions.addColumnSums(cpu(), dy.address(), d.n() * d.hOut() * d.wOut(), d.out(), dBias.address());
    }
  }
}
