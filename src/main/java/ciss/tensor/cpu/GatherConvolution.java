package ciss.tensor.cpu;

import ciss.tensor.ConvolutionOps.ConvolutionDims;
import ciss.tensor.DenseScratch;
import ciss.tensor.Workspace;

/**
 * Convolutions of any kernel, stride, padding and dilation as matrix products: a tile gathers the pixels under the kernel for
 * a block of output positions into its lane's scratch memory (they fit its L2 cache) and multiplies them with the weights,
 * which are brought into the order {@code [out, slab, ky, kx, in]} of those rows first. Operands are addresses.
 */
final class GatherConvolution {
  private GatherConvolution() {}

  static void forward(CpuContext cpu, ConvolutionDims d, long x, long weight, long bias, long y) {
    long k = rowLength(d);
    long positions = (long) d.n() * d.hOut() * d.wOut();
    int block = DenseScratch.gatherBlock(positions, k, d.out());
    try (Workspace.Frame frame = cpu.workspace().frame()) {
      long packed = takeFloats(frame, DenseScratch.packedWeights(d));
      DenseKernels.packTaps(cpu, d, weight, packed);
      cpu.parallel(
          blocks(positions, block),
          (tile, lane) -> {
            long begin = (long) tile * block;
            long end = Math.min(begin + block, positions);
            long rows = cpu.scratch(lane);
            MatmulShape product = MatmulShape.byTransposed(end - begin, d.out(), k, k, d.slabs() * k, d.out());
            for (int s = 0; s < d.slabs(); s++) {
              DenseKernels.gatherRows(d, x + 4 * s * slabSize(d), 0, d.kernel(), begin, end, rows);
              cpu.gemm()
                  .multiply(
                      lane,
                      s == 0 ? product.withBias(bias != 0) : product.accumulating(true),
                      rows,
                      packed + 4 * s * k,
                      bias,
                      y + 4 * begin * d.out());
            }
          });
    }
  }

  /** Stride 1: dx is the convolution of dy with the kernel turned by 180 degrees, in and out exchanged. */
  static void backwardInputByTurnedKernel(CpuContext cpu, ConvolutionDims d, long dy, long weight, long dx) {
    int padding = d.dilation() * (d.kernel() - 1) - d.padding();
    ConvolutionDims turned =
        new ConvolutionDims(
            d.n(), d.hOut(), d.wOut(), 1, d.out(), d.in(), d.kernel(), 1, padding, d.dilation());
    long k = rowLength(turned);
    long positions = (long) d.n() * d.h() * d.w();
    int block = DenseScratch.gatherBlock(positions, k, d.slabs() * d.in());
    try (Workspace.Frame frame = cpu.workspace().frame()) {
      long packed = takeFloats(frame, DenseScratch.packedWeights(d));
      DenseKernels.packTurnedTaps(cpu, d, weight, packed);
      cpu.parallel(
          blocks(positions, block),
          (tile, lane) -> {
            long begin = (long) tile * block;
            long end = Math.min(begin + block, positions);
            long rows = cpu.scratch(lane);
            DenseKernels.gatherRows(turned, dy, 0, d.kernel(), begin, end, rows);
            MatmulShape product = MatmulShape.byTransposed(end - begin, d.in(), k, k, k, d.in());
            for (int s = 0; s < d.slabs(); s++) {
              long weights = packed + 4 * s * d.in() * k;
              cpu.gemm().multiply(lane, product, rows, weights, 0, dx + 4 * (s * slabSize(d) + begin * d.in()));
            }
          });
    }
  }

  /**
   * Any stride: rows of gradients are products, which are added to the pixels they were gathered from. A tile owns a band of
   * rows of dx and computes the few output rows on its edges that the next band needs too a second time.
   */
  static void backwardInputByScatter(CpuContext cpu, ConvolutionDims d, long dy, long weight, long dx) {
    int bandRows = DenseScratch.scatterBand(d);
    int bands = MatmulTiling.ceilDivide(d.h(), bandRows);
    try (Workspace.Frame frame = cpu.workspace().frame()) {
      long packed = takeFloats(frame, DenseScratch.packedWeights(d));
      DenseKernels.packTaps(cpu, d, weight, packed);
      cpu.parallel(
          bands * d.n() * d.slabs(),
          (tile, lane) -> {
            int yBegin = tile % bands * bandRows;
            int yEnd = Math.min(yBegin + bandRows, d.h());
            int image = tile / bands % d.n();
            int slab = tile / bands / d.n();
            long dyImage = dy + 4L * image * d.hOut() * d.wOut() * d.out();
            long dxImage = dx + 4 * ((long) slab * d.n() + image) * d.h() * d.w() * d.in();
            scatterBand(cpu, lane, d, dyImage, packed + 4 * slab * rowLength(d), yBegin, yEnd, dxImage);
          });
    }
  }

