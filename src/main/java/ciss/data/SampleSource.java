package ciss.data;

/** Makes the samples of a training run; called by several threads at once. */
public interface SampleSource {

  /** What a batch of these samples holds. */
  BatchLayout layout();

  /**
   * Computes sample {@code slot} of the batch of an iteration: a pure function of both, whatever was made before.
   *
   * @param source buffers of this sample, overwritten
   * @param target the same for the target; null if there is none
   */
  SampleInfo fill(long iteration, int slot, PairPipeline.Buffers source, PairPipeline.Buffers target);
}
