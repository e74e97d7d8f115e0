package ciss.tensor.cuda;

import ciss.tensor.ConvolutionOps.ConvolutionDims;
import ciss.tensor.DType;
import ciss.tensor.Shape;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/**
 * Dense convolutions as matrix products of gathered patches {@code [positions, kernel*kernel*in]} with {@link PackedFilters},
 * slab after slab. Positions are cut into strips of whole rows of
 * the output, so that the patches of a strip stay below {@value #STRIP_ELEMENTS} values: factors of products, or gradients in
 * float32.
 */
final class GatherConvolution {
  private static final long STRIP_ELEMENTS = 16L << 20;

  private GatherConvolution() {}

  /** What happens to the patches of one strip of one slab. */
  private interface Strip {
    /**
     * @param first row of the n*hOut rows of the output
     * @param rows of it
     */
    void work(long patches, int slab, long first, long rows);
  }

  /** Overwrites y, or adds to the bias that it holds. */
  static void forward(CudaContext cuda, ConvolutionDims d, Tensor x, Tensor weight, boolean accumulate, Tensor y) {
    DType type = cuda.factors();
    try (Workspace.Frame frame = cuda.workspace().frame()) {
      long filters = PackedFilters.of(cuda, frame, d, weight);
      inStrips(
          cuda,
          d,
          type,
          (patches, slab, first, rows) -> {
            gather(cuda, d, x, slab, patches, first, rows);
            cuda.cublas()
                .multiply(
                    false, true, rows * d.wOut(), d.out(), columns(d), type,
                    patches, columns(d),
                    filters + PackedFilters.slabBytes(d, type) * slab, columns(d),
                    accumulate || slab > 0, y.dtype(), y.address() + rowBytes(d, y.dtype()) * first, d.out());
          });
    }
  }

  /** Adds to dx. */
  static void backwardInput(CudaContext cuda, ConvolutionDims d, Tensor dy, Tensor weight, Tensor dx) {
    DType type = cuda.factors();
    try (Workspace.Frame frame = cuda.workspace().frame()) {
      long gradient = cuda.factor(frame, dy);
      long filters = PackedFilters.of(cuda, frame, d, weight);
      inStrips(
          cuda,
          d,
          DType.F32,
          (patches, slab, first, rows) -> {
            cuda.cublas()
                .multiply(
                    false, false, rows * d.wOut(), columns(d), d.out(), type,
                    gradient + rowBytes(d, type) * first, d.out(),
                    filters + PackedFilters.slabBytes(d, type) * slab, columns(d),
                    false, DType.F32, patches, columns(d));
            scatter(cuda, d, patches, slab, first, rows, dx);
          });
    }
  }

  /** Adds to dWeight. */
  static void backwardWeight(CudaContext cuda, ConvolutionDims d, Tensor x, Tensor dy, long dWeight) {
    DType type = cuda.factors();
    try (Workspace.Frame frame = cuda.workspace().frame()) {
      long gradient = cuda.factor(frame, dy);
      long packed = PackedFilters.take(frame, d, DType.F32);
      inStrips(
          cuda,
          d,
          type,
          (patches, slab, first, rows) -> {
            gather(cuda, d, x, slab, patches, first, rows);
            cuda.cublas()
                .multiply(
                    true, false, d.out(), columns(d), rows * d.wOut(), type,
                    gradient + rowBytes(d, type) * first, d.out(),
                    patches, columns(d),
                    first > 0, DType.F32, packed + PackedFilters.slabBytes(d, DType.F32) * slab, columns(d));
          });
      PackedFilters.unpackAdd(cuda, d, packed, dWeight);
    }
  }

  private static void inStrips(CudaContext cuda, ConvolutionDims d, DType type, Strip strip) {
    long total = (long) d.n() * d.hOut();
    long step = stripRows(d);
    try (Workspace.Frame frame = cuda.workspace().frame()) {
      Shape shape = Shape.of(Math.toIntExact(step), d.wOut(), Math.toIntExact(columns(d)));
      long patches = frame.take(type, shape).address();
      for (int slab = 0; slab < d.slabs(); slab++) {
        for (long first = 0; first < total; first += step) {
          strip.work(patches, slab, first, Math.min(step, total - first));
        }
      }
    }
  }

  /** Rows of the output whose patches are in memory at a time. */
  static long stripRows(ConvolutionDims d) {
    long total = (long) d.n() * d.hOut();
    return Math.clamp(STRIP_ELEMENTS / (d.wOut() * columns(d)), 1, Math.max(total, 1));
  }

  /** Values of a patch. */
  static long columns(ConvolutionDims d) {
    return (long) d.in() * d.kernel() * d.kernel();
  }

  /** Of one slab of x. */
  private static long slabBytes(ConvolutionDims d, DType type) {
    return (long) type.bytes() * d.n() * d.h() * d.w() * d.in();
  }

  /** Of one row of y. */
  private static long rowBytes(ConvolutionDims d, DType type) {
    return (long) type.bytes() * d.wOut() * d.out();
  }

  private static void gather(
      CudaContext cuda, ConvolutionDims d, Tensor x, int slab, long patches, long first, long rows) {
    Kernel fromFloats =
        cuda.factors() == DType.BF16 ? Kernels.GATHER_PATCHES_F32_BF16 : Kernels.GATHER_PATCHES_F32;
    sizes(
            cuda.launch(x.dtype() == DType.BF16 ? Kernels.GATHER_PATCHES_BF16 : fromFloats)
                .pointer(x.address() + slabBytes(d, x.dtype()) * slab)
                .pointer(patches)
                .wide(first)
                .wide(rows),
            d)
        .over(CudaContext.sweep(rows * d.wOut() * columns(d)));
  }

  /** Adds to the rows of dx that the rows of the output reach; a strip may begin and end inside of an image. */
  private static void scatter(
      CudaContext cuda, ConvolutionDims d, long patches, int slab, long first, long rows, Tensor dx) {
    int reach = d.dilation() * (d.kernel() - 1);
    long from = top(d, first);
    long last = first + rows - 1;
    long to = Math.min(top(d, last) + reach + 1 + d.padding(), (last / d.hOut() + 1) * d.h());
    sizes(
            cuda.launch(dx.dtype() == DType.BF16 ? Kernels.SCATTER_PATCHES_F32_BF16 : Kernels.SCATTER_PATCHES_F32)
                .pointer(patches)
                .pointer(dx.address() + slabBytes(d, dx.dtype()) * slab)
                .wide(first)
                .wide(rows)
                .wide(from)
                .wide(to - from),
            d)
        .over(CudaContext.sweep((to - from) * d.w() * d.in()));
  }

  /** The first of the n*h rows of dx that a row of the output reads. */
  private static long top(ConvolutionDims d, long row) {
    int y = (int) (row % d.hOut()) * d.stride() - d.padding();
    return row / d.hOut() * d.h() + Math.clamp(y, 0, d.h() - 1);
  }

  private static Launch sizes(Launch launch, ConvolutionDims d) {
    return launch
        .integer(d.h())
        .integer(d.w())
        .integer(d.in())
        .integer(d.hOut())
        .integer(d.wOut())
        .integer(d.kernel())
        .integer(d.stride())
        .integer(d.padding())
        .integer(d.dilation());
  }
}
