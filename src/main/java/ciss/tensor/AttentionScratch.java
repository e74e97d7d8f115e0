package ciss.tensor;

import ciss.tensor.AttentionOps.AttentionDims;

/**
 * Temporary memory of attention on the CPU, and the cuts of its rows that it follows from. The planning backend counts the
 * same bytes. Everything depends on shapes only.
 */
public final class AttentionScratch {
  /** Keys that the kernels treat together, and what they pad head sizes to a multiple of. */
  public static final int PANEL = 32; // PANEL of native/include/attention_tile.h

  /** Rows of one head that one tile of work computes. */
  public static final int ROWS = 512;

  private static final int PARTIALS = 64;

  private AttentionScratch() {}

  /** Blocks of {@link #PANEL} keys, the last one padded. */
  public static int keyBlocks(AttentionDims d) {
    return ceilDivide(d.keys(), PANEL);
  }

  /** Floats of one packed block of keys or values of one head, whose size is padded too. */
  public static int blockFloats(AttentionDims d) {
    return PANEL * ceilDivide(d.headDim(), PANEL) * PANEL;
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
