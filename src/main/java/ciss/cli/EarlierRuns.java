package ciss.cli;

import ciss.config.ConfigLoader;
import ciss.config.ResolvedConfig;
import ciss.error.ConfigException;
import ciss.report.RunDirectory;
import ciss.report.RunStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Earlier runs of the same configuration, the newest first: those that a training need not repeat, and those it can go
 * on with.
 */
record EarlierRuns(List<RunDirectory> runs) {
  private static final Set<String> STOPPED = Set.of("interrupted", "failed", "died");

  /** What may change when a run goes on: nothing that could change its result. */
  private static final List<String> HARMLESS =
      List.of(
          "train.device",
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

  /**
   * @throws ConfigException if one of the overrides {@code KEY=VALUE} would change the result of a run that goes on
   */
  static void requireHarmless(List<String> overrides) {
    for (String override : overrides) {
      if (!harmless(override)) {
        throw new ConfigException(
            "-o %s: would change the result of the run that is resumed. Only %s may change"
                .formatted(override, String.join(", ", HARMLESS)));
      }
    }
  }

  private static boolean harmless(String key) {
    return HARMLESS.stream().anyMatch(key::startsWith);
  }

  /** The runs below a folder whose configuration is the same in everything that could change a result. */
  static EarlierRuns of(Path group, ResolvedConfig resolved) {
    Map<String, Object> wanted = result(resolved);
    return new EarlierRuns(RunDirectory.below(group).stream().filter(run -> wanted.equals(resultOf(run))).toList());
  }

  private static Map<String, Object> resultOf(RunDirectory run) {
    try {
      return result(ConfigLoader.parse(run.config()));
    } catch (ConfigException e) {
      return Map.of(); // the run of another version: not the same
    }
  }

  private static Map<String, Object> result(ResolvedConfig resolved) {
    Map<String, Object> values = resolved.toPlain();
    values.keySet().removeIf(key -> harmless(key) || key.equals("description"));
    return values;
  }

  /** The newest that was trained to its end. */
  Optional<RunDirectory> finished() {
    return runs.stream().filter(run -> RunStatus.state(run).equals("done")).findFirst();
  }

  /** The newest that stopped before its end. */
  Optional<RunDirectory> unfinished() {
    return runs.stream().filter(run -> STOPPED.contains(RunStatus.state(run))).findFirst();
  }
}
