package ciss.tensor.cuda;

import ciss.tensor.ConvolutionOps.ConvolutionDims;
import ciss.tensor.DType;
import ciss.tensor.Shape;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/** Weights of dense convolutions with channels last, slab after slab, {@code [slabs,out,kernel,kernel,in]}, in the workspace. */
final class PackedFilters {
  private PackedFilters() {}

  /** The weights in that order, as factors of products. */
  static long of(CudaContext cuda, Workspace.Frame frame, ConvolutionDims d, Tensor weight) {
    DType type = cuda.factors();
    long packed = take(frame, d, type);
    order(
        cuda, type == DType.BF16 ? Kernels.FILTER_PACK_F32_BF16 : Kernels.FILTER_PACK_F32, d, weight.address(), packed);
    return packed;
  }

  /** Room for them. */
  static long take(Workspace.Frame frame, ConvolutionDims d, DType type) {
    return frame.take(DType.U8, Shape.of(Math.toIntExact(slabBytes(d, type) * d.slabs()))).address();
  }

  /** Adds a gradient in that order, float32, to one in the stored order. */
  static void unpackAdd(CudaContext cuda, ConvolutionDims d, long packed, long dWeight) {
    order(cuda, Kernels.FILTER_UNPACK_ADD_F32, d, packed, dWeight);
  }

  private static void order(CudaContext cuda, Kernel kernel, ConvolutionDims d, long from, long to) {
    long elements = slabBytes(d, DType.U8) * d.slabs();
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

  /** Of one slab. */
  static long slabBytes(ConvolutionDims d, DType type) {
    return (long) type.bytes() * d.out() * d.in() * d.kernel() * d.kernel();
  }
}
