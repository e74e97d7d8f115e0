package ciss.tensor;

import ciss.tensor.ConvolutionOps.ConvolutionDims;
import ciss.tensor.LinearOps.LinearDims;

/**
 * Temporary memory of the dense operations of the CPU backend, and the cuts of their sums over rows that it follows from. The
 * planning backend counts the same bytes. Everything depends on shapes only.
 */
public final class DenseScratch {
  /** Output channels of one tile of a weight gradient. */
  public static final int OUT_BLOCK = 128;

  private static final long TILE_FLOPS = 12_000_000;
  private static final int MAX_TILES = 32;
  private static final int MIN_CHUNK_ROWS = 256;
  private static final long MAX_PARTIAL_FLOATS = 4L << 20;
  private static final int COLUMN_SUM_ROWS = 512;
  private static final int MAX_COLUMN_SUM_CHUNKS = 64;

  /** Half of a core's second cache. */
  private static final long L2_FLOATS = 262_144;

  /** Scratch memory of a lane that its work may need at most; it has 32 MiB. */
  private static final long LANE_FLOATS = 6_000_000;

  /** Scratch memory of a lane that gathered rows may fill: they are read again at once, from its L2 cache. */
  private static final long GATHERED_FLOATS = 262_144;

  private DenseScratch() {}

  /** Into how many chunks the rows of a weight gradient {@code [out, slabs*in]} are cut; 1 for none. */
  public static int rowChunks(long rows, int out, int slabs, int in) {
    long flops = 2 * rows * out * slabs * in;
    long wanted = Math.min(flops / TILE_FLOPS + 1, MAX_TILES);
    long blocks = (long) (out + OUT_BLOCK - 1) / OUT_BLOCK * slabs;
    return (int) Math.max(1, Math.min((wanted + blocks - 1) / blocks, rows / MIN_CHUNK_ROWS));
  }

  /** First row of a chunk when {@code rows} are cut into {@code chunks} as even as can be. */
  public static long chunkStart(long rows, int chunks, int chunk) {
    return rows * chunk / chunks;
  }

  /** Into how many chunks the rows of a bias gradient are cut. */
  public static int columnSumChunks(long rows) {
    return (int) Math.max(1, Math.min((rows + COLUMN_SUM_ROWS - 1) / COLUMN_SUM_ROWS, MAX_COLUMN_SUM_CHUNKS));
  }

  /** Floats of a convolution's weights in another order: temporary memory of its forward and of its backward to x. */
  public static long packedWeights(ConvolutionDims d) {
    return (long) d.out() * d.slabs() * d.in() * d.kernel() * d.kernel();
  }

  /**
   * Whether a convolution goes through Winograd's F(2x2,3x3): 3x3, stride 1, and enough channels for the saved products to
   * outweigh the transforms; not so many that a block does not fit a lane's scratch memory.
   */
  public static boolean usesWinograd(ConvolutionDims d) {
    return d.kernel() == 3
        && d.stride() == 1
        && d.dilation() == 1
        && d.padding() <= 2
        && d.in() >= 32
        && d.out() >= 32
        && d.in() + d.out() <= 4096;
  }

  /** Temporary floats of {@link ConvolutionOps#convolution}. */
  public static long convolution(ConvolutionDims d) {
    return usesWinograd(d) ? winogradWeights(d) : packedWeights(d);
  }

  private static long winogradWeights(ConvolutionDims d) {
    return 16L * d.out() * d.slabs() * d.in();
  }

  /**
   * 2x2 tiles that are transformed and multiplied at a time. Few keep everything in a core's second cache; many are better
   * where the weights do not fit there, as they are read from memory once for each block.
   *
   * @param slabs of the input, with {@code in} channels each
   */
  public static int winogradBlock(long tiles, int slabs, int in, int out) {
    boolean smallWeights = 16L * slabs * in * out <= L2_FLOATS;
    boolean fits = 4L * in + 16L * out <= LANE_FLOATS / 256;
    long largest = smallWeights || !fits ? 64 : 256;
    return (int) Math.min(largest, Math.max(64, (tiles / 4 + 15) / 16 * 16));
  }

