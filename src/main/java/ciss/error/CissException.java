package ciss.error;

/**
 * The one family of exceptions that this program throws on purpose. Each carries the exit code of the process
 * (2 usage or configuration, 3 data, 4 numerics, 5 resources, 1 our own mistake) and a message in four parts: what was
 * asked, what was found, where, what to do.
 */
public abstract sealed class CissException extends RuntimeException
    permits ConfigException,
        DataException,
        CheckpointException,
        NumericsException,
        ResourceException,
        ShapeException,
        NativeException {
  private static final long serialVersionUID = 1;
  private final int exitCode;

  CissException(String message, int exitCode) {
    super(message);
    this.exitCode = exitCode;
  }

  CissException(String message, int exitCode, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** The exit code of the process when this exception ends a command. */
  public final int exitCode() {
    return exitCode;
  }
}
