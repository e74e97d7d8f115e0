package ciss.tensor;

/** A moment in the work of a backend: see {@link Backend#mark}. */
public interface Mark extends AutoCloseable {
  /** Seconds from an earlier mark of the same backend; waits for both. */
  double secondsSince(Mark earlier);

  @Override
  default void close() {}
}
