package ciss.config;

import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes a configuration as YAML that resolves to itself again. */
final class ConfigText {
  private static final int COMMENT_COLUMN = 48;

  private final ResolvedConfig resolved;
  private final boolean comments;
  private final Map<String, Object> plain;
  private final StringBuilder out = new StringBuilder();

  private ConfigText(ResolvedConfig resolved, boolean comments) {
    this.resolved = resolved;
    this.comments = comments;
    this.plain = resolved.toPlain();
  }

  /**
   * The keys at or below a path.
   *
   * @param comments whether values that are not defaults carry their origin as a comment
   */
  static String yaml(ResolvedConfig resolved, String prefix, boolean comments) {
    ConfigText text = new ConfigText(resolved, comments);
    text.section(CissConfig.class, resolved.config(), "", prefix, 0);
    return text.out.toString();
  }

  /** Every key with its plain value; null under a section that is null. */
  static Map<String, Object> plainValues(CissConfig config) {
    Map<String, Object> values = new LinkedHashMap<>();
    collect(CissConfig.class, config, "", values);
    return values;
  }

  private static void collect(Class<?> type, Object record, String parent, Map<String, Object> values) {
    for (RecordComponent component : type.getRecordComponents()) {
      String path = Schema.join(parent, Names.snakeCase(component.getName()));
      Object value = record == null ? null : read(component, record);
      if (Schema.isSection(path)) {
        collect(component.getType(), value, path, values);
      } else {
        values.put(path, Plain.of(value));
      }
    }
  }

  private static Object read(RecordComponent component, Object record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }

  private void section(Class<?> type, Object record, String parent, String prefix, int indent) {
    for (RecordComponent component : type.getRecordComponents()) {
      String name = Names.snakeCase(component.getName());
      String path = Schema.join(parent, name);
      if (!Schema.isAtOrBelow(path, prefix) && !Schema.isAtOrBelow(prefix, path)) {
        continue;
      }
      if (!Schema.isSection(path)) {
        line(indent, name + ": " + value(path), resolved.origins().get(path));
      } else {
        Object inner = read(component, record);
        if (inner == null) {
          line(indent, name + ": null", originOfNull(path));
        } else {
          line(indent, name + ":", Origin.DEFAULT);
          section(component.getType(), inner, path, prefix, indent + 1);
        }
      }
    }
  }

  private Origin originOfNull(String section) {
    return resolved.origins().get(Schema.keysBelow(section).getFirst().path());
  }

  private void line(int indent, String text, Origin origin) {
    String line = "  ".repeat(indent) + text;
    if (comments && origin.kind() != Origin.Kind.DEFAULT) {
      int gap = Math.max(2, COMMENT_COLUMN - line.length());
      line += " ".repeat(gap) + "# " + origin;
    }
    out.append(line).append('\n');
  }

  private String value(String path) {
    if (path.equals("optimizer.groups")) {
      return flow(withRemovals(plain.get(path)));
    }
    return flow(plain.get(path));
  }

  /** Defaults that were removed must be removed again when the text is read: maps merge entry by entry. */
  private static Object withRemovals(Object groups) {
    Map<Object, Object> all = new LinkedHashMap<>((Map<?, ?>) groups);
    Node.Mapping defaults = (Node.Mapping) Schema.defaultOf("optimizer.groups");
    defaults.entries().keySet().forEach(name -> all.putIfAbsent(name, null));
    return all;
  }

  /** A value in one line of YAML, which for text, numbers, lists and maps is close to JSON. */
  static String flow(Object value) {
    return switch (value) {
      case null -> "null";
      case String text -> quoteIfNeeded(text);
      case Number number -> Plain.number(number);
      case List<?> list -> list.stream().map(ConfigText::flow).collect(Collectors.joining(", ", "[", "]"));
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(entry -> name(entry.getKey().toString()) + ": " + flow(entry.getValue()))
              .collect(Collectors.joining(", ", "{", "}"));
      default -> value.toString();
    };
  }

  private static String name(String key) {
    return key.matches("\\d+") ? key : quoteIfNeeded(key);
  }

  /** Quotes text that YAML would read as something else; double quotes escape as in JSON. */
  private static String quoteIfNeeded(String text) {
    boolean word = text.matches("[A-Za-z_./][A-Za-z0-9_./+<-]*");
    boolean reserved = text.matches("(?i)true|false|null|\\.inf|\\.nan|[.]?[0-9].*");
    return word && !reserved ? text : quote(text);
  }

  private static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\t' -> quoted.append("\\t");
        default -> quoted.append(c < ' ' ? String.format("\\x%02x", (int) c) : String.valueOf(c));
      }
    }
    return quoted.append('"').toString();
  }
}
