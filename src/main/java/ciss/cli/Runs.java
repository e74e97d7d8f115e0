package ciss.cli;

import ciss.api.Backends;
import ciss.config.ConfigLoader;
import ciss.config.ResolvedConfig;
import ciss.error.ConfigException;
import ciss.error.DataException;
import ciss.report.RunDirectory;
import ciss.train.Checkpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a RUN argument stands for: a work directory, a checkpoint file, or nothing = the newest work directory.
 *
 * @param directory null for a weight file outside of any run
 */
record Runs(RunDirectory directory, Path weights, ResolvedConfig config) {

  /**
   * @param run null: the newest below {@code workRoot}
   * @param checkpoint weights to take instead of the run's newest; may be null
   * @param config configuration to take instead of the run's; may be null
   * @throws ConfigException if there is no run, or no configuration for a weight file
   * @throws DataException if what is named does not exist
   */
  static Runs find(Path run, Path checkpoint, String config, Path workRoot, List<String> overrides) {
    if (run != null && !Files.exists(run)) {
      throw new DataException(run + ": no such run or checkpoint");
    }
    if (run != null && Files.isDirectory(run) && Backends.isOfTheReference(run)) {
      return find(Backends.weights(run), checkpoint, config, workRoot, overrides);
    }
    RunDirectory directory = directory(run, checkpoint, config, workRoot);
    Path weights = checkpoint != null ? checkpoint : run != null && Files.isRegularFile(run) ? run : null;
    if (weights == null) {
      if (directory == null) {
        throw new ConfigException("--config needs --checkpoint FILE: the weights to use");
      }
      weights = Backends.weights(directory.path());
    }
    if (!Files.exists(weights)) {
      throw new DataException(weights + ": no such weight file");
    }
    return new Runs(directory, weights, resolve(directory, weights, config, overrides));
  }

  private static RunDirectory directory(Path run, Path checkpoint, String config, Path workRoot) {
    if (run != null && Files.isDirectory(run)) {
      return RunDirectory.open(run);
    }
    Path file = run != null ? run : checkpoint;
    if (file != null) {
      Path parent = file.toAbsolutePath().getParent().getParent();
      return parent != null && RunDirectory.isRun(parent) ? RunDirectory.open(parent) : null;
    }
    if (config != null) {
      return null;
    }
    return RunDirectory.newest(workRoot)
        .orElseThrow(() -> new ConfigException(workRoot + ": no run below this folder. Name a run, or train one first"));
  }

  private static ResolvedConfig resolve(RunDirectory directory, Path weights, String config, List<String> overrides) {
    if (config != null) {
      return ConfigLoader.load(config, overrides);
    }
    if (directory != null) {
      return ConfigLoader.load(directory.config().toString(), overrides);
    }
    String stored = Checkpoint.metadata(weights).get("config");
    if (stored == null) {
      throw new ConfigException(weights + ": the file holds no configuration. Add --config CONFIG");
    }
    return ConfigLoader.loadText(weights.getFileName().toString(), stored, overrides);
  }
}