  /** 2x2 tiles that a weight gradient transforms at a time: its sums are read and written once for each such block. */
  public static int winogradGradientBlock(ConvolutionDims d) {
    return d.in() + d.out() <= 1024 ? 256 : 64;
  }

  /** Into how many chunks the tiles of a Winograd weight gradient are cut. */
  public static int winogradChunks(ConvolutionDims d) {
    long tiles = (long) d.n() * ((d.hOut() + 1) / 2) * ((d.wOut() + 1) / 2);
    long wanted = Math.min(2 * tiles * winogradWeights(d) / TILE_FLOPS + 1, MAX_TILES);
    long rows = 4L * d.slabs();
    long byMemory = Math.max(1, MAX_PARTIAL_FLOATS / winogradWeights(d));
    long byTiles = Math.max(1, tiles / 64);
    return (int) Math.min(Math.min((wanted + rows - 1) / rows, byMemory), byTiles);
  }

  /** Temporary floats of {@link ConvolutionOps#convolutionBackwardInput}. */
  public static long convolutionBackwardInput(ConvolutionDims d) {
    return convolution(d);
  }

  /** Temporary floats of {@link ConvolutionOps#convolutionBackwardWeight}. */
  public static long convolutionBackwardWeight(ConvolutionDims d) {
    long bias = (long) columnSumChunks((long) d.n() * d.hOut() * d.wOut()) * d.out();
    long parts = usesWinograd(d) ? winogradChunks(d) * winogradWeights(d) : positionChunks(d) * packedWeights(d);
    return Math.max(parts, bias);
  }

  /**
   * Floats of a copy of the weights with a wider pitch for {@link LinearOps#linearBackwardInput}; 0 if they are used where
   * they are. Rows a multiple of 2 KiB apart fall into the same few sets of a cache, which halves the speed of products that
   * read them; for few rows of dy the copy costs more than that.
   */
  public static long paddedWeights(LinearDims d) {
    int pitch = d.slabs() * d.in();
    return pitch % 512 == 0 && d.rows() >= 256 ? (long) d.out() * (pitch + 16) : 0;
  }

  /** Temporary floats of {@link LinearOps#linearBackwardWeight}. */
  public static long linearBackwardWeight(LinearDims d) {
    int chunks = rowChunks(d.rows(), d.out(), d.slabs(), d.in());
    long weight = chunks == 1 ? 0 : (long) chunks * d.out() * d.slabs() * d.in();
    return Math.max(weight, (long) columnSumChunks(d.rows()) * d.out());
  }

  /**
   * Output positions that one tile of a gathered convolution multiplies at a time.
   *
   * @param k floats that are gathered for one position
   * @param columns floats of the result for one position
   */
  public static int gatherBlock(long positions, long k, int columns) {
    long byWork = TILE_FLOPS / (2 * k * columns);
    long byMemory = GATHERED_FLOATS / k;
    long block = Math.max(64, Math.min(byWork, byMemory));
    long forFourTiles = Math.max(32, (positions / 4 + 15) / 16 * 16);
    return (int) Math.min(block, forFourTiles);
  }

  /** Rows of dx, a multiple of the stride, that one tile of a scattered gradient owns. */
  public static int scatterBand(ConvolutionDims d) {
    long flopsPerOutputRow = 2L * d.wOut() * d.out() * d.in() * d.kernel() * d.kernel();
    int sharedRows = (d.dilation() * (d.kernel() - 1)) / d.stride();
    long outputRows = Math.max(TILE_FLOPS / flopsPerOutputRow + 1, 8L * sharedRows);
    return (int) Math.min(outputRows, d.hOut()) * d.stride();
  }

  /** Into how many chunks the output positions of a gathered weight gradient are cut. */
  public static int positionChunks(ConvolutionDims d) {
    long positions = (long) d.n() * d.hOut() * d.wOut();
    long wanted = Math.min(2 * positions * packedWeights(d) / TILE_FLOPS + 1, MAX_TILES);
    long tiles = (long) d.slabs() * d.kernel();
    long byMemory = Math.max(1, MAX_PARTIAL_FLOATS / packedWeights(d));
    long byRows = Math.max(1, positions / MIN_CHUNK_ROWS);
    return (int) Math.min(Math.min((wanted + tiles - 1) / tiles, byMemory), byRows);
  }
}
