package ciss.tensor;

/**
 * How the CPU backend cuts sums over rows, and so the temporary memory that norms, depthwise convolutions, resizes and
 * losses take: the planning backend counts the same bytes. Everything depends on shapes only.
 */
public final class SweepScratch {
  /** Channels of one tile of a depthwise weight gradient. */
  public static final int CHANNEL_BLOCK = 64;

  private static final int CHUNK_FLOATS = 32768;
  private static final int MAX_CHUNK_ROWS = 512;
  private static final int CHUNK_PIXELS = 1024;

  private static final int TILE_PIXELS = 8192;

  private SweepScratch() {}

  /** Rows of {@code [rows, c]} whose sums are formed by one tile of a norm. */
  public static int chunkRows(int c) {
    return Math.clamp(CHUNK_FLOATS / c, 1, MAX_CHUNK_ROWS);
  }

  /** Rows of pixels whose sums are formed by one tile of a depthwise weight gradient. */
  public static int chunkPixelRows(int w) {
    return Math.max(1, CHUNK_PIXELS / w);
  }

  /** Source rows of scores whose output rows make one tile of a loss at label resolution. */
  public static int scoreRows(Axis y, Axis x) {
    long pixelsPerRow = Math.max(1, (long) x.out() * y.out() / y.in());
    return (int) Math.clamp(TILE_PIXELS / pixelsPerRow, 1, y.in());
  }
}
