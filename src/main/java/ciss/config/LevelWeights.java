package ciss.config;

import java.util.List;

/**
 * One weight of the invariance loss per feature level: 0 the encoder, 1 to 3 inside the head, 4 the class scores.
 * Written as a list of five, or as one number for level 0 alone.
 */
public record LevelWeights(List<Double> values) {
  /** Number of feature levels that can carry an invariance loss. */
  public static final int LEVELS = 5;

  public LevelWeights {
    values = List.copyOf(values);
    if (values.size() != LEVELS) {
      throw new IllegalArgumentException("needs one weight for each of 5 feature levels, found " + values.size());
    }
  }

  /** Weight {@code w} on level 0 and none elsewhere. */
  public static LevelWeights encoderOnly(double w) {
    return new LevelWeights(List.of(w, 0.0, 0.0, 0.0, 0.0));
  }

  /** The weight of level 0 to 4. */
  public double at(int level) {
    return values.get(level);
  }

  /** True if every weight is 0, so that the loss need not be computed. */
  public boolean allZero() {
    return values.stream().allMatch(w -> w == 0.0);
  }
}
