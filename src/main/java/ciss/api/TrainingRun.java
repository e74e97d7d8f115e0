package ciss.api;

import ciss.config.Assembly;
import ciss.config.BackboneConfig;
import ciss.config.CissConfig;
import ciss.config.DataAssembly;
import ciss.config.ResolvedConfig;
import ciss.data.DataSet;
import ciss.data.DecodedCache;
import ciss.data.Loader;
import ciss.error.CissException;
import ciss.error.DataException;
import ciss.report.ClassScores;
import ciss.report.EventFile;
import ciss.report.Host;
import ciss.report.Progress;
import ciss.report.RunDirectory;
import ciss.report.RunLog;
import ciss.tensor.Backend;
import ciss.train.Checkpoint;
import ciss.train.LoadReport;
import ciss.train.Trainer;
import ciss.train.TrainingLoop;
import ciss.train.WeightFile;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** One training from its configuration to its last checkpoint. */
public final class TrainingRun {
  private TrainingRun() {}

  /**
   * @param directory a new work directory, or with {@code resumeFrom} the one of the run to go on with
   * @param memory level that the training runs at
   * @param resumeFrom checkpoint to continue exactly; null: a new training
   * @param commandLine for the record
   * @param cacheBytes limit of decoded pictures kept in memory
   */
  public record Request(
      ResolvedConfig config,
      RunDirectory directory,
      TrainingMemory.Choice memory,
      Path resumeFrom,
      String commandLine,
      long cacheBytes) {
    public static final long DEFAULT_CACHE_BYTES = DecodedCache.DEFAULT_LIMIT_BYTES;
  }

  /**
   * @param complete false if it was asked to stop before the end
   * @param scores of the last evaluation; null without one
   */
  public record Outcome(boolean complete, long iterations, ClassScores scores) {}

  /**
   * Trains. Whatever ends it, the work directory can be resumed; a picture that cannot be read costs no iteration.
   *
   * @param progress receives the display of the running training: iterations done and a note
   * @param stop asked after each iteration; if true, a checkpoint is written and the training ends
   * @throws CissException if something is wrong; {@code run.json} then says {@code failed}, unless the disk is full
   */
  public static Outcome run(Request request, Console console, ProgressDisplay progress, BooleanSupplier stop) {
    RunDirectory directory = request.directory();
    begin(request);
    try {
      Outcome outcome = train(request, console, progress, stop);
      end(directory, outcome.complete() ? "done" : "interrupted", 0, outcome.scores());
      return outcome;
    } catch (RuntimeException | Error e) {
      fail(directory, e);
      throw e;
    }
  }

  private static void fail(RunDirectory directory, Throwable cause) {
    int exitCode = cause instanceof CissException known ? known.exitCode() : 1;
    try {
      end(directory, "failed", exitCode, null);
    } catch (CissException e) {
      // What stopped the training matters more than that its record could not be written.
      cause.addSuppressed(e);
    }
  }

  /** Shows how far the training is. */
  @FunctionalInterface
  public interface ProgressDisplay {
    void at(long iterations);
  }

  private static void begin(Request request) {
    CissConfig config = request.config().config();
    RunDirectory directory = request.directory();
    if (request.resumeFrom() == null) {
      directory.write("config.yaml", request.config().toYaml());
    }
    Map<String, Object> info = new LinkedHashMap<>();
    info.put("name", config.name());
    info.put("command", request.commandLine());
    info.put("state", "running");
    info.put(request.resumeFrom() == null ? "start" : "resumed", Instant.now().toString());
    info.put("pid", ProcessHandle.current().pid());
    info.put("host", Host.name());
    if (Host.job() != null) {
      info.put("job", Host.job());
    }
    info.put("seed", config.train().seed());
    info.put("iterations", config.train().iterations());
    directory.update(info);
  }

  private static void end(RunDirectory directory, String state, int exitCode, ClassScores scores) {
    Map<String, Object> info = new LinkedHashMap<>();
    info.put("state", state);
    info.put("exit_code", exitCode);
    info.put("end", Instant.now().toString());
    if (scores != null) {
      info.put("mIoU", scores.mIoU());
    }
    directory.update(info);
  }

