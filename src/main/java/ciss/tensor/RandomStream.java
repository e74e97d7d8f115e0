package ciss.tensor;

/**
 * Random numbers of one purpose: a fixed function of (seed, purpose, iteration, index) and of how many were taken.
 * Made by {@link Draws#stream}. Not thread safe; make one per user, they are cheap.
 */
public final class RandomStream {
  private final long key;
  private final int purpose;
  private final long iteration;
  private final int index;
  private final int[] words = new int[4];
  private int block;
  private int next = 4;

  RandomStream(long key, int purpose, long iteration, int index) {
    this.key = key;
    this.purpose = purpose;
    this.iteration = iteration;
    this.index = index;
  }

  private int nextWord() {
    if (next == 4) {
      words[0] = block++;
      words[1] = index;
      words[2] = (int) iteration;
      words[3] = purpose ^ ((int) (iteration >>> 32) << 8);
      Philox.block(words, key);
      next = 0;
    }
    return words[next++];
  }

  /** Uniform in [0,1), 53 bits. */
  public double nextDouble() {
    long high = nextWord() & 0xFFFFFFFFL;
    long low = nextWord() & 0xFFFFFFFFL;
    return ((high << 21) ^ (low >>> 11)) * 0x1p-53;
  }

  /** Uniform in [low, high). */
  public double uniform(double low, double high) {
    return low + (high - low) * nextDouble();
  }

  /** Uniform integer in [0, bound), bound at least 1. */
  public int nextInt(int bound) {
    return (int) (nextDouble() * bound);
  }

  /** Standard normal (Box-Muller). */
  public double nextGaussian() {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * nextDouble());
  }

  /** A random permutation of 0..n-1 (Fisher-Yates). */
  public int[] permutation(int n) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
