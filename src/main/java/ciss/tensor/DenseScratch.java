package ciss.tensor;

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
  private static final int COLUMN_SUM_ROWS = 512;
  private static final int MAX_COLUMN_SUM_CHUNKS = 64;

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
}
