package ciss.cli;

import ciss.api.Ciss;
import ciss.api.Console;
import ciss.api.TrainingMemory;
import ciss.api.TrainingRun;
import ciss.config.ConfigLoader;
import ciss.config.LogConfig;
import ciss.config.ResolvedConfig;
import ciss.error.CheckpointException;
import ciss.error.CissException;
import ciss.error.ConfigException;
import ciss.error.NumericsException;
import ciss.report.Progress;
import ciss.report.RunDirectory;
import ciss.train.Checkpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ciss train}: new trainings, and going on with interrupted ones. */
@Command(
    name = "train",
    header = {"Train a network.", "", "  ciss train camvid_day2dusk --seed 0", ""})
final class TrainCommand extends CissCommand {
  private static final List<String> STARTUP_TEST =
      List.of(
          "train.iterations=2",
          "schedule.warmup_iterations=1",
          "train.validate=false",
          "log.interval=1",
          "checkpoint.save_last=false",
          "checkpoint.interval=" + Integer.MAX_VALUE);

  private static final String WARNING = "warning:";

  private static final List<String> DEBUG =
      List.of("log.interval=10", "evaluation.interval=200", "uda.debug_images_interval=10");

  @Parameters(paramLabel = "CONFIG", arity = "0..1", description = "File or built-in name.")
  private String config;

  @Option(
      names = "--experiment",
      paramLabel = "ID[:INDEX]",
      description = "All runs of an experiment of the paper, or one; in a job array that of the array.")
  private String experiment;

  @Option(names = "--from", paramLabel = "INDEX", description = "With --experiment: start at this position.")
  private Integer from;

  @Option(names = "--seed", paramLabel = "N", description = "Seed of every draw.")
  private Long seed;

  @Option(names = "--seeds", paramLabel = "N", split = ",", description = "One run per seed.")
  private List<Long> seeds = List.of();

  @Option(names = "--work-dir", paramLabel = "DIR", description = "Exact work directory instead of a new one.")
  private Path workDir;

  @Option(
      names = "--resume",
      paramLabel = "RUN|CHECKPOINT",
      arity = "0..1",
      fallbackValue = "",
      description = "Go on exactly where a run stopped; without RUN the newest one.")
  private String resume;

  @Option(
      names = "--resume-if-any",
      description = "Go on with the newest unfinished run of the same name and seed if there is one, else start.")
  private boolean resumeIfAny;

  @Option(names = "--load-from", paramLabel = "FILE|RUN", description = "Start from these weights.")
  private Path loadFrom;

  @Option(names = "--iterations", paramLabel = "N", description = "Length of the training.")
  private Integer iterations;

  @Option(names = "--no-validate", description = "Do not evaluate during training.")
  private boolean noValidate;

  @Option(names = "--deterministic", description = "Accepted for old scripts: trainings always are.")
  private boolean deterministic;

  @Option(names = "--debug", description = "Log every 10, evaluate every 200, debug pictures every 10 iterations.")
  private boolean debug;

  @Option(
      names = "--startup-test",
      description = "Two iterations, no evaluation, no checkpoint; of an experiment the runs with its first seed.")
  private boolean startupTest;

  @Option(names = "--dry-run", description = "Resolve, check data and weights, print what would run; train nothing.")
  private boolean dryRun;

  @Option(names = "--keep-going", description = "Go on with the next run after one failed.")
  private boolean keepGoing;

  @Option(names = "--force", description = "Run an experiment's run again although it is finished.")
  private boolean force;

  @Option(names = "--cache-mb", paramLabel = "MB", description = "Decoded pictures kept in memory (default 256).")
  private Long cacheMegabytes;

  @Override
  public Integer call() {
    checkOptions();
    Interruption interruption = Interruption.install();
    if (resume != null) {
      return resume(interruption);
    }
    TrainingJobs jobs = jobs();
    if (jobs.jobs().size() > 1 && workDir != null) {
      throw usageError("--work-dir names one directory, but there are " + jobs.jobs().size() + " runs");
    }
    int worst = 0;
    for (TrainingJobs.Job job : jobs.jobs()) {
      int code = keepGoing ? startOrReport(jobs.group(), job, interruption) : start(jobs.group(), job, interruption);
      worst = Math.max(worst, code);
      if (interruption.getAsBoolean() || code != 0 && !keepGoing) {
        break;
      }
    }
    return worst;
  }

