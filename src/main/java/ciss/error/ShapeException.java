package ciss.error;

/** Tensors that do not fit an operation: a mistake of the calling code; the message names operation, tensor and both shapes. */
public final class ShapeException extends CissException {
  public ShapeException(String message) {
    super(message, 1);
  }

  public ShapeException(String message, Throwable cause) {
    super(message, 1, cause);
  }
}
