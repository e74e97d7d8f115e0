package ciss.cli;

import ciss.api.Console;
import ciss.api.TrainingRun;
import ciss.config.ConfigLoader;
import ciss.config.ResolvedConfig;
import ciss.error.CheckpointException;
import ciss.error.CissException;
import ciss.error.ConfigException;
import ciss.report.Progress;
import ciss.report.RunDirectory;
import ciss.train.Checkpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ciss train}: new trainings, and going on with interrupted ones. */
@Command(
    name = "train",
    header = {"Train a network.", "", "  ciss train camvid_day2dusk --seed 0", ""})
final class TrainCommand extends CissCommand {
  /** What may change when a run goes on: nothing that could change its result. */
  private static final List<String> HARMLESS =
      List.of(
          "train.device",
          "train.threads",
          "train.validate",
          "log.",
          "evaluation.",
          "checkpoint.",
          "data.workers",
          "data.prefetch");

  private static final Set<String> STARTUP_TEST =
      Set.of(
          "train.iterations=2",
          "schedule.warmup_iterations=1",
          "train.validate=false",
          "log.interval=1",
          "checkpoint.save_last=false",
          "checkpoint.interval=" + Integer.MAX_VALUE);

  @Parameters(paramLabel = "CONFIG", arity = "0..1", description = "File or built-in name.")
  private String config;

  @Option(names = "--experiment", paramLabel = "ID:INDEX", description = "A run of the paper instead of CONFIG.")
  private String experiment;

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

  @Option(names = "--load-from", paramLabel = "FILE|RUN", description = "Start from these weights.")
  private Path loadFrom;

  @Option(names = "--iterations", paramLabel = "N", description = "Length of the training.")
  private Integer iterations;

  @Option(names = "--no-validate", description = "Do not evaluate during training.")
  private boolean noValidate;

  @Option(names = "--deterministic", description = "Accepted for old scripts: trainings always are.")
  private boolean deterministic;

  @Option(names = "--startup-test", description = "Two iterations, no evaluation, no checkpoint.")
  private boolean startupTest;

  @Option(names = "--dry-run", description = "Resolve, check data and weights, print what would run; train nothing.")
  private boolean dryRun;

  @Option(names = "--cache-mb", paramLabel = "MB", description = "Decoded pictures kept in memory (default 256).")
  private Long cacheMegabytes;

  @Override
  public Integer call() {
    int given = (config == null ? 0 : 1) + (experiment == null ? 0 : 1) + (resume == null ? 0 : 1);
    if (given != 1) {
      throw usageError("say what to train: one of CONFIG, --experiment ID:INDEX, --resume [RUN]");
    }
    if (resume != null && (seed != null || !seeds.isEmpty() || iterations != null || workDir != null || loadFrom != null
        || startupTest || dryRun)) {
      throw usageError(
          "--resume goes on with a run as it is: it takes no --seed, --seeds, --iterations, --work-dir, --load-from,"
              + " --startup-test or --dry-run");
    }
    Interruption interruption = Interruption.install();
    if (resume != null) {
      return resume(interruption);
    }
    List<Long> all = seeds.isEmpty() ? java.util.Collections.singletonList(seed) : seeds;
    if (all.size() > 1 && workDir != null) {
      throw usageError("--work-dir names one directory, --seeds asks for several runs");
    }
    for (Long each : all) {
      int code = start(each, interruption);
      if (code != 0) {
        return code;
      }
    }
    return 0;
  }

  private int start(Long withSeed, Interruption interruption) {
    ResolvedConfig resolved = announced(resolve(withSeed));
    if (dryRun) {
      new DryRun(resolved).print(out());
      return 0;
    }
    String name = resolved.config().name() + "_s" + resolved.config().train().seed();
    Path exact = workDir != null ? workDir : resolved.config().workDir();
    RunDirectory directory =
        exact != null ? RunDirectory.createAt(exact) : RunDirectory.create(global().workRoot(), group(), name);
    return run(resolved, directory, null, interruption);
  }

  private ResolvedConfig resolve(Long withSeed) {
    List<String> overrides = new ArrayList<>(configOverrides());
    if (withSeed != null) {
      overrides.add("train.seed=" + withSeed);
    }
    if (iterations != null) {
      overrides.add("train.iterations=" + iterations);
    }
    if (noValidate) {
      overrides.add("train.validate=false");
    }
    if (loadFrom != null) {
      overrides.add("train.init_from=" + loadFrom);
    }
    if (startupTest) {
      overrides.addAll(STARTUP_TEST);
    }
    if (experiment == null) {
      return ConfigLoader.load(config, overrides);
    }
    String[] parts = experiment.split(":", 2);
    try {
      int index = parts.length == 2 ? Integer.parseInt(parts[1]) : 0;
      return ConfigLoader.loadExperiment(Integer.parseInt(parts[0]), index, overrides);
    } catch (NumberFormatException e) {
      throw usageError("--experiment wants ID or ID:INDEX, found '" + experiment + "'");
    }
  }

  private String group() {
    if (experiment != null) {
      return "exp" + experiment.split(":", 2)[0] + (startupTest ? "-startup" : "");
    }
    String file = Path.of(config).getFileName().toString();
    return file.replaceFirst("\\.ya?ml$", "");
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
    List<String> overrides = new ArrayList<>(configOverrides());
    if (noValidate) {
      overrides.add("train.validate=false");
    }
    for (String override : overrides) {
      if (HARMLESS.stream().noneMatch(override::startsWith)) {
        throw new ConfigException(
            "-o %s: would change the result of the run that is resumed. Only %s may change"
                .formatted(override, String.join(", ", HARMLESS)));
      }
    }
    if (checkpoint == null) {
      checkpoint = directory.latestCheckpoint().orElse(null);
    }
    ResolvedConfig resolved =
        overrides.isEmpty()
            ? ConfigLoader.parse(directory.config())
            : ConfigLoader.load(directory.config().toString(), overrides);
    int all = resolved.config().train().iterations();
    if (checkpoint != null && Checkpoint.iterations(checkpoint) >= all) {
      note(directory + ": all " + all + " iterations are done already\nnext: ciss test " + directory);
      return 0;
    }
    note("resuming " + directory + (checkpoint == null ? ": no checkpoint yet, from the beginning" : ""));
    return run(resolved, directory, checkpoint, interruption);
  }

  private int run(ResolvedConfig resolved, RunDirectory directory, Path checkpoint, Interruption interruption) {
    boolean terminal = System.console() != null && System.console().isTerminal() && !global().quiet();
    long cacheBytes =
        cacheMegabytes == null ? TrainingRun.Request.DEFAULT_CACHE_BYTES : cacheMegabytes * 1_000_000;
    var request =
        new TrainingRun.Request(resolved, directory, checkpoint, String.join(" ", commandLine()), cacheBytes);
    TrainingRun.Outcome outcome;
    try (Progress progress = terminal ? progress(resolved) : null) {
      Console console = progress == null ? this::noteOrWarn : progress::say;
      TrainingRun.ProgressDisplay display = progress == null ? iterations -> {} : TrainingRun.on(progress);
      outcome = TrainingRun.run(request, console, display, interruption);
    } catch (CissException e) {
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

  /** Warnings are shown with {@code --quiet} too. */
  private void noteOrWarn(String line) {
    if (line.startsWith("warning:")) {
      err().println(line);
    } else {
      note(line);
    }
  }

  private Progress progress(ResolvedConfig resolved) {
    return new Progress(resolved.config().name(), resolved.config().train().iterations(), err(), true);
  }
}
