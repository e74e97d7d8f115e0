package ciss.verify;

import java.nio.charset.StandardCharsets;

/**
 * The 64-bit number stream from which reference cases are generated: one stream per name and seed.
 *
 * <p>{@code state0 = fnv1a64(utf8(name)) XOR seed}, word i is a hash of {@code state0 + (i+1) * 0x9E3779B97F4A7C15}
 * (SplitMix64's finalizer). All arithmetic is modulo 2^64. This is the format of the cases, not a source of randomness
 * for training.
 */
final class GoldenStream {
  private static final long STEP = 0x9E3779B97F4A7C15L;

  private final long state0;
  private long next;

  GoldenStream(String name, long seed) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    this.state0 = hash ^ seed;
  }

  /** Word i of the stream, i = 0, 1, ... */
  long word(long i) {
    long z = state0 + (i + 1) * STEP;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** The next word in order. */
  long nextWord() {
    return word(next++);
  }

  /** Element i as a number in [0, 1) with 24 bits. */
  double unit(long i) {
    return (word(i) >>> 40) * 0x1p-24;
  }
}
