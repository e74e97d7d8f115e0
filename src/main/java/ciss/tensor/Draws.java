package ciss.tensor;

/**
 * The source of all randomness: counter-based streams keyed by seed, purpose, iteration and index, therefore
 * independent of threads, devices and resume. Immutable and thread safe.
 */
public record Draws(long seed) {
  /** What a stream is used for. The order is part of the file format of a run: append, never reorder. */
  public enum Purpose {
    INITIALISATION,
    SAMPLE,
    SHUFFLE,
    COLOR_JITTER_SWITCH,
    BLUR_SWITCH,
    CROP_BOX,
    DROP_PATH,
    DROPOUT,
    CLASS_MIX,
    COLOR_JITTER,
    BLUR,
    SCENE
  }

  /** The stream of {@code purpose} at {@code iteration}; {@code index} tells samples, passes or parameters apart. */
  public RandomStream stream(Purpose purpose, long iteration, int index) {
    return new RandomStream(mix(seed), purpose.ordinal() + 1, iteration, index);
  }

  /** Spreads small seeds over all key bits (finalizer of SplitMix64). */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
