package ciss.data;

import ciss.tensor.RandomStream;

/**
 * The random decisions of one sample, in the order in which the pipeline takes them. Training takes them from the
 * stream of the sample; verification replays recorded ones.
 */
public interface SampleDraws {

  /** Uniform integer in [0, bound). */
  int nextInt(int bound);

  /** Uniform in [0, 1). */
  double nextDouble();

  /** Draws from a counter-based stream. */
  static SampleDraws from(RandomStream stream) {
    return new SampleDraws() {
      @Override
      public int nextInt(int bound) {
        return stream.nextInt(bound);
      }

      @Override
      public double nextDouble() {
        return stream.nextDouble();
      }
    };
  }
}
