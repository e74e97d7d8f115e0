package ciss.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A complete configuration and where each of its values comes from.
 *
 * @param config the records
 * @param origins by key, in the order of the schema
 * @param warnings about values that are ignored or seldom meant; already worded for the user
 */
public record ResolvedConfig(CissConfig config, Map<String, Origin> origins, List<String> warnings) {

  /** The value of a key in written form: null, String, Number, Boolean, List or Map. */
  public Object plain(String path) {
    return toPlain().get(path);
  }

  /** Every key with its written form, in the order of the schema. */
  public Map<String, Object> toPlain() {
    return ConfigText.plainValues(config);
  }

  /** The keys that the reference has too, as {@code experiments.json} holds them. */
  public Map<String, Object> toFlat() {
    Map<String, Object> flat = new LinkedHashMap<>(toPlain());
    flat.keySet().removeIf(path -> Schema.find(path).key().ours());
    return flat;
  }

  /** YAML that resolves to the same configuration; each value that is not a default has its origin as a comment. */
  public String toYaml() {
    return ConfigText.yaml(this, "", true);
  }

  /** YAML of what lies at or below a path, without comments. */
  public String toYaml(String prefix) {
    return ConfigText.yaml(this, prefix, false);
  }

  /** One value as it is written in YAML, in one line. */
  public String text(String path) {
    return ConfigText.flow(plain(path));
  }
}