  private void checkOptions() {
    int given = (config == null ? 0 : 1) + (experiment == null ? 0 : 1) + (resume == null ? 0 : 1);
    if (given != 1) {
      throw usageError("say what to train: one of CONFIG, --experiment ID[:INDEX], --resume [RUN]");
    }
    if (resume != null && (seed != null || !seeds.isEmpty() || iterations != null || workDir != null || loadFrom != null
        || startupTest || dryRun || resumeIfAny || debug)) {
      throw usageError(
          "--resume goes on with a run as it is: it takes no --seed, --seeds, --iterations, --work-dir, --load-from,"
              + " --startup-test, --debug, --resume-if-any or --dry-run");
    }
    if (experiment != null && (seed != null || !seeds.isEmpty())) {
      throw usageError("the runs of an experiment have their seeds: no --seed or --seeds with --experiment");
    }
    if (experiment == null && (from != null || force)) {
      throw usageError("--from and --force belong to --experiment");
    }
    if (from != null && ExperimentId.parse(experiment).index() != null) {
      throw usageError("--experiment " + experiment + " is one run: no --from with it");
    }
    if (seed != null && !seeds.isEmpty()) {
      throw usageError("--seed or --seeds, not both");
    }
    if (workDir != null && resumeIfAny) {
      throw usageError("--work-dir names a new directory: no --resume-if-any with it");
    }
  }

  private TrainingJobs jobs() {
    List<String> overrides = new ArrayList<>(configOverrides());
    if (iterations != null) {
      overrides.add("train.iterations=" + iterations);
    }
    if (noValidate) {
      overrides.add("train.validate=false");
    }
    if (loadFrom != null) {
      overrides.add("train.init_from=" + loadFrom);
    }
    if (debug) {
      overrides.addAll(DEBUG);
    }
    if (startupTest) {
      overrides.addAll(STARTUP_TEST);
    }
    if (experiment != null) {
      return TrainingJobs.ofExperiment(experiment, from == null ? 0 : from, startupTest, overrides, System::getenv);
    }
    return TrainingJobs.ofConfig(config, seeds.isEmpty() ? Collections.singletonList(seed) : seeds, overrides);
  }

  /** As {@link #start}; a failure is printed and returned instead of thrown. */
  private int startOrReport(String group, TrainingJobs.Job job, Interruption interruption) {
    try {
      return start(group, job, interruption);
    } catch (CissException e) {
      note("failed: " + job.name() + "; going on with the next run");
      return Errors.report(e, err(), global().stacktrace());
    }
  }

  private int start(String group, TrainingJobs.Job job, Interruption interruption) {
    ResolvedConfig resolved = announced(job.resolved());
    if (dryRun) {
      new DryRun(resolved).print(out());
      return 0;
    }
    if (workDir == null && resolved.config().workDir() == null) {
      EarlierRuns earlier = EarlierRuns.of(global().workRoot().resolve(group), resolved);
      boolean once = experiment != null && !startupTest && !force || resumeIfAny && seeds.size() > 1;
      if (once && earlier.finished().isPresent()) {
        note("finished already: " + earlier.finished().get() + (resumeIfAny ? "" : "; run it again with --force"));
        return 0;
      }
      if (resumeIfAny && earlier.unfinished().isPresent()) {
        RunDirectory unfinished = earlier.unfinished().get();
        return resume(resolved, unfinished, unfinished.latestCheckpoint().orElse(null), interruption);
      }
    }
    // What does not fit shows before a directory is made.
    TrainingMemory.Choice memory = TrainingMemory.choose(resolved.config());
    Path exact = workDir != null ? workDir : resolved.config().workDir();
    RunDirectory directory =
        exact != null ? RunDirectory.createAt(exact) : RunDirectory.create(global().workRoot(), group, job.name());
    return run(resolved, directory, memory, null, interruption);
  }

