package ciss.tensor.cuda;

import ciss.tensor.ElementwiseOps;
import ciss.tensor.ShapeChecks;
import ciss.tensor.Tensor;

/** {@link ElementwiseOps} by {@code kernels/elementwise.cu}. */
interface CudaElementwiseOps extends ElementwiseOps {
  /** Device and memory of this backend. */
  CudaContext cuda();

  @Override
  default void fill(Tensor x, float value) {
    ShapeChecks.fill(x);
    cuda().changed(x);
    cuda().launch(Kernels.FILL_F32).pointer(x).wide(x.elements()).number(value).over(CudaContext.sweep(x.elements()));
  }

  @Override
  default void copy(Tensor x, Tensor y) {
    ShapeChecks.copy(x, y);
    cuda().changed(y);
    if (x.dtype() == y.dtype()) {
      cuda().commands().copy(x.address(), y.address(), x.bytes());
    } else {
      cuda().convert(x, y.address());
    }
  }

  @Override
  default void accumulate(Tensor x, Tensor y) {
    ShapeChecks.accumulate(x, y);
    cuda().changed(y);
    cuda()
        .launch(Kernels.ACCUMULATE.of(x))
        .pointer(x)
        .pointer(y)
        .wide(x.elements())
        .over(CudaContext.sweep(x.elements()));
  }

  @Override
  default void residual(Tensor x, Tensor branch, Tensor factors, Tensor y) {
    ShapeChecks.residual(x, branch, factors, y);
    int samples = factors.isAbsent() ? 1 : x.size(0);
    long elements = x.elements() / samples;
    cuda()
        .launch(Kernels.RESIDUAL.of(x))
        .pointer(x)
        .pointer(branch)
        .pointer(factors)
        .pointer(y)
        .wide(elements)
        .over(CudaContext.sweep(elements), samples, 1);
  }

  @Override
  default void scaleSamples(Tensor x, Tensor factors, Tensor y) {
    ShapeChecks.scaleSamples(x, factors, y);
    long elements = x.elements() / x.size(0);
    cuda()
        .launch(Kernels.SCALE_SAMPLES.of(x))
        .pointer(x)
        .pointer(factors)
        .pointer(y)
        .wide(elements)
        .over(CudaContext.sweep(elements), x.size(0), 1);
  }

  @Override
  default void scaleChannels(Tensor x, Tensor factors, Tensor y) {
    ShapeChecks.scaleChannels(x, factors, y);
    long elements = x.elements() / x.size(0);
    cuda()
        .launch(Kernels.SCALE_CHANNELS.of(x))
        .pointer(x)
        .pointer(factors)
        .pointer(y)
        .wide(elements)
        .integer(x.size(-1))
        .over(CudaContext.sweep(elements), x.size(0), 1);
  }
}
