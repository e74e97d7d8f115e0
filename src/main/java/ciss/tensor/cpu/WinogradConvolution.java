package ciss.tensor.cpu;

import ciss.tensor.ConvolutionOps.ConvolutionDims;
import ciss.tensor.DenseScratch;
import ciss.tensor.Workspace;
import ciss.tensor.cpu.WinogradKernels.Tiles;

/**
 * 3x3 convolutions with stride 1 by Winograd's F(2x2,3x3). A block of 2x2 output tiles is transformed into 16 matrices
 * {@code [tiles, in]}, one per frequency, each multiplied with its transformed weights, and the products are transformed
 * back. Slabs are read where they lie and their products accumulated. Operands are addresses.
 */
final class WinogradConvolution {
  private static final int FREQUENCIES = 16;
  private static final int FREQUENCY_ROWS = 4;

  private WinogradConvolution() {}

  static void forward(CpuContext cpu, ConvolutionDims d, long x, long weight, long bias, long y) {
    try (Workspace.Frame frame = cpu.workspace().frame()) {
      long weights = frame.take(Math.toIntExact(DenseScratch.convolution(d))).address();
      WinogradKernels.weight(cpu, d, weight, weights);
      Input input = new Input(x, d.slabs(), d.h(), d.w(), d.in(), d.padding());
      convolve(cpu, input, weights, bias, new Tiles(d.n(), d.hOut(), d.wOut()), 1, d.out(), y);
    }
  }

  /** dx is the convolution of dy with the kernels turned by 180 degrees, in and out exchanged. */
  static void backwardInput(CpuContext cpu, ConvolutionDims d, long dy, long weight, long dx) {
    try (Workspace.Frame frame = cpu.workspace().frame()) {
      long weights = frame.take(Math.toIntExact(DenseScratch.convolutionBackwardInput(d))).address();
      WinogradKernels.turnedWeight(cpu, d, weight, weights);
      Input input = new Input(dy, 1, d.hOut(), d.wOut(), d.out(), 2 - d.padding());
      convolve(cpu, input, weights, 0, new Tiles(d.n(), d.h(), d.w()), d.slabs(), d.in(), dx);
    }
  }

  /** A map {@code [slabs,n,h,w,c]} with zeros around it. */
  private record Input(long address, int slabs, int h, int w, int c, int padding) {
    long slab(int s, int n) {
      return address + 4L * s * n * h * w * c;
    }
  }

  /**
   * Convolves all slabs of the input into every slab of y {@code [ySlabs,n,h,w,c]}; one of both has a single slab. A tile of
   * work is a block of one slab of y, whose products stay in the scratch memory of its lane.
   *
   * @param weights {@code [slabs,16,input.c,c]}
   */
  private static void convolve(
      CpuContext cpu, Input input, long weights, long bias, Tiles tiles, int ySlabs, int c, long y) {
    int block = DenseScratch.winogradBlock(tiles.count(), input.slabs(), input.c(), c);
    int blocks = Math.toIntExact((tiles.count() + block - 1) / block);
    long rowWeights = (long) FREQUENCY_ROWS * input.c() * c;
    cpu.parallel(
        blocks * ySlabs,
        (tile, lane) -> {
          int ySlab = tile % ySlabs;
          long begin = (long) (tile / ySlabs) * block;
          long end = Math.min(begin + block, tiles.count());
          long u = cpu.scratch(lane);
          long m = u + 4 * FREQUENCY_ROWS * (end - begin) * input.c();
          MatmulShape product = MatmulShape.by(end - begin, c, input.c(), input.c(), c, c).batched(FREQUENCY_ROWS);
          for (int fy = 0; fy < FREQUENCY_ROWS; fy++) {
            long mRow = m + 4 * fy * FREQUENCY_ROWS * (end - begin) * c;
            for (int s = 0; s < input.slabs(); s++) {
              long x = input.slab(s, tiles.n());
              WinogradKernels.input(
                  tiles, x, input.h(), input.w(), input.c(), input.padding(), begin, end, fy, fy + 1, u);
              long w = weights + 4 * ((long) (s + ySlab) * FREQUENCY_ROWS + fy) * rowWeights;
              cpu.gemm().multiply(lane, product.accumulating(s > 0), u, w, 0, mRow);
            }
          }
          long slab = y + 4L * ySlab * tiles.n() * tiles.h() * tiles.w() * c;
          WinogradKernels.output(tiles, m, bias, c, begin, end, slab);
        });
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
      for (int fx = 0; fx < FREQUENCY_ROWS; fx++) {
        cpu.gemm()
            .multiplyTransposed(
                d.out(), d.in(), count, v + 4 * fx * count * d.out(), d.out(), u + 4 * fx * count * d.in(), d.in(),
                begin > first, sum + 4L * fx * d.out() * d.in(), d.in());
      }
    }
  }
}