  private static Outcome train(Request request, Console console, ProgressDisplay progress, BooleanSupplier stop) {
    CissConfig config = request.config().config();
    RunLog log = new RunLog(request.directory().path());
    Console both =
        line -> {
          console.say(line);
          log.text(line);
        };
    both.say("run        " + config.name() + "  ->  " + request.directory());
    // Data first: what is missing there shows before gigabytes of networks are made.
    DecodedCache cache = new DecodedCache(request.cacheBytes());
    int threads = Math.max(1, Math.min(config.data().workers(), Runtime.getRuntime().availableProcessors()));
    DataAssembly.TrainingData data = DataAssembly.open(config, cache, threads, both::say);
    DataSet validation = validation(config, both);
    try (Backend backend = Backends.create(config);
        Trainer trainer = new Trainer(backend, Assembly.trainer(config), request.memory().level())) {
      both.say("device     " + Backends.describe(config, backend));
      describe(config, data, validation, both);
      both.say("memory     " + request.memory().words());
      request.memory().plan().announceTo(backend.workspace());
      loadWeights(config, request.resumeFrom(), trainer, both);
      logStart(request, trainer, log, backend);
      try (EventFile events = events(request, trainer)) {
        var outputs = new TrainingRecorder.Outputs(request.directory(), log, events);
        TrainingRecorder recorder =
            new TrainingRecorder(request.config(), outputs, backend, validation, console, progress::at, stop);
        both.say(TrainingTable.header());
        recorder.continueFrom(trainer);
        boolean complete;
        try (Loader loader = new Loader(data.samples(), threads, config.data().prefetch(), trainer.finished())) {
          LoaderBatches batches = new LoaderBatches(loader, backend, data.samples().options());
          complete = TrainingLoop.run(trainer, batches, config.train().iterations(), recorder, stop);
        } catch (DataException e) {
          if (trainer.finished() > 0) {
            recorder.saveNow(trainer);
          }
          throw e;
        }
        if (!complete) {
          recorder.saveNow(trainer);
        }
        log.event(complete ? "end" : "interrupt", (int) trainer.finished(), Map.of());
        return new Outcome(complete, trainer.finished(), recorder.lastScores());
      }
    }
  }

  /** Null where the configuration wants none. */
  private static EventFile events(Request request, Trainer trainer) {
    return request.config().config().log().tensorboard()
        ? EventFile.create(request.directory().file("events"), trainer.finished(), Clock.systemUTC())
        : null;
  }

  private static DataSet validation(CissConfig config, Console console) {
    if (!config.train().validate()) {
      return null;
    }
    if (config.data().val().labels() == null) {
      console.say("data       val has no labels: no evaluation during training");
      return null;
    }
    DataSet set = DataSet.open(DataAssembly.evaluation(config, false), new DecodedCache(0));
    set.checkEnds();
    return set;
  }

  private static void describe(
      CissConfig config, DataAssembly.TrainingData data, DataSet validation, Console console) {
    StringBuilder line = new StringBuilder("data       source " + data.source().size());
    if (data.target() != null) {
      line.append("   target ").append(data.target().size());
    }
    if (validation != null) {
      line.append("   val ").append(validation.size());
    }
    if (data.sampling() != null) {
      List<String> names = config.data().classes().names();
      line.append("   rare classes: ");
      int[] order = data.sampling().classes();
      for (int i = 0; i < Math.min(4, order.length); i++) {
        line.append(i == 0 ? "" : ", ").append(names.get(order[i]));
      }
      line.append(order.length > 4 ? ", ..." : "");
    }
    console.say(line.toString());
  }

  /**
   * Fills the networks as a training starts.
   *
   * @param checkpoint to go on from; null: a new training, from the weights that the configuration names
   */
  static void loadWeights(CissConfig config, Path checkpoint, Trainer trainer, Console console) {
    if (checkpoint != null) {
      Checkpoint.restore(trainer, checkpoint);
      console.say("resume     exactly, from " + checkpoint + " (" + trainer.finished() + " iterations)");
      return;
    }
    BackboneConfig backbone = config.model().backbone();
    Backend backend = trainer.backend();
    if (backbone.pretrained() != null) {
      LoadReport report =
          WeightFile.load(backbone.pretrained(), backend, trainer.student().store(), WeightFile.Wanted.ENCODER);
      console.say("weights    encoder from " + backbone.pretrained() + ": " + report.summary());
      if (trainer.frozenStore() != null) {
        WeightFile.load(backbone.pretrained(), backend, trainer.frozenStore(), WeightFile.Wanted.ENCODER);
      }
    }
    if (config.train().initFrom() != null) {
      Path file = Backends.weights(config.train().initFrom());
      LoadReport report = WeightFile.load(file, backend, trainer.student().store(), WeightFile.Wanted.START);
      console.say("weights    from " + file + ": " + report.summary());
      report.differences().forEach(line -> console.say("warning: " + line));
    }
  }

  private static void logStart(Request request, Trainer trainer, RunLog log, Backend backend) {
    CissConfig config = request.config().config();
    if (request.resumeFrom() != null) {
      log.event("resume", (int) trainer.finished(), Map.of("file", request.resumeFrom().toString()));
      return;
    }
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("seed", config.train().seed());
    details.put("device", backend.name());
    details.put("method", config.uda().method().name().toLowerCase(java.util.Locale.ROOT));
    log.start(config.name(), config.train().iterations(), details);
  }

  /** A display that shows the iterations on the progress line of a terminal. */
  public static ProgressDisplay on(Progress progress) {
    return iterations -> progress.at(iterations, "");
  }
}
