package ciss.api;

/** Where a long task tells a person what it does. */
@FunctionalInterface
public interface Console {
  /** Prints one line. */
  void say(String line);
}
