package ciss.tensor.cuda;

import ciss.tensor.ConvolutionOps.ConvolutionDims;
import ciss.tensor.DType;
import ciss.tensor.Shape;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/**
 * Dense convolutions by cuDNN, slab after slab, all of float32 or all of bf16. It wants weights channels last: they are put
 * into that order before the call, and their gradient back from it after.
 */
final class CudnnConvolution {
  private CudnnConvolution() {}

  /** Overwrites y, or adds to the bias that it holds. */
  static void forward(
      CudaContext cuda, Cudnn.Plan plan, ConvolutionDims d, Tensor x, Tensor weight, boolean accumulate, long y) {
    DType type = cuda.factors();
    try (Workspace.Frame frame = cuda.workspace().frame()) {
      long map = cuda.factor(frame, x);
      long packed = packed(cuda, frame, d, weight);
      long workspace = bytes(frame, plan.forward().workspaceBytes());
      for (int slab = 0; slab < d.slabs(); slab++) {
        plan.forward(
            map + mapBytes(d, type) * slab,
            packed + weightBytes(d, type) * slab,
            workspace,
            accumulate || slab > 0,
            y);
      }
    }
  }

  /** Overwrites dx. */
  static void backwardInput(CudaContext cuda, Cudnn.Plan plan, ConvolutionDims d, Tensor dy, Tensor weight, long dx) {
    DType type = cuda.factors();
    try (Workspace.Frame frame = cuda.workspace().frame()) {
      long gradient = cuda.factor(frame, dy);
      long packed = packed(cuda, frame, d, weight);
      long workspace = bytes(frame, plan.backwardInput().workspaceBytes());
      for (int slab = 0; slab < d.slabs(); slab++) {
        plan.backwardInput(
            gradient, packed + weightBytes(d, type) * slab, workspace, dx + mapBytes(d, type) * slab);
      }
    }
  }

  /** Adds to dWeight; everything float32. */
  static void backwardWeight(CudaContext cuda, Cudnn.Plan plan, ConvolutionDims d, long x, long dy, long dWeight) {
    try (Workspace.Frame frame = cuda.workspace().frame()) {
      long packed = bytes(frame, weightBytes(d, DType.F32) * d.slabs());
      long workspace = bytes(frame, plan.backwardWeight().workspaceBytes());
      for (int slab = 0; slab < d.slabs(); slab++) {
        plan.backwardWeight(
            x + mapBytes(d, DType.F32) * slab, dy, workspace, packed + weightBytes(d, DType.F32) * slab);
      }
      order(cuda, Kernels.FILTER_UNPACK_ADD_F32, d, packed, dWeight);
    }
  }

  private static long packed(CudaContext cuda, Workspace.Frame frame, ConvolutionDims d, Tensor weight) {
    DType type = cuda.factors();
    long packed = bytes(frame, weightBytes(d, type) * d.slabs());
    Kernel kernel = type == DType.BF16 ? Kernels.FILTER_PACK_F32_BF16 : Kernels.FILTER_PACK_F32;
    order(cuda, kernel, d, weight.address(), packed);
    return packed;
  }

  private static void order(CudaContext cuda, Kernel kernel, ConvolutionDims d, long from, long to) {
    long elements = weightBytes(d, DType.U8) * d.slabs();
    cuda.launch(kernel)
        .pointer(from)
        .pointer(to)
        .wide(elements)
        .integer(d.slabs())
        .integer(d.out())
        .integer(d.in())
        .integer(d.kernel() * d.kernel())
        .over(CudaContext.sweep(elements));
  }

  private static long bytes(Workspace.Frame frame, long bytes) {
    return frame.take(DType.U8, Shape.of(Math.toIntExact(bytes))).address();
  }

  /** Of one slab of x. */
  private static long mapBytes(ConvolutionDims d, DType type) {
    return (long) type.bytes() * d.n() * d.h() * d.w() * d.in();
  }

  /** Of the weights of one slab. */
  private static long weightBytes(ConvolutionDims d, DType type) {
    return (long) type.bytes() * d.out() * d.in() * d.kernel() * d.kernel();
  }
}
