package ciss.tensor;

/** A part of an iteration, open until it is closed: see {@link Backend#phase}. */
@FunctionalInterface
public interface Phase extends AutoCloseable {
  /** Of a backend that treats the operations of a phase like any others. */
  Phase NONE = () -> {};

  @Override
  void close();
}
