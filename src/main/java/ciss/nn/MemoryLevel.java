package ciss.nn;

/**
 * How much of its activations a saved {@link Pass} keeps for the backward, from the fastest backward to the least
 * memory. What is not kept is computed again by the operations that made it, so that gradients are the same bytes at
 * each level.
 *
 * <p>Counted per transformer block in N*C elements, N tokens of C channels; statistics, keys and values come on top.
 */
public enum MemoryLevel {
  /**
   * Everything that a backward reads: the block's input, the first norm's output, queries, attention output, the sum
   * after the attention branch, the second norm's output (6), and the feed-forward branch before and after its
   * depthwise convolution and after its GELU (12). 18 in all.
   */
  KEEP_ALL,
  /** Without what a norm or a GELU makes of something kept: 12. */
  FUSED,
  /** Also without the output of the depthwise convolution: 8. */
  LEAN,
  /**
   * Only the block's input: 1. The backward of a block runs its forward again and keeps, until it is done, what {@link
   * #LEAN} keeps.
   */
  RECOMPUTE;

  /** Whether this level keeps what {@code least} keeps. */
  boolean keeps(MemoryLevel least) {
    return compareTo(least) <= 0;
  }
}
