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
      long packed = PackedFilters.of(cuda, frame, d, weight);
      long workspace = bytes(frame, plan.forward().workspaceBytes());
      for (int slab = 0; slab < d.slabs(); slab++) {
        plan.forward(
            map + mapBytes(d, type) * slab,
            packed + PackedFilters.slabBytes(d, type) * slab,
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
      long packed = PackedFilters.of(cuda, frame, d, weight);
      long workspace = bytes(frame, plan.backwardInput().workspaceBytes());
      for (int slab = 0; slab < d.slabs(); slab++) {
        plan.backwardInput(
            gradient, packed + PackedFilters.slabBytes(d, type) * slab, workspace, dx + mapBytes(d, type) * slab);
      }
    }
  }

  /** Adds to dWeight; everything float32. */
  static void backwardWeight(CudaContext cuda, Cudnn.Plan plan, ConvolutionDims d, long x, long dy, long dWeight) {
    try (Workspace.Frame frame = cuda.workspace().frame()) {
      long packed = PackedFilters.take(frame, d, DType.F32);
      long workspace = bytes(frame, plan.backwardWeight().workspaceBytes());
      for (int slab = 0; slab < d.slabs(); slab++) {
        plan.backwardWeight(
            x + mapBytes(d, DType.F32) * slab, dy, workspace, packed + PackedFilters.slabBytes(d, DType.F32) * slab);
      }
      PackedFilters.unpackAdd(cuda, d, packed, dWeight);
    }
  }

  private static long bytes(Workspace.Frame frame, long bytes) {
    return frame.take(DType.U8, Shape.of(Math.toIntExact(bytes))).address();
  }

  /** Of one slab of x. */
  private static long mapBytes(ConvolutionDims d, DType type) {
    return (long) type.bytes() * d.n() * d.h() * d.w() * d.in();
  }
}
