package ciss.tensor.plan;

import ciss.error.ShapeException;
import ciss.tensor.DType;
import ciss.tensor.Storage;
import java.util.function.LongConsumer;

/** A size without memory. */
final class PlanStorage implements Storage {
  private final long bytes;
  private final LongConsumer onClose;
  private boolean closed;

  /**
   * @param onClose told the size when this is closed
   */
  PlanStorage(long bytes, LongConsumer onClose) {
    this.bytes = bytes;
    this.onClose = onClose;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public long address() {
    if (closed) {
      throw new ShapeException("storage of %,d bytes is used after it was closed".formatted(bytes));
    }
    return 0;
  }

  @Override
  public boolean holds(DType dtype) {
    return true;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      onClose.accept(bytes);
    }
  }
}
