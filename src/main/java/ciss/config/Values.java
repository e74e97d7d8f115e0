package ciss.config;

import ciss.error.ConfigException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The values of a configuration while it is being resolved: typed, by key, each with its origin. */
final class Values {
  /**
   * One value.
   *
   * @param place where it is written, null if nobody wrote it
   * @param own true if it was written in the named file itself or by an override, not in a base
   */
  record Value(Object value, Origin origin, Place place, boolean own) {}

  private final Map<String, Value> byPath = new LinkedHashMap<>();
  private final Map<String, Place> refusedNulls = new LinkedHashMap<>();
  private final String source;

  /**
   * @param source name of the configuration for messages about values that nobody wrote
   */
  Values(String source) {
    this.source = source;
  }

  boolean has(String path) {
    return byPath.containsKey(path);
  }

  Value entry(String path) {
    return byPath.get(path);
  }

  /** The value of a key that is set; the caller knows its type from the schema. */
  @SuppressWarnings("unchecked")
  <T> T get(String path) {
    Value entry = byPath.get(path);
    if (entry == null) {
      throw new IllegalStateException("key " + path + " is read before it is resolved");
    }
    return (T) entry.value;
  }

  /**
   * Remembers that null was written for a key that needs a value. This is no mistake if the key turns out not to apply:
   * a resolved configuration says null there.
   */
  void refuseNull(String path, Place place) {
    refusedNulls.put(path, place);
  }

  /** Where null was written for keys that need a value. */
  Map<String, Place> refusedNulls() {
    return refusedNulls;
  }

  void put(String path, Value value) {
    byPath.put(path, value);
  }

  /** Replaces a value, whoever set it. */
  void put(String path, Object value, Origin origin) {
    byPath.put(path, new Value(value, origin, null, false));
  }

  /** Sets a value that nobody has set yet. */
  void fallback(String path, Object value, Origin origin) {
    byPath.putIfAbsent(path, new Value(value, origin, null, false));
  }

  /** True if a person set the key. */
  boolean isExplicit(String path) {
    return has(path) && byPath.get(path).origin.isExplicit();
  }

  /** A mistake in the value of a key, with the place where it was written or else the name of the configuration. */
  ConfigException mistake(String path, String message) {
    Value entry = byPath.get(path);
    String where = entry == null || entry.place == null ? source : entry.place.toString();
    return new ConfigException(where + ": " + path + ": " + message);
  }
}
