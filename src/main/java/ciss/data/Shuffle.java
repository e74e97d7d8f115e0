package ciss.data;

import ciss.tensor.Draws;
import ciss.tensor.RandomStream;

/**
 * A random order of 0..n-1 of which any element can be computed alone, without holding the whole order: pairs of source
 * and target pictures are millions, and a run must be able to resume anywhere.
 *
 * <p>A Feistel network on the smallest even number of bits that covers n permutes a power of four; numbers from n on
 * are sent through again until they fall below n (cycle walking). Immutable.
 */
final class Shuffle {
  private static final int ROUNDS = 6;

  private final long n;
  private final int halfBits;
  private final long[] keys = new long[ROUNDS];

  /** The order of one epoch. */
  Shuffle(long n, Draws draws, long epoch) {
    this.n = n;
    int bits = Math.max(2, 64 - Long.numberOfLeadingZeros(n - 1));
    this.halfBits = (bits + 1) / 2;
    RandomStream stream = draws.stream(Draws.Purpose.SHUFFLE, epoch, 0);
    for (int r = 0; r < ROUNDS; r++) {
      keys[r] = Double.doubleToRawLongBits(stream.nextDouble()) ^ (long) (stream.nextDouble() * 0x1p53) << 11;
    }
  }

  /** Element k of the order. */
  long at(long k) {
    long value = k;
    do {
      value = permute(value);
    } while (value >= n);
    return value;
  }

  private long permute(long value) {
    long mask = (1L << halfBits) - 1;
    long left = value >>> halfBits;
    long right = value & mask;
    for (long key : keys) {
      long mixed = (right + key) * 0xBF58476D1CE4E5B9L;
      mixed = (mixed ^ (mixed >>> 29)) * 0x94D049BB133111EBL;
      long next = left ^ (mixed >>> 32) & mask;
      left = right;
      right = next;
    }
    return left << halfBits | right;
  }
}
