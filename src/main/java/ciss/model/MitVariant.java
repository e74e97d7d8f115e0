package ciss.model;

/**
 * Sizes of the Mix Transformers B0 to B5 (method.md 1.1).
 *
 * @param channels of the four stages
 * @param depths blocks of the four stages
 */
public record MitVariant(int[] channels, int[] depths) {
  /** Number of stages. */
  public static final int STAGES = 4;

  /** Attention heads of the stages. */
  public static final int[] HEADS = {1, 2, 5, 8};

  /** How much smaller each side of the map is that keys and values come from. */
  public static final int[] RATIOS = {8, 4, 2, 1};

  private static final int[] SMALL = {32, 64, 160, 256};
  private static final int[] LARGE = {64, 128, 320, 512};
  private static final int[][] DEPTHS = {
    {2, 2, 2, 2}, {2, 2, 2, 2}, {3, 4, 6, 3}, {3, 4, 18, 3}, {3, 8, 27, 3}, {3, 6, 40, 3}
  };

  /**
   * @param number 0 to 5
   */
  public static MitVariant of(int number) {
    if (number < 0 || number >= DEPTHS.length) {
      throw new IllegalArgumentException("there is no Mix Transformer B" + number + ": B0 to B5 exist");
    }
    return new MitVariant(number == 0 ? SMALL : LARGE, DEPTHS[number]);
  }

  /** Blocks of all stages. */
  int blocks() {
    int blocks = 0;
    for (int depth : depths) {
      blocks += depth;
    }
    return blocks;
  }
}
