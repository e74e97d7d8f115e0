package ciss.error;

/** A missing, unreadable or inconsistent picture, label or list; the message names the file. */
public final class DataException extends CissException {
  public DataException(String message) {
    super(message, 3);
  }

  public DataException(String message, Throwable cause) {
    super(message, 3, cause);
  }
}
