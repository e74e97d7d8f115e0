package ciss.error;

/** A mistake in the command line or in a configuration; the message names file, line and key. */
public final class ConfigException extends CissException {
  public ConfigException(String message) {
    super(message, 2);
  }

  public ConfigException(String message, Throwable cause) {
    super(message, 2, cause);
  }
}
