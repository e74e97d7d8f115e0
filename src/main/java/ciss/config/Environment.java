package ciss.config;

import ciss.error.ConfigException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the surroundings contribute to a configuration.
 *
 * @param variables value of an environment variable, null if unset
 * @param workingDirectory where relative paths start
 */
record Environment(UnaryOperator<String> variables, Path workingDirectory) {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?}");

  /** That of this process. */
  static Environment ofProcess() {
    return new Environment(System::getenv, Path.of(""));
  }

  /** The variable's value; null if unset or empty. */
  String get(String name) {
    String value = variables.apply(name);
    return value == null || value.isEmpty() ? null : value;
  }

  /** The folder that holds the data sets. */
  Path dataFolder() {
    String folder = get("CISS_DATA");
    return Path.of(folder == null ? "data" : folder);
  }

  /** True if something exists at a path, taken from the working directory if relative. */
  boolean exists(Path path) {
    return Files.exists(workingDirectory.resolve(path));
  }

  /**
   * Replaces {@code ${NAME}} and {@code ${NAME:-default}} in a path.
   *
   * @throws ConfigException if a variable without default is not set
   */
  String expand(String text, Place place) {
    Matcher matcher = REFERENCE.matcher(text);
    StringBuilder out = new StringBuilder();
    while (matcher.find()) {
      String value = get(matcher.group(1));
      if (value == null) {
        value = matcher.group(2);
      }
      if (value == null) {
        throw new ConfigException(
            place
                + ": environment variable "
                + matcher.group(1)
                + " is not set\n  set it, or write ${"
                + matcher.group(1)
                + ":-default}");
      }
      matcher.appendReplacement(out, Matcher.quoteReplacement(value));
    }
    return matcher.appendTail(out).toString();
  }
}
