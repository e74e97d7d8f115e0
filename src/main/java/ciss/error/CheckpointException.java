package ciss.error;

/** A weight file that cannot be read or does not fit the network; the message names file and tensor. */
public final class CheckpointException extends CissException {
  public CheckpointException(String message) {
    super(message, 3);
  }

  public CheckpointException(String message, Throwable cause) {
    super(message, 3, cause);
  }
}
