package ciss.tensor;

/**
 * A block of memory of one backend. A {@link Tensor} is a view of it and owns nothing; whoever made the storage closes
 * it. Use after close is an exception.
 */
public interface Storage extends AutoCloseable {
  /** Size in bytes. */
  long bytes();

  /**
   * Address of the first byte in the backend's own address space (0 for a backend without bytes).
   *
   * @throws ciss.error.ShapeException if the storage has been closed
   */
  long address();

  /** True if this backend's operations take values of that type. */
  default boolean holds(DType dtype) {
    return dtype != DType.BF16;
  }

  @Override
  void close();
}
