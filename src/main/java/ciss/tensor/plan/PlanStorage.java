package ciss.tensor.plan;

import ciss.error.ShapeException;
import ciss.tensor.DType;
import ciss.tensor.Storage;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** A size without memory. */
final class PlanStorage implements Storage {
  private final long bytes;
  private final LongConsumer onClose;
  private Storage copy;
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

  /** Has a copy of its values in another type from now on, which is closed with it. */
  void keepCopy(Supplier<Storage> maker) {
    if (copy == null) {
      copy = maker.get();
    }
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
      if (copy != null) {
        copy.close();
      }
      onClose.accept(bytes);
    }
  }
}
