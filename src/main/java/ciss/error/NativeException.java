package ciss.error;

/** A native library that failed to load or a native call that returned an error; the message names the call and its code. */
public final class NativeException extends CissException {
  public NativeException(String message) {
    super(message, 1);
  }

  public NativeException(String message, Throwable cause) {
    super(message, 1, cause);
  }
}
