package ciss.tensor.cpu;

import ciss.tensor.ConvolutionOps.ConvolutionDims;
import ciss.tensor.DenseScratch;
import ciss.tensor.Workspace;
import ciss.tensor.cpu.WinogradKernels.Tiles;

/**
 * 3x3 convolutions with stride 1 by Winograd's F(2x2,3x3). A block of 2x2 output tiles is transformed into 16 matrices
 * {@code [tiles, in]}, each multiplied with its transformed weights, and transformed back, all in the scratch memory of one
 * lane. Slabs are read where they lie and their products accumulated. Operands are addresses.
 */
final class WinogradConvolution {
  private static final int FREQUENCIES = 16;
  private static final int FREQUENCY_ROWS = 4;

  private WinogradConvolution() {}

  static void forward(CpuContext cpu, ConvolutionDims d, long x, long weight, long bias, long y) {
    Tiles tiles = new Tiles(d.n(), d.hOut(), d.wOut());
    int block = DenseScratch.winogradBlock(tiles.count());
    long rowWeightFloats = (long) FREQUENCY_ROWS * d.out() * d.in();
    try (Workspace.Frame frame = cpu.workspace().frame()) {
      long weights = frame.take(Math.toIntExact(DenseScratch.convolution(d))).address();
      WinogradKernels.weight(cpu, d, weight, weights);
      cpu.parallel(
          blocks(tiles, block),
          (tile, lane) -> {
            long begin = (long) tile * block;
            long end = Math.min(begin + block, tiles.count());
            long count = end - begin;
            long u = cpu.scratch(lane);
            long m = u + 4 * FREQUENCY_ROWS * count * d.in();
            MatmulShape product =
                MatmulShape.by(count, d.out(), d.in(), d.in(), d.out(), d.out()).batched(FREQUENCY_ROWS);
            for (int fy = 0; fy < FREQUENCY_ROWS; fy++) {
              long mRow = m + 4 * fy * FREQUENCY_ROWS * count * d.out();
              for (int s = 0; s < d.slabs(); s++) {
                long slab = x + 4L * s * d.n() * d.h() * d.w() * d.in();
                WinogradKernels.input(tiles, slab, d.h(), d.w(), d.in(), d.padding(), begin, end, fy, fy + 1, u);
                long rowWeights = weights + 4 * (s * FREQUENCY_ROWS + fy) * rowWeightFloats;
                cpu.gemm().multiply(lane, product.accumulating(s > 0), u, rowWeights, 0, mRow);
              }
            }
            WinogradKernels.output(tiles, m, bias, d.out(), begin, end, y);
          });
    }
  }

  /** dx is the convolution of dy with the kernels turned by 180 degrees, in and out exchanged. */
  static void backwardInput(CpuContext cpu, ConvolutionDims d, long dy, long weight, long dx) {
    Tiles tiles = new Tiles(d.n(), d.h(), d.w());
    int block = DenseScratch.winogradBlock(tiles.count());
    long rowWeightFloats = (long) FREQUENCY_ROWS * d.out() * d.in();
    try (Workspace.Frame frame = cpu.workspace().frame()) {
      long weights = frame.take(Math.toIntExact(DenseScratch.convolutionBackwardInput(d))).address();
      WinogradKernels.turnedWeight(cpu, d, weight, weights);
      cpu.parallel(
          blocks(tiles, block),
          (tile, lane) -> {
            long begin = (long) tile * block;
            long end = Math.min(begin + block, tiles.count());
            long count = end - begin;
            long u = cpu.scratch(lane);
            long m = u + 4 * FREQUENCIES * count * d.out();
            MatmulShape product =
                MatmulShape.by(count, d.in(), d.out(), d.out(), d.in(), d.in()).batched(FREQUENCIES);
            WinogradKernels.input(
                tiles, dy, d.hOut(), d.wOut(), d.out(), 2 - d.padding(), begin, end, 0, FREQUENCY_ROWS, u);
            for (int s = 0; s < d.slabs(); s++) {
              cpu.gemm().multiply(lane, product, u, weights + 4 * s * FREQUENCY_ROWS * rowWeightFloats, 0, m);
              long slab = dx + 4L * s * d.n() * d.h() * d.w() * d.in();
              WinogradKernels.output(tiles, m, 0, d.in(), begin, end, slab);
            }
          });
    }
  }

  /**
   * A tile of work sums the products of one slab and one row of frequencies over a chunk of the map. Chunks are summed in
   * order when the result is transformed back.
   */
  static void backwardWeight(CpuContext cpu, ConvolutionDims d, long x, long dy, long dWeight) {
    Tiles tiles = new Tiles(d.n(), d.hOut(), d.wOut());
    int chunks = DenseScratch.winogradChunks(d);
    long matrix = (long) d.out() * d.in();
    long sumSize = FREQUENCIES * d.slabs() * matrix;
    try (Workspace.Frame frame = cpu.workspace().frame()) {
      long sums = frame.take(Math.toIntExact(chunks * sumSize)).address();
      cpu.parallel(
          chunks * d.slabs() * FREQUENCY_ROWS,
          (tile, lane) -> {
            int fy = tile % FREQUENCY_ROWS;
            int slab = tile / FREQUENCY_ROWS % d.slabs();
            int chunk = tile / FREQUENCY_ROWS / d.slabs();
            long first = DenseScratch.chunkStart(tiles.count(), chunks, chunk);
            long last = DenseScratch.chunkStart(tiles.count(), chunks, chunk + 1);
            long sum = sums + 4 * (chunk * sumSize + ((long) slab * FREQUENCIES + fy * FREQUENCY_ROWS) * matrix);
            long slabStart = x + 4L * slab * d.n() * d.h() * d.w() * d.in();
            sumFrequencyRow(cpu, lane, d, tiles, fy, first, last, slabStart, dy, sum);
          });
      WinogradKernels.weightGradient(cpu, d, sums, chunks, dWeight);
    }
  }

  private static void sumFrequencyRow(
      CpuContext cpu, int lane, ConvolutionDims d, Tiles tiles, int fy, long first, long last, long x, long dy, long sum) {
    int block = DenseScratch.winogradGradientBlock(d);
    for (long begin = first; begin < last; begin += block) {
      long end = Math.min(begin + block, last);
      long count = end - begin;
      long u = cpu.scratch(lane);
      long v = u + 4 * FREQUENCY_ROWS * count * d.in();
      WinogradKernels.input(tiles, x, d.h(), d.w(), d.in(), d.padding(), begin, end, fy, fy + 1, u);
      WinogradKernels.gradient(tiles, dy, d.out(), begin, end, fy, fy + 1, v);
      float beta = begin == first ? 0 : 1;
      for (int fx = 0; fx < FREQUENCY_ROWS; fx++) {
        cpu.gemm()
            .multiplyTransposed(
                d.out(), d.in(), count, v + 4 * fx * count * d.out(), d.out(), u + 4 * fx * count * d.in(), d.in(), beta,
                sum + 4L * fx * d.out() * d.in(), d.in());
      }
    }
  }

  private static int blocks(Tiles tiles, int block) {
    return Math.toIntExact((tiles.count() + block - 1) / block);
  }
}
