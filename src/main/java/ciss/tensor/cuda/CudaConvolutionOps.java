package ciss.tensor.cuda;

import ciss.tensor.ConvolutionOps;
import ciss.tensor.OperationChecks;
import ciss.tensor.Tensor;

/**
 * {@link ConvolutionOps} by {@link CudnnConvolution} where cuDNN is there and has deterministic algorithms for the shape, else
 * by {@link GatherConvolution}, which also takes what cuDNN lacks: results of float32 from factors of bf16, and so every
 * gradient of weights there.
 */
interface CudaConvolutionOps extends ConvolutionOps {
  /** Device and memory of this backend. */
  CudaContext cuda();

  @Override
  default void convolution(ConvolutionDims d, Tensor x, Tensor weight, Tensor bias, Tensor y) {
    OperationChecks.convolution("convolution", d, x, weight, bias, y);
    if (!bias.isAbsent()) {
      cuda().fillRows(bias, y, d.out());
    }
    Cudnn.Plan plan = cuda().cudnnPlan(d);
    if (plan != null && y.dtype() == cuda().factors()) {
      CudnnConvolution.forward(cuda(), plan, d, x, weight, !bias.isAbsent(), y.address());
    } else {
      GatherConvolution.forward(cuda(), d, x, weight, !bias.isAbsent(), y);
    }
  }

  @Override
  default void convolutionBackwardInput(ConvolutionDims d, Tensor dy, Tensor weight, Tensor dx) {
    OperationChecks.convolution("convolutionBackwardInput", d, dx, weight, Tensor.ABSENT, dy);
    Cudnn.Plan plan = cuda().cudnnPlan(d);
    if (plan != null && dx.dtype() == cuda().factors()) {
      CudnnConvolution.backwardInput(cuda(), plan, d, dy, weight, dx.address());
    } else {
      cuda().commands().zero(dx.address(), dx.bytes());
      GatherConvolution.backwardInput(cuda(), d, dy, weight, dx);
    }
  }

  @Override
  default void convolutionBackwardWeight(ConvolutionDims d, Tensor x, Tensor dy, Tensor dWeight, Tensor dBias) {
    OperationChecks.convolution("convolutionBackwardWeight", d, x, dWeight, dBias, dy);
    Cudnn.Plan plan = cuda().cudnnPlan(d);
    if (plan != null && dWeight.dtype() == cuda().factors()) {
      CudnnConvolution.backwardWeight(cuda(), plan, d, x.address(), dy.address(), dWeight.address());
    } else {
      GatherConvolution.backwardWeight(cuda(), d, x, dy, dWeight.address());
    }
    if (!dBias.isAbsent()) {
      Reductions.addColumnSums(cuda(), dy, (long) d.n() * d.hOut() * d.wOut(), d.out(), dBias.address());
    }
  }
}
