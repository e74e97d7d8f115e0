package ciss.config;

import java.util.List;
import java.util.Map;

/** Which values of a configuration can change the result of a training, and which say only where and how it runs. */
public final class DecisiveValues {
  /** Beginnings of the keys that cannot. */
  public static final List<String> HARMLESS =
      List.of(
          "train.device",
          "train.memory",
          "train.threads",
          "train.validate",
          "log.",
          "evaluation.",
          "checkpoint.",
          "data.source.root",
          "data.target.root",
          "data.val.root",
          "data.test.root",
          "data.workers",
          "data.prefetch",
          "uda.debug_images_interval");

  private DecisiveValues() {}

  /** Whether a key, or an override {@code KEY=VALUE}, leaves the result as it is. */
  public static boolean isHarmless(String key) {
    return HARMLESS.stream().anyMatch(key::startsWith);
  }

  /** The others by key: two trainings with equal ones end with the same weights. */
  public static Map<String, Object> of(ResolvedConfig resolved) {
    Map<String, Object> values = resolved.toPlain();
    values.keySet().removeIf(key -> isHarmless(key) || key.equals("description"));
    return values;
  }
}
