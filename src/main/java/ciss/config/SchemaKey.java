package ciss.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One key of the configuration.
 *
 * @param path dotted path
 * @param type Java type of the record component that holds the value
 * @param key the annotation
 * @param defaultText the default as YAML text, or "" where {@link Key#computed()} says how the value is found
 * @param reference the reference's name with the role filled in, or ""
 */
public record SchemaKey(String path, Type type, Key key, String defaultText, String reference) {
  /** The section above, "" for a top-level key. */
  public String parent() {
    return path.substring(0, Math.max(0, path.lastIndexOf('.')));
  }

  /** The last segment of the path. */
  public String name() {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  /** The default as shown to the user. */
  public String defaultDescription() {
    return key.computed().isEmpty() ? defaultText : key.computed();
  }

  /** True if the value is a map whose keys the user chooses; such maps merge entry by entry. */
  boolean isOpenMap() {
    return type instanceof ParameterizedType generic && generic.getRawType() == Map.class;
  }

  /** The type in the words of the user's page: {@code int}, {@code float[]}, {@code enum ciss|dacs|none}. */
  public String typeDescription() {
    return describe(type) + (key.nullable() ? "|null" : "");
  }

  private String describe(Type type) {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      return generic.getRawType() == List.class
          ? describe(arguments[0]) + "[]"
          : "map " + describe(arguments[0]) + " -> " + describe(arguments[1]);
    }
    Class<?> raw = (Class<?>) type;
    if (raw.isEnum()) {
      return "enum " + String.join("|", enumNames(raw));
    }
    return switch (raw.getSimpleName()) {
      case "int", "Integer", "long" -> "int";
      case "double", "Double" -> "float";
      case "boolean", "Boolean" -> "bool";
      case "String" -> "str";
      case "Size" -> "size";
      case "View" -> "view";
      case "ViewPair" -> "view pair";
      case "LevelWeights" -> "float[5]|float";
      case "FeatureScale" -> "float|enum all";
      case "Device" -> "enum auto|cpu|cuda|cuda:N";
      case "ClassSet" -> "name|path|list";
      case "ParameterGroup" -> "{lr_mult, decay_mult}";
      case "Object" -> "value";
      default -> raw == Path.class ? "path" : raw.getSimpleName();
    };
  }

  /** The written names of an enum's constants that this version has, in order. */
  List<String> enumNames(Class<?> enumType) {
    List<String> absent = Arrays.asList(key.unavailable());
    return Arrays.stream(enumType.getEnumConstants())
        .map(constant -> Names.of((Enum<?>) constant))
        .filter(name -> !absent.contains(name))
        .collect(Collectors.toList());
  }
}
