package ciss.cli;

import ciss.config.ConfigLoader;
import ciss.config.DecisiveValues;
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

  /**
   * @throws ConfigException if one of the overrides {@code KEY=VALUE} would change the result of a run that goes on
   */
  static void requireHarmless(List<String> overrides) {
    for (String override : overrides) {
      if (!DecisiveValues.isHarmless(override)) {
        throw new ConfigException(
            "-o %s: would change the result of the run that is resumed. Only %s may change"
                .formatted(override, String.join(", ", DecisiveValues.HARMLESS)));
      }
    }
  }

  /** The runs below a folder whose configuration is the same in everything that could change a result. */
  static EarlierRuns of(Path group, ResolvedConfig resolved) {
    Map<String, Object> wanted = DecisiveValues.of(resolved);
    return new EarlierRuns(RunDirectory.below(group).stream().filter(run -> wanted.equals(resultOf(run))).toList());
  }

  private static Map<String, Object> resultOf(RunDirectory run) {
    try {
      return DecisiveValues.of(ConfigLoader.parse(run.config()));
    } catch (ConfigException e) {
      return Map.of(); // the run of another version: not the same
    }
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
