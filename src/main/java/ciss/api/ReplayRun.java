package ciss.api;

import ciss.config.Assembly;
import ciss.config.CissConfig;
import ciss.config.DataAssembly;
import ciss.config.ResolvedConfig;
import ciss.data.DecodedCache;
import ciss.data.Loader;
import ciss.error.ConfigException;
import ciss.error.NumericsException;
import ciss.io.ImageWriting;
import ciss.report.RunDirectory;
import ciss.tensor.Backend;
import ciss.tensor.FlatBuffer;
import ciss.tensor.ParameterTable;
import ciss.train.Checkpoint;
import ciss.train.IterationListener;
import ciss.train.Trainer;
import ciss.train.TrainingBatch;
import ciss.train.TrainingListener;
import ciss.train.TrainingLoop;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Computes one iteration of a run again, bit for bit: from the newest checkpoint before it, or from the beginning, the
 * iterations in between included. Nothing is written into the run.
 */
public final class ReplayRun {
  private ReplayRun() {}

  /**
   * @param directory the run
   * @param iteration 1 for the first; null: the first one that fails, of a run that did
   * @param dump folder for the debug pictures of the iteration; null: none
   */
  public record Request(ResolvedConfig config, RunDirectory directory, Long iteration, Path dump) {}

  /**
   * What was computed.
   *
   * @param iteration 1 for the first
   * @param from the checkpoint it started from; null: the beginning
   * @param losses terms by the reference's names; empty if the iteration failed
   * @param gradientNorms Euclidean, by module; NaN or infinite where a gradient is
   * @param failure message of the failed iteration; null if it did not fail
   */
  public record Result(
      long iteration, Path from, Map<String, Double> losses, Map<String, Double> gradientNorms, String failure) {}

  /**
   * Runs.
   *
   * @param progress receives the number of finished iterations
   * @throws ConfigException if the iteration is beyond the end, or nothing failed and none is named
   */
  public static Result run(Request request, Console console, TrainingRun.ProgressDisplay progress) {
    CissConfig config = request.config().config();
    long all = config.train().iterations();
    long wanted = request.iteration() == null ? all : request.iteration();
    if (wanted < 1 || wanted > all) {
      throw new ConfigException("the run has the iterations 1 to " + all + ", found " + wanted);
    }
    Path checkpoint = before(request.directory(), request.iteration() == null ? Long.MAX_VALUE : wanted).orElse(null);
    int threads = Math.max(1, Math.min(config.data().workers(), Runtime.getRuntime().availableProcessors()));
    DecodedCache cache = new DecodedCache(DecodedCache.DEFAULT_LIMIT_BYTES);
    DataAssembly.TrainingData data = DataAssembly.open(config, cache, threads, console::say);
    TrainingMemory.Choice memory = TrainingMemory.choose(config);
    try (Backend backend = Backends.create(config);
        Trainer trainer = new Trainer(backend, Assembly.trainer(config), memory.level())) {
      memory.plan().announceTo(backend.workspace());
      TrainingRun.loadWeights(config, checkpoint, trainer, console);
      Follower follower = new Follower(backend, config, wanted, request.dump(), progress);
      String failure = null;
      try (Loader loader = new Loader(data.samples(), threads, config.data().prefetch(), trainer.finished())) {
        LoaderBatches batches = new LoaderBatches(loader, backend, data.samples().options());
        TrainingLoop.run(trainer, batches, wanted, follower, () -> false);
      } catch (NumericsException e) {
        failure = e.getMessage();
      }
      if (failure == null && request.iteration() == null) {
        throw new ConfigException(
            "all " + all + " iterations were computed and none failed. Name one with --iteration");
      }
      Map<String, Double> losses = failure == null ? follower.losses : Map.of();
      return new Result(trainer.finished(), checkpoint, losses, norms(backend, trainer.student().store().gradients()), failure);
    }
  }

  /** The newest checkpoint that was written before an iteration. */
  private static Optional<Path> before(RunDirectory directory, long iteration) {
    return directory.checkpoints().reversed().stream()
        .filter(file -> Checkpoint.iterations(file) < iteration)
        .findFirst();
  }

  /** Of each stage of the encoder and each part of the head. */
  private static Map<String, Double> norms(Backend backend, FlatBuffer gradients) {
    Map<String, Double> squares = new LinkedHashMap<>();
    float[] values = backend.download(gradients.flat());
    for (ParameterTable.Entry entry : gradients.table().entries()) {
      double sum = 0;
      for (long i = entry.offset(); i < entry.offset() + entry.shape().elements(); i++) {
        sum += (double) values[(int) i] * values[(int) i];
      }
      squares.merge(module(entry.name()), sum, Double::sum);
    }
    squares.replaceAll((name, sum) -> Math.sqrt(sum));
    return squares;
  }

  /** {@code backbone.block1.0.attn.q.weight} belongs to {@code backbone.block1}. */
  private static String module(String name) {
    List<String> parts = List.of(name.split("\\."));
    return String.join(".", parts.subList(0, Math.min(2, parts.size() - 1)));
  }

  /** Waits for the wanted iteration. */
  private static final class Follower implements TrainingListener {
    private final Backend backend;
    private final CissConfig config;
    private final long wanted;
    private final Path dump;
    private final TrainingRun.ProgressDisplay progress;
    private Map<String, Double> losses = Map.of();
    private DebugPictures pictures;

    Follower(Backend backend, CissConfig config, long wanted, Path dump, TrainingRun.ProgressDisplay progress) {
      this.backend = backend;
      this.config = config;
      this.wanted = wanted;
      this.dump = dump;
      this.progress = progress;
    }

    /** Whichever fails, its gradients are to be there. */
    @Override
    public boolean standsAlone(long n) {
      return true;
    }

    @Override
    public IterationListener intermediate(long finished, TrainingBatch batch) {
      if (dump == null || finished + 1 != wanted) {
        return IterationListener.NONE;
      }
      pictures = new DebugPictures(backend, config, batch);
      return pictures;
    }

    @Override
    public void report(IterationReport report) {
      progress.at(report.finished());
      losses = report.losses();
      if (pictures != null) {
        int sample = 0;
        for (DebugPictures.Sheets sheets : pictures.sheets()) {
          String name = "%06d_%d".formatted(report.finished(), sample++);
          ImageWriting.writePng(dump.resolve(name + ".png"), sheets.inputs());
          if (sheets.scores() != null) {
            ImageWriting.writePng(dump.resolve(name + "_s.png"), sheets.scores());
          }
        }
      }
    }
  }
}
