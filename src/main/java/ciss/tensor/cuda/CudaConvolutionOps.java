package ciss.tensor.cuda;

import ciss.tensor.ConvolutionOps;
import ciss.tensor.OperationChecks;
import ciss.tensor.Tensor;

/**
 * {@link ConvolutionOps} by {@link CudnnConvolution} where cuDNN is there and has deterministic algorithms for the shape, else
 * by {@link GatherConvolution}.
 */
interface CudaConvolutionOps extends ConvolutionOps {
  /** Device and memory of this backend. */
  CudaContext cuda();

  @Override
  default void convolution(ConvolutionDims d, Tensor x, Tensor weight, Tensor bias, Tensor y) {
    OperationChecks.convolution("convolution", d, x, weight, bias, y);
    if (!bias.isAbsent()) {
      cuda().fillRows(bias.address(), y.address(), (long) d.n() * d.hOut() * d.wOut(), d.out());
    }
    Cudnn.Plan plan = cuda().cudnnPlan(d);
    if (plan != null) {
      CudnnConvolution.forward(cuda(), plan, d, x.address(), weight.address(), !bias.isAbsent(), y.address());
    } else {
      GatherConvolution.forward(cuda(), d, x.address(), weight.address(), !bias.isAbsent(), y.address());
    }
  }

  @Override
  default void convolutionBackwardInput(ConvolutionDims d, Tensor dy, Tensor weight, Tensor dx) {
    OperationChecks.convolution("convolutionBackwardInput", d, dx, weight, Tensor.ABSENT, dy);
    Cudnn.Plan plan = cuda().cudnnPlan(d);
    if (plan != null) {
      CudnnConvolution.backwardInput(cuda(), plan, d, dy.address(), weight.address(), dx.address());
    } else {
      cuda().commands().zero(dx.address(), dx.bytes());
      GatherConvolution.backwardInput(cuda(), d, dy.address(), weight.address(), dx.address());
    }
  }

  @Override
  default void convolutionBackwardWeight(ConvolutionDims d, Tensor x, Tensor dy, Tensor dWeight, Tensor dBias) {
    OperationChecks.convolution("convolutionBackwardWeight", d, x, dWeight, dBias, dy);
    Cudnn.Plan plan = cuda().cudnnPlan(d);
    if (plan != null) {
      CudnnConvolution.backwardWeight(cuda(), plan, d, x.address(), dy.address(), dWeight.address());
    } else {
      GatherConvolution.backwardWeight(cuda(), d, x.address(), dy.address(), dWeight.address());
    }
    if (!dBias.isAbsent()) {
      Reductions.addColumnSums(cuda(), dy.address(), (long) d.n() * d.hOut() * d.wOut(), d.out(), dBias.address());
    }
  }
}
