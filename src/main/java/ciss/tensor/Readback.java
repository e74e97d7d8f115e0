package ciss.tensor;

import java.lang.foreign.MemorySegment;

/** A tensor's bytes on their way to the host: see {@link Backend#readLater}. */
public interface Readback {
  /** Whether {@link #bytes} returns at once. */
  boolean isReady();

  /** The bytes that the tensor had when it was to be read; waits for them. Asked for once. */
  MemorySegment bytes();
}
