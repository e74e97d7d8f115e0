package ciss.data.scene;

/**
 * A small stream of random numbers (SplitMix64), the same on every machine. Streams made by {@link #fork} are
 * independent of how many numbers the parent drew afterwards, so that adding an object never reshuffles the weather.
 */
final class SceneRandom {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private final long origin;
  private long state;

  SceneRandom(long seed) {
    origin = mix(seed + GOLDEN);
    state = origin;
  }

  /** Scrambles 64 bits (the finalizer of SplitMix64); also used as a hash of lattice points. */
  static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** A uniform number in [0, 1) that depends on nothing but its three arguments. */
  static float hash(long seed, int i, int j) {
    long bits = mix(seed ^ (i * 0x632BE59BD9B4E019L) ^ (j * 0xD1342543DE82EF95L));
    return (bits >>> 40) * 0x1p-24f;
  }

  SceneRandom fork(long purpose) {
    return new SceneRandom(origin ^ mix(purpose * GOLDEN + 1));
  }

  long nextLong() {
    state += GOLDEN;
    return mix(state);
  }

  float uniform() {
    return (nextLong() >>> 40) * 0x1p-24f;
  }

  float range(double low, double high) {
    return (float) (low + (high - low) * uniform());
  }

  int below(int bound) {
    return (int) ((nextLong() >>> 33) % bound);
  }

  boolean chance(double probability) {
    return uniform() < probability;
  }

  float sign() {
    return chance(0.5) ? 1 : -1;
  }

  @SafeVarargs
  final <T> T pick(T... choices) {
    return choices[below(choices.length)];
  }
}
