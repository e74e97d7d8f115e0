package ciss.tensor.reference;

import ciss.error.ShapeException;
import ciss.tensor.DType;
import ciss.tensor.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Zeroed memory outside the Java heap, freed by {@link #close}. */
final class ReferenceStorage implements Storage {
  private final Arena arena = Arena.ofShared();
  private final MemorySegment segment;

  ReferenceStorage(long bytes) {
    segment = arena.allocate(bytes, 64);
  }

  @Override
  public long bytes() {
    return segment.byteSize();
  }

  @Override
  public long address() {
    if (!arena.scope().isAlive()) {
      throw new ShapeException("storage of %,d bytes is used after it was closed".formatted(segment.byteSize()));
    }
    return segment.address();
  }

  @Override
  public boolean holds(DType dtype) {
    return true;
  }

  @Override
  public void close() {
    arena.close();
  }
}
