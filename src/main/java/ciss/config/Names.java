package ciss.config;

import java.util.Locale;

/** How Java names are written in a configuration. */
final class Names {
  private Names() {}

  /** The written name of an enum constant: its {@code toString} if overridden, else its name in lower case. */
  static String of(Enum<?> constant) {
    String text = constant.toString();
    return text.equals(constant.name()) ? text.toLowerCase(Locale.ROOT) : text;
  }

  /** {@code weightSource} becomes {@code weight_source}. */
  static String snakeCase(String camelCase) {
    StringBuilder out = new StringBuilder();
    for (char c : camelCase.toCharArray()) {
      if (Character.isUpperCase(c)) {
        out.append('_');
      }
      out.append(Character.toLowerCase(c));
    }
    return out.toString();
  }
}
