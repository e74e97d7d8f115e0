package ciss.config;

import java.nio.file.Path;

/**
 * The text of one configuration file.
 *
 * @param display name for messages
 * @param identity what makes it the same file when it is met again
 * @param file the file, null if it comes from the program itself
 * @param builtInName for instance {@code ciss/cityscapes_to_acdc}, null for a user's file
 */
record ConfigSource(String display, String identity, String text, Path file, String builtInName) {
  /** The file's name without folder and ending. */
  String name() {
    String last = display.substring(Math.max(display.lastIndexOf('/'), display.lastIndexOf('\\')) + 1);
    return last.replaceFirst("\\.(yaml|yml|json)$", "");
  }
}
