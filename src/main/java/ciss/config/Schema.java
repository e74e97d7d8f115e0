package ciss.config;

import ciss.error.ConfigException;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All keys there are, read once from the records' components and their {@link Key} annotations. A component whose type
 * is an annotated record is a section; every other one is a key.
 */
public final class Schema {
  private static final Schema INSTANCE = new Schema();

  private final Map<String, SchemaKey> keys = new LinkedHashMap<>();
  private final Set<String> sections = new LinkedHashSet<>();
  private final Map<String, Node> defaults = new HashMap<>();

  private Schema() {
    add("", CissConfig.class, "", Map.of());
  }

  /** All keys in the order of the records. */
  public static Collection<SchemaKey> keys() {
    return Collections.unmodifiableCollection(INSTANCE.keys.values());
  }

  /** The keys at or below a path; all for "". */
  public static List<SchemaKey> keysBelow(String prefix) {
    return INSTANCE.keys.values().stream().filter(key -> isAtOrBelow(key.path(), prefix)).toList();
  }

  /**
   * Refuses a path that is neither a key nor a section; "" stands for everything.
   *
   * @throws ConfigException with a suggestion
   */
  public static void requireKnown(String path) {
    if (!path.isEmpty() && find(path) == null && !isSection(path)) {
      throw new ConfigException("unknown key '" + path + "'" + Suggestion.forKey(path));
    }
  }

  /** True if {@code path} is {@code prefix} or lies below it; everything lies below "". */
  static boolean isAtOrBelow(String path, String prefix) {
    return prefix.isEmpty() || path.equals(prefix) || path.startsWith(prefix + ".");
  }

  /** The key with that path, or null. */
  public static SchemaKey find(String path) {
    return INSTANCE.keys.get(path);
  }

  /** The fixed default of a key; null where {@link Key#computed()} alone says how the value is found. */
  static Node defaultOf(String path) {
    return INSTANCE.defaults.get(path);
  }

  /** True if the path names a section, such as {@code uda.pseudo_label}. */
  public static boolean isSection(String path) {
    return INSTANCE.sections.contains(path);
  }

  /** All sections, outer before inner. */
  static Set<String> sections() {
    return Collections.unmodifiableSet(INSTANCE.sections);
  }

  /** The open map that a path points into, such as {@code optimizer.groups} for one of its entries; null if none. */
  static SchemaKey openMapAbove(String path) {
    for (int dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
      SchemaKey key = find(path.substring(0, dot));
      if (key != null) {
        return key.isOpenMap() ? key : null;
      }
    }
    return null;
  }

  /** The path of a record component below a section's path. */
  static String join(String parent, String name) {
    return parent.isEmpty() ? name : parent + "." + name;
  }

  /** True if the type is a record of which each component is a key or a section. */
  static boolean isSectionType(Class<?> type) {
    if (!type.isRecord() || type == ParameterGroup.class) {
      return false;
    }
    RecordComponent[] components = type.getRecordComponents();
    return components.length > 0 && components[0].getAnnotation(Key.class) != null;
  }

  private void add(String parent, Class<?> record, String role, Map<String, String> ownDefaults) {
    for (RecordComponent component : record.getRecordComponents()) {
      String name = Names.snakeCase(component.getName());
      String path = join(parent, name);
      Key key = component.getAnnotation(Key.class);
      if (isSectionType(component.getType())) {
        sections.add(path);
        add(path, component.getType(), name, parse(key.defaults()));
      } else {
        String defaultText = ownDefaults.getOrDefault(name, key.value());
        String reference = key.reference().replace("{role}", role);
        defaults.put(path, YamlReader.read("default of " + path, defaultText));
        keys.put(path, new SchemaKey(path, component.getGenericType(), key, defaultText, reference));
      }
    }
  }

  private static Map<String, String> parse(String[] defaults) {
    Map<String, String> parsed = new HashMap<>();
    for (String text : defaults) {
      int equals = text.indexOf('=');
      parsed.put(text.substring(0, equals), text.substring(equals + 1));
    }
    return parsed;
  }
}
