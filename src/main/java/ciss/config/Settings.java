package ciss.config;

import ciss.error.ConfigException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What files and overrides say, by key: still as YAML, with places and origins. One instance per file or override; they
 * are laid on each other with {@link #overlay}.
 */
final class Settings {
  /**
   * One key as somebody set it.
   *
   * @param own false if inherited from a base
   */
  record Setting(SchemaKey key, Node value, Place keyPlace, Origin origin, boolean own) {}

  private final Map<String, Setting> byPath = new LinkedHashMap<>();

  /**
   * The settings of one map of nested or dotted keys.
   *
   * @param kind FILE or OVERRIDE
   * @throws ConfigException for an unknown key, a key set twice, or a section that is no map
   */
  static Settings of(Node.Mapping root, Origin.Kind kind) {
    Settings settings = new Settings();
    settings.addAll("", root, kind);
    return settings;
  }

  Collection<Setting> all() {
    return byPath.values();
  }

  /** Lays stronger settings on these: open maps merge entry by entry, everything else is replaced. */
  void overlay(Settings stronger) {
    for (Setting above : stronger.all()) {
      byPath.merge(above.key().path(), above, Settings::merge);
    }
  }

  /** The same settings, marked as coming from a base. */
  Settings inherited() {
    Settings copy = new Settings();
    byPath.forEach(
        (path, s) -> copy.byPath.put(path, new Setting(s.key(), s.value(), s.keyPlace(), s.origin(), false)));
    return copy;
  }

  private static Setting merge(Setting below, Setting above) {
    if (below.key().isOpenMap()
        && below.value() instanceof Node.Mapping low
        && above.value() instanceof Node.Mapping high) {
      return new Setting(above.key(), low.merge(high), above.keyPlace(), above.origin(), above.own());
    }
    return above;
  }

  private void addAll(String parent, Node.Mapping map, Origin.Kind kind) {
    for (Map.Entry<String, Node.Entry> entry : map.entries().entrySet()) {
      add(Schema.join(parent, entry.getKey()), entry.getValue().value(), entry.getValue().keyPlace(), kind);
    }
  }

  private void add(String path, Node value, Place keyPlace, Origin.Kind kind) {
    SchemaKey key = Schema.find(path);
    if (key != null) {
      put(key, value, keyPlace, kind);
    } else if (Schema.isSection(path)) {
      addSection(path, value, keyPlace, kind);
    } else if (Schema.openMapAbove(path) != null) {
      addOpenEntry(Schema.openMapAbove(path), path, value, keyPlace, kind);
    } else {
      throw new ConfigException(keyPlace + ": unknown key '" + path + "'" + Suggestion.forKey(path));
    }
  }

  /**
   * A section is a map of keys. A written null stands for null under every key, the form of a section that does not
   * apply; nothing at all (every key below it commented out) sets nothing.
   */
  private void addSection(String path, Node value, Place keyPlace, Origin.Kind kind) {
    if (value instanceof Node.Mapping map) {
      addAll(path, map, kind);
    } else if (value instanceof Node.Scalar scalar && scalar.value() == null) {
      if (scalar.text().isEmpty()) {
        return;
      }
      Schema.keysBelow(path).forEach(key -> put(key, value, keyPlace, kind));
    } else {
      throw new ConfigException(
          value.place()
              + ": '"
              + path
              + "' is a section: expected keys below it, found "
              + value.describe()
              + "\n  all keys there: ciss config keys "
              + path);
    }
  }

  /** A dotted path into an open map: {@code optimizer.groups.head.lr_mult: 1} is {@code {head: {lr_mult: 1}}} there. */
  private void addOpenEntry(SchemaKey map, String path, Node value, Place keyPlace, Origin.Kind kind) {
    String rest = path.substring(map.path().length() + 1);
    int dot = rest.lastIndexOf('.');
    boolean field = dot > 0 && value instanceof Node.Scalar && !value.isNull();
    Node.Mapping wrapped =
        field
            ? wrap(rest.substring(0, dot), wrap(rest.substring(dot + 1), value, keyPlace), keyPlace)
            : wrap(rest, value, keyPlace);
    put(map, wrapped, keyPlace, kind);
  }

  private static Node.Mapping wrap(String key, Node value, Place keyPlace) {
    return new Node.Mapping(Map.of(key, new Node.Entry(keyPlace, value)), keyPlace);
  }

  private static String originText(Place place, Origin.Kind kind) {
    if (kind == Origin.Kind.OVERRIDE) {
      return "-o";
    }
    return place.line() == 0 ? place.source() : place.source() + ":" + place.line();
  }

  private void put(SchemaKey key, Node value, Place keyPlace, Origin.Kind kind) {
    Setting setting = new Setting(key, value, keyPlace, new Origin(kind, originText(keyPlace, kind)), true);
    Setting earlier = byPath.get(key.path());
    if (earlier != null && !(key.isOpenMap() && value instanceof Node.Mapping)) {
      throw YamlReader.duplicate(keyPlace, key.path(), earlier.keyPlace());
    }
    byPath.merge(key.path(), setting, Settings::merge);
  }
}
