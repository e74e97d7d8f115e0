package ciss.tensor.cuda;

import ciss.tensor.LinearOps;
import ciss.tensor.OperationChecks;
import ciss.tensor.Tensor;

/**
 * {@link LinearOps} by cuBLAS. A sum over slabs is a sequence of accumulating products, slab 0 first. cuBLAS adds no bias: y
 * holds it before the first product.
 */
interface CudaLinearOps extends LinearOps {
  /** Device and memory of this backend. */
  CudaContext cuda();

  @Override
  default void linear(LinearDims d, Tensor x, Tensor weight, Tensor bias, Tensor y) {
    OperationChecks.linear("linear", d, x, weight, bias, y);
    if (!bias.isAbsent()) {
      cuda().fillRows(bias.address(), y.address(), d.rows(), d.out());
    }
    for (int s = 0; s < d.slabs(); s++) {
      cuda()
          .cublas()
          .multiply(
              false, true, d.rows(), d.out(), d.in(),
              x.address() + 4L * s * d.rows() * d.in(), d.in(),
              weight.address() + 4L * s * d.in(), (long) d.slabs() * d.in(),
              s > 0 || !bias.isAbsent(), y.address(), d.out());
    }
  }

  @Override
  default void linearBackwardInput(LinearDims d, Tensor dy, Tensor weight, Tensor dx) {
    OperationChecks.linear("linearBackwardInput", d, dx, weight, Tensor.ABSENT, dy);
    backwardInput(d, dy, weight, dx, false);
  }

  @Override
  default void linearBackwardInputAccumulate(LinearDims d, Tensor dy, Tensor weight, Tensor dx) {
    OperationChecks.linear("linearBackwardInputAccumulate", d, dx, weight, Tensor.ABSENT, dy);
    backwardInput(d, dy, weight, dx, true);
  }

  private void backwardInput(LinearDims d, Tensor dy, Tensor weight, Tensor dx, boolean accumulate) {
    for (int s = 0; s < d.slabs(); s++) {
      cuda()
          .cublas()
          .multiply(
              false, false, d.rows(), d.in(), d.out(),
              dy.address(), d.out(),
              weight.address() + 4L * s * d.in(), (long) d.slabs() * d.in(),
              accumulate, dx.address() + 4L * s * d.rows() * d.in(), d.in());
    }
  }

  @Override
  default void linearBackwardWeight(LinearDims d, Tensor x, Tensor dy, Tensor dWeight, Tensor dBias) {
    OperationChecks.linear("linearBackwardWeight", d, x, dWeight, dBias, dy);
    for (int s = 0; s < d.slabs(); s++) {
      cuda()
          .cublas()
          .multiply(
              true, false, d.out(), d.in(), d.rows(),
              dy.address(), d.out(),
              x.address() + 4L * s * d.rows() * d.in(), d.in(),
              true, dWeight.address() + 4L * s * d.in(), (long) d.slabs() * d.in());
    }
    if (!dBias.isAbsent()) {
      Reductions.addColumnSums(cuda(), dy.address(), d.rows(), d.out(), dBias.address());
    }
  }
}