  private int resume(Interruption interruption) {
    Path checkpoint = null;
    RunDirectory directory;
    if (resume.isEmpty()) {
      directory =
          RunDirectory.newest(global().workRoot())
              .orElseThrow(() -> new ConfigException(global().workRoot() + ": no run to resume below this folder"));
    } else if (Files.isDirectory(Path.of(resume))) {
      directory = RunDirectory.open(Path.of(resume));
    } else {
      checkpoint = Path.of(resume).toAbsolutePath();
      if (!Files.exists(checkpoint)) {
        throw new CheckpointException(resume + ": no such run or checkpoint");
      }
      directory = RunDirectory.open(checkpoint.getParent().resolve("..").normalize());
    }
    if (checkpoint == null) {
      checkpoint = directory.latestCheckpoint().orElse(null);
    }
    List<String> overrides = new ArrayList<>(configOverrides());
    if (noValidate) {
      overrides.add("train.validate=false");
    }
    EarlierRuns.requireHarmless(overrides);
    // Roots of the environment apply: a requeued job finds its data on another machine's disk.
    return resume(ConfigLoader.load(directory.config().toString(), overrides), directory, checkpoint, interruption);
  }

  /**
   * @param checkpoint null: the run has none yet
   */
  private int resume(ResolvedConfig resolved, RunDirectory directory, Path checkpoint, Interruption interruption) {
    int all = resolved.config().train().iterations();
    if (checkpoint != null && Checkpoint.iterations(checkpoint) >= all) {
      note(directory + ": all " + all + " iterations are done already\nnext: ciss test " + directory);
      return 0;
    }
    note("resuming " + directory + (checkpoint == null ? ": no checkpoint yet, from the beginning" : ""));
    return run(resolved, directory, TrainingMemory.choose(resolved.config()), checkpoint, interruption);
  }

  private int run(
      ResolvedConfig resolved,
      RunDirectory directory,
      TrainingMemory.Choice memory,
      Path checkpoint,
      Interruption interruption) {
    boolean terminal = System.console() != null && System.console().isTerminal() && !global().quiet();
    long cacheBytes =
        cacheMegabytes == null ? TrainingRun.Request.DEFAULT_CACHE_BYTES : cacheMegabytes * 1_000_000;
    var request =
        new TrainingRun.Request(resolved, directory, memory, checkpoint, String.join(" ", commandLine()), cacheBytes);
    TrainingRun.Outcome outcome;
    try (Progress progress = terminal ? progress(resolved) : null) {
      Console all = progress == null ? this::noteOrWarn : progress::say;
      boolean everything = resolved.config().log().level().compareTo(LogConfig.Level.INFO) >= 0;
      Console console = everything ? all : line -> warn(line, all);
      TrainingRun.ProgressDisplay display = progress == null ? iterations -> {} : TrainingRun.on(progress);
      outcome = Ciss.train(request, console, display, interruption);
    } catch (CissException e) {
      if (e instanceof NumericsException) {
        note("the iteration that failed, with its gradients: ciss replay " + directory);
      }
      if (directory.latestCheckpoint().isPresent()) {
        note("stopped by the error below; once it is repaired, go on with: ciss train --resume " + directory);
      }
      throw e;
    }
    if (!outcome.complete()) {
      note("stopped after iteration " + outcome.iterations() + "; go on with: ciss train --resume " + directory);
      return interruption.exitCode();
    }
    wrote(directory.path());
    if (directory.latestCheckpoint().isPresent()) {
      note("next: ciss test " + directory);
    }
    return 0;
  }

  private static void warn(String line, Console console) {
    if (line.startsWith(WARNING)) {
      console.say(line);
    }
  }

  /** Warnings are shown with {@code --quiet} too. */
  private void noteOrWarn(String line) {
    if (line.startsWith(WARNING)) {
      err().println(line);
    } else {
      note(line);
    }
  }

  private Progress progress(ResolvedConfig resolved) {
    return new Progress(resolved.config().name(), resolved.config().train().iterations(), err(), true);
  }
}
