package ciss.tensor;

import ciss.tensor.AttentionOps.AttentionDims;

/**
 * Temporary memory of attention on the CPU, and the cuts of its rows that it follows from. The planning backend counts the
 * same bytes. Everything depends on shapes only.
 */
public final class AttentionScratch {
  /** Keys that the kernels treat together: {@code KEY_BLOCK} of {@code native/include/attention_tile.h}. */
  public static final int KEY_BLOCK = 64;

  /** Rows of one head that one tile of work computes. */
  public static final int ROWS = 512;

  private static final int HEAD_DIM_MULTIPLE = 16;
  private static final int PARTIALS = 64;

  private AttentionScratch() {}

  /** Blocks of {@link #KEY_BLOCK} keys, the last one padded. */
  public static int keyBlocks(AttentionDims d) {
    return ceilDivide(d.keys(), KEY_BLOCK);
  }

  /** Floats of one packed block of keys or values of one head. */
  public static int blockFloats(AttentionDims d) {
    return KEY_BLOCK * paddedHeadDim(d);
  }

  /** The head size as the kernels pad it. */
  public static int paddedHeadDim(AttentionDims d) {
    return ceilDivide(d.headDim(), HEAD_DIM_MULTIPLE) * HEAD_DIM_MULTIPLE;
  }

  /**
   * Rows of one head that share a partial sum of the gradients of keys and values: more than {@link #ROWS} where there
   * would be too many partials otherwise.
   */
  public static int backwardRows(AttentionDims d) {
    int chunks = Math.clamp(ceilDivide(d.tokens(), ROWS), 1, ceilDivide(PARTIALS, d.n() * d.heads()));
    return Math.max(1, ceilDivide(d.tokens(), chunks));
  }

  /** Partial sums of one head. */
  public static int partials(AttentionDims d) {
    return ceilDivide(d.tokens(), backwardRows(d));
  }

  private static int ceilDivide(int a, int b) {
    return (a + b - 1) / b;
  }
}
