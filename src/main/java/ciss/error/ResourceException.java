package ciss.error;

/** Too little memory or disk, or a device that was asked for and is not there. */
public final class ResourceException extends CissException {
  public ResourceException(String message) {
    super(message, 5);
  }

  public ResourceException(String message, Throwable cause) {
    super(message, 5, cause);
  }
}
