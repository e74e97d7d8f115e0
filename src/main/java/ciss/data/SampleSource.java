package ciss.data;

import java.lang.foreign.MemorySegment;

/** Makes the samples of a training run; called by several threads at once. */
public interface SampleSource {

  /** What a batch of these samples holds. */
  BatchLayout layout();

  /**
   * Decodes and draws sample {@code slot} of the batch of an iteration: a pure function of both, whatever was made
   * before.
   *
   * @param label U8 {@code [h,w]} of this sample, overwritten
   * @param mask the same for the validity mask of the target; null if there is none
   */
  Batch.Sample fill(long iteration, int slot, MemorySegment label, MemorySegment mask);
}
