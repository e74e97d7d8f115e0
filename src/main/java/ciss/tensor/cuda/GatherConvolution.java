package ciss.tensor.cuda;

import ciss.tensor.ConvolutionOps.ConvolutionDims;
import ciss.tensor.Workspace;

/**
 * Dense convolutions as matrix products of gathered patches {@code [positions, in*kernel*kernel]} with the weights as they
 * are stored, {@code [out, slabs*in*kernel*kernel]}; slabs follow one another. Positions are cut into strips of whole rows of
 * the output, so that the patches of a strip stay below {@value #STRIP_FLOATS} floats.
 */
final class GatherConvolution {
  private static final long STRIP_FLOATS = 16L << 20;

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
  static void forward(CudaContext cuda, ConvolutionDims d, long x, long weight, boolean accumulate, long y) {
    inStrips(
        cuda,
        d,
        (patches, slab, first, rows) -> {
          gather(cuda, d, x, slab, patches, first, rows);
          cuda.cublas()
              .multiply(
                  false, true, rows * d.wOut(), d.out(), columns(d),
                  patches, columns(d),
                  weight + 4 * slab * columns(d), d.slabs() * columns(d),
                  accumulate || slab > 0, y + 4 * first * d.wOut() * d.out(), d.out());
        });
  }

  /** Adds to dx. */
  static void backwardInput(CudaContext cuda, ConvolutionDims d, long dy, long weight, long dx) {
    inStrips(
        cuda,
        d,
        (patches, slab, first, rows) -> {
          cuda.cublas()
              .multiply(
                  false, false, rows * d.wOut(), columns(d), d.out(),
                  dy + 4 * first * d.wOut() * d.out(), d.out(),
                  weight + 4 * slab * columns(d), d.slabs() * columns(d),
                  false, patches, columns(d));
          scatter(cuda, d, patches, first, rows, dx + slabBytes(d) * slab);
        });
  }

  /** Adds to dWeight. */
  static void backwardWeight(CudaContext cuda, ConvolutionDims d, long x, long dy, long dWeight) {
    inStrips(
        cuda,
        d,
        (patches, slab, first, rows) -> {
          gather(cuda, d, x, slab, patches, first, rows);
          cuda.cublas()
              .multiply(
                  true, false, d.out(), columns(d), rows * d.wOut(),
                  dy + 4 * first * d.wOut() * d.out(), d.out(),
                  patches, columns(d),
                  true, dWeight + 4 * slab * columns(d), d.slabs() * columns(d));
        });
  }

  private static void inStrips(CudaContext cuda, ConvolutionDims d, Strip strip) {
    long total = (long) d.n() * d.hOut();
    long step = stripRows(d);
    try (Workspace.Frame frame = cuda.workspace().frame()) {
      long patches = frame.take(Math.toIntExact(step), d.wOut(), Math.toIntExact(columns(d))).address();
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
    return Math.clamp(STRIP_FLOATS / (d.wOut() * columns(d)), 1, Math.max(total, 1));
  }

  /** Floats of a patch. */
  static long columns(ConvolutionDims d) {
    return (long) d.in() * d.kernel() * d.kernel();
  }

  private static long slabBytes(ConvolutionDims d) {
    return 4L * d.n() * d.h() * d.w() * d.in();
  }

  private static void gather(
      CudaContext cuda, ConvolutionDims d, long x, int slab, long patches, long first, long rows) {
    sizes(
            cuda.launch(Kernels.GATHER_PATCHES_F32)
                .pointer(x + slabBytes(d) * slab)
                .pointer(patches)
                .wide(first)
                .wide(rows),
            d)
        .over(CudaContext.sweep(rows * d.wOut() * columns(d)));
  }

  /** Adds to the rows of dx that the rows of the output reach; a strip may begin and end inside of an image. */
  private static void scatter(CudaContext cuda, ConvolutionDims d, long patches, long first, long rows, long dx) {
    int reach = d.dilation() * (d.kernel() - 1);
    long from = top(d, first);
    long last = first + rows - 1;
    long to = Math.min(top(d, last) + reach + 1 + d.padding(), (last / d.hOut() + 1) * d.h());
    sizes(
            cuda.launch(Kernels.SCATTER_PATCHES_F32)
                .pointer(patches)
                .pointer(dx)
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
