package ciss.error;

/** A loss or gradient that is not finite; the message names iteration and term. */
public final class NumericsException extends CissException {
  public NumericsException(String message) {
    super(message, 4);
  }

  public NumericsException(String message, Throwable cause) {
    super(message, 4, cause);
  }
}
