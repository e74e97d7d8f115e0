package ciss.cli;

import ciss.config.ConfigLoader;
import ciss.config.Experiments;
import ciss.config.ResolvedConfig;
import ciss.error.ConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Which trainings a command line asks for: one configuration under each of its seeds, or the runs of an experiment.
 *
 * @param group folder of their work directories
 */
record TrainingJobs(String group, List<Job> jobs) {

  /**
   * One training.
   *
   * @param name of its work directory
   */
  record Job(String name, ResolvedConfig resolved) {}

  /** The seeds of one configuration; a null seed is that of the configuration. */
  static TrainingJobs ofConfig(String config, List<Long> seeds, List<String> overrides) {
    List<Job> jobs = new ArrayList<>();
    for (Long seed : seeds) {
      ResolvedConfig resolved = ConfigLoader.load(config, withSeed(overrides, seed));
      jobs.add(new Job(resolved.config().name() + "_s" + resolved.config().train().seed(), resolved));
    }
    String file = java.nio.file.Path.of(config).getFileName().toString();
    return new TrainingJobs(file.replaceFirst("\\.ya?ml$", ""), jobs);
  }

  private static List<String> withSeed(List<String> overrides, Long seed) {
    if (seed == null) {
      return overrides;
    }
    List<String> all = new ArrayList<>(overrides);
    all.add("train.seed=" + seed);
    return all;
  }

  /**
   * Runs of an experiment.
   *
   * @param text {@code ID} or {@code ID:INDEX}
   * @param from position to start at, from 0
   * @param startupTest only the runs with the first seed, and in a group of their own
   * @param variables the environment: a job array picks one run
   * @throws ConfigException if there is no such experiment or run
   */
  static TrainingJobs ofExperiment(
      String text, int from, boolean startupTest, List<String> overrides, UnaryOperator<String> variables) {
    ExperimentId id = ExperimentId.parse(text);
    List<Experiments.Run> runs = Experiments.of(id.id());
    Integer only = id.index() != null ? id.index() : arrayIndex(variables);
    int first = only != null ? only : from;
    int end = only != null ? only + 1 : runs.size();
    if (first < 0 || first >= runs.size()) {
      throw new ConfigException(
          "experiment %d has the runs 0 to %d, found %d%s"
              .formatted(
                  id.id(),
                  runs.size() - 1,
                  first,
                  id.index() == null && only != null ? " (index of the job array)" : ""));
    }
    List<Job> jobs = new ArrayList<>();
    for (int index = first; index < end; index++) {
      jobs.add(
          new Job(runs.get(index).name(), ConfigLoader.loadExperiment(id.id(), index, overrides)));
    }
    String group = "exp" + id.id();
    if (startupTest && only == null) {
      long seed = jobs.getFirst().resolved().config().train().seed();
      jobs.removeIf(job -> job.resolved().config().train().seed() != seed);
    }
    return new TrainingJobs(startupTest ? group + "-startup" : group, jobs);
  }

  /** The position that the scheduler gave this task of a job array; null outside of one. LSF counts from 1; 0: none. */
  static Integer arrayIndex(UnaryOperator<String> variables) {
    String slurm = variables.apply("SLURM_ARRAY_TASK_ID");
    if (slurm != null && !slurm.isBlank()) {
      return number("SLURM_ARRAY_TASK_ID", slurm);
    }
    String lsf = variables.apply("LSB_JOBINDEX");
    int index = lsf == null || lsf.isBlank() ? 0 : number("LSB_JOBINDEX", lsf);
    return index == 0 ? null : index - 1;
  }

  private static int number(String variable, String text) {
    try {
      return Integer.parseInt(text.strip());
    } catch (NumberFormatException e) {
      throw new ConfigException(
          "environment " + variable + ": expected the index of a job array, found '" + text + "'");
    }
  }
}