  private static void scatterBand(
      CpuContext cpu, int lane, ConvolutionDims d, long dy, long packed, int yBegin, int yEnd, long dx) {
    long k = rowLength(d);
    HostStorage.zero(dx + 4L * yBegin * d.w() * d.in(), 4L * (yEnd - yBegin) * d.w() * d.in());
    int reach = d.dilation() * (d.kernel() - 1);
    int firstRow = Math.max(0, Math.ceilDiv(yBegin + d.padding() - reach, d.stride()));
    int endRow = Math.min(d.hOut(), Math.floorDiv(yEnd - 1 + d.padding(), d.stride()) + 1);
    long positions = (long) d.hOut() * d.wOut();
    int block = DenseScratch.gatherBlock(positions, k, d.out());
    long rows = cpu.scratch(lane);
    long last = (long) endRow * d.wOut();
    for (long begin = (long) firstRow * d.wOut(); begin < last; begin += block) {
      long end = Math.min(begin + block, last);
      MatmulShape product = MatmulShape.by(end - begin, k, d.out(), d.out(), d.slabs() * k, k);
      cpu.gemm().multiply(lane, product, dy + 4 * begin * d.out(), packed, 0, rows);
      DenseKernels.scatterRows(d, rows, begin, end, yBegin, yEnd, dx);
    }
  }

  /**
   * A tile sums over a chunk of the output positions for one row of the kernel and one slab. Chunks are summed in order when
   * the result is brought into the order of the weights.
   */
  static void backwardWeight(CpuContext cpu, ConvolutionDims d, long x, long dy, long dWeight) {
    long k = rowLength(d);
    int columns = d.kernel() * d.in();
    long positions = (long) d.n() * d.hOut() * d.wOut();
    int chunks = DenseScratch.positionChunks(d);
    int block = DenseScratch.gatherBlock(positions, columns, d.out());
    try (Workspace.Frame frame = cpu.workspace().frame()) {
      long sums = takeFloats(frame, chunks * DenseScratch.packedWeights(d));
      cpu.parallel(
          chunks * d.slabs() * d.kernel(),
          (tile, lane) -> {
            int ky = tile % d.kernel();
            int slab = tile / d.kernel() % d.slabs();
            int chunk = tile / d.kernel() / d.slabs();
            long first = DenseScratch.chunkStart(positions, chunks, chunk);
            long last = DenseScratch.chunkStart(positions, chunks, chunk + 1);
            long rows = cpu.scratch(lane);
            long sum = sums + 4 * (chunk * DenseScratch.packedWeights(d) + slab * k + (long) ky * columns);
            for (long begin = first; begin < last; begin += block) {
              long end = Math.min(begin + block, last);
              DenseKernels.gatherRows(d, x + 4 * slab * slabSize(d), ky, ky + 1, begin, end, rows);
              cpu.gemm()
                  .multiplyTransposed(
                      d.out(), columns, end - begin, dy + 4 * begin * d.out(), d.out(), rows, columns, begin > first,
                      sum, d.slabs() * k);
            }
          });
      DenseKernels.unpackTaps(cpu, d, sums, chunks, dWeight);
    }
  }

  /** Floats under the kernel in one slab. */
  private static long rowLength(ConvolutionDims d) {
    return (long) d.kernel() * d.kernel() * d.in();
  }

  private static long slabSize(ConvolutionDims d) {
    return (long) d.n() * d.h() * d.w() * d.in();
  }

  private static int blocks(long positions, int block) {
    return Math.toIntExact((positions + block - 1) / block);
  }

  private static long takeFloats(Workspace.Frame frame, long count) {
    return frame.take(Math.toIntExact(count)).address();
  }
}
