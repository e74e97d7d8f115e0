package ciss.tensor.cuda;

import ciss.tensor.ConvolutionOps.ConvolutionDims;
import ciss.tensor.DType;
import ciss.tensor.Shape;
import ciss.tensor.Workspace;

/**
 * Dense convolutions by cuDNN, slab after slab. It wants weights channels last: they are put into that order before the call,
 * and their gradient back from it after.
 */
final class CudnnConvolution {
  private CudnnConvolution() {}

  /** Overwrites y, or adds to the bias that it holds. */
  static void forward(
      CudaContext cuda, Cudnn.Plan plan, ConvolutionDims d, long x, long weight, boolean accumulate, long y) {
    try (Workspace.Frame frame = cuda.workspace().frame()) {
      long packed = packed(cuda, frame, d, weight);
      long workspace = bytes(frame, plan.forward().workspaceBytes());
      for (int slab = 0; slab < d.slabs(); slab++) {
        plan.forward(
            x + mapBytes(d) * slab, packed + weightBytes(d) * slab, workspace, accumulate || slab > 0, y);
      }
    }
  }

  /** Overwrites dx. */
  static void backwardInput(CudaContext cuda, Cudnn.Plan plan, ConvolutionDims d, long dy, long weight, long dx) {
    try (Workspace.Frame frame = cuda.workspace().frame()) {
      long packed = packed(cuda, frame, d, weight);
      long workspace = bytes(frame, plan.backwardInput().workspaceBytes());
      for (int slab = 0; slab < d.slabs(); slab++) {
        plan.backwardInput(dy, packed + weightBytes(d) * slab, workspace, dx + mapBytes(d) * slab);
      }
    }
  }

  /** Adds to dWeight. */
  static void backwardWeight(CudaContext cuda, Cudnn.Plan plan, ConvolutionDims d, long x, long dy, long dWeight) {
    try (Workspace.Frame frame = cuda.workspace().frame()) {
      long packed = bytes(frame, weightBytes(d) * d.slabs());
      long workspace = bytes(frame, plan.backwardWeight().workspaceBytes());
      for (int slab = 0; slab < d.slabs(); slab++) {
        plan.backwardWeight(x + mapBytes(d) * slab, dy, workspace, packed + weightBytes(d) * slab);
      }
      order(cuda, Kernels.FILTER_UNPACK_ADD_F32, d, packed, dWeight);
    }
  }

  private static long packed(CudaContext cuda, Workspace.Frame frame, ConvolutionDims d, long weight) {
    long packed = bytes(frame, weightBytes(d) * d.slabs());
    order(cuda, Kernels.FILTER_PACK_F32, d, weight, packed);
    return packed;
  }

  private static void order(CudaContext cuda, Kernel kernel, ConvolutionDims d, long from, long to) {
    long elements = weightBytes(d) / 4 * d.slabs();
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
  private static long mapBytes(ConvolutionDims d) {
    return 4L * d.n() * d.h() * d.w() * d.in();
  }

  /** Of the weights of one slab. */
  private static long weightBytes(ConvolutionDims d) {
    return 4L * d.out() * d.in() * d.kernel() * d.kernel();
  }
}
