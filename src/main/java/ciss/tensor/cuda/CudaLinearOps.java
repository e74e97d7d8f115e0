package ciss.tensor.cuda;

import ciss.tensor.DType;
import ciss.tensor.LinearOps;
import ciss.tensor.OperationChecks;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

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
      cuda().fillRows(bias, y, d.out());
    }
    multiplySlabs(d, 0, d.slabs(), x, weight, !bias.isAbsent(), y);
  }

  @Override
  default void linearSlab(LinearDims d, int slab, Tensor x, Tensor weight, Tensor y) {
    OperationChecks.linearSlab(d, slab, x, weight, y);
    multiplySlabs(d, slab, slab + 1, x, weight, false, y);
  }

  /** Slabs {@code first} to {@code end} (exclusive), which are all of x. */
  private void multiplySlabs(
      LinearDims d, int first, int end, Tensor x, Tensor weight, boolean accumulate, Tensor y) {
    DType type = cuda().factors();
    try (Workspace.Frame frame = cuda().workspace().frame()) {
      long rows = cuda().factor(frame, x);
      long columns = cuda().weight(frame, weight);
      for (int s = first; s < end; s++) {
        cuda()
            .cublas()
            .multiply(
                false, true, d.rows(), d.out(), d.in(), type,
                rows + slabBytes(d, type) * (s - first), d.in(),
                columns + (long) type.bytes() * s * d.in(), (long) d.slabs() * d.in(),
                s > 0 || accumulate, y.dtype(), y.address(), d.out());
      }
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
    DType type = cuda().factors();
    try (Workspace.Frame frame = cuda().workspace().frame()) {
      long gradient = cuda().factor(frame, dy);
      long columns = cuda().weight(frame, weight);
      for (int s = 0; s < d.slabs(); s++) {
        cuda()
            .cublas()
            .multiply(
                false, false, d.rows(), d.in(), d.out(), type,
                gradient, d.out(),
                columns + (long) type.bytes() * s * d.in(), (long) d.slabs() * d.in(),
                accumulate, dx.dtype(), dx.address() + slabBytes(d, dx.dtype()) * s, d.in());
      }
    }
  }

  @Override
  default void linearBackwardWeight(LinearDims d, Tensor x, Tensor dy, Tensor dWeight, Tensor dBias) {
    OperationChecks.linear("linearBackwardWeight", d, x, dWeight, dBias, dy);
    DType type = cuda().factors();
    try (Workspace.Frame frame = cuda().workspace().frame()) {
      long gradient = cuda().factor(frame, dy);
      long rows = cuda().factor(frame, x);
      for (int s = 0; s < d.slabs(); s++) {
        cuda()
            .cublas()
            .multiply(
                true, false, d.out(), d.in(), d.rows(), type,
                gradient, d.out(),
                rows + slabBytes(d, type) * s, d.in(),
                true, DType.F32, dWeight.address() + 4L * s * d.in(), (long) d.slabs() * d.in());
      }
    }
    if (!dBias.isAbsent()) {
      Reductions.addColumnSums(cuda(), dy, d.rows(), d.out(), dBias.address());
    }
  }

  /** Of one slab of x. */
  private static long slabBytes(LinearDims d, DType type) {
    return (long) type.bytes() * d.rows() * d.in();
  }
}
