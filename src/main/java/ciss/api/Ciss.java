package ciss.api;

import ciss.config.CissConfig;
import ciss.config.ConfigLoader;
import ciss.config.ResolvedConfig;
import ciss.data.BytePicture;
import ciss.data.StyleTransfer;
import ciss.data.Stylization;
import ciss.eval.Predictor;
import ciss.io.ImageFiles;
import ciss.io.Pixels;
import ciss.report.RunDirectory;
import ciss.tensor.Backend;
import ciss.tensor.cpu.CpuBackend;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * This program as a library: train, test, label pictures, stylize. The commands of the command line are calls of these
 * methods.
 *
 * <p>A network adapted from labelled to unlabelled pictures, then used:
 *
 * <pre>{@code
 * ResolvedConfig config = Ciss.configuration("my_data.yaml", List.of("train.iterations=2000"));
 * RunDirectory run = RunDirectory.createAt(Path.of("work_dirs/mine"));
 * Ciss.train(config, run);
 *
 * try (Ciss network = Ciss.open(run.path())) {
 *   Predictor.Prediction prediction = network.label(Ciss.picture(Path.of("night.jpg")));
 *   int trainId = prediction.label().at(100, 200);                  // row, column
 *   String name = network.classes().get(trainId);
 * }
 * }</pre>
 *
 * <p>An open network owns native memory and threads: close it. One network is used by one thread at a time; different
 * networks are independent. Failures are {@link ciss.error.CissException}s whose message says what to do.
 */
public final class Ciss implements AutoCloseable {
  private static final Console SILENT = line -> {};

  private final CissConfig config;
  private final Backend backend;
  private final TestRun.Network network;
  private final Predictor predictor;

  private Ciss(CissConfig config, Backend backend, TestRun.Network network) {
    this.config = config;
    this.backend = backend;
    this.network = network;
    this.predictor = EvaluationRun.predictor(config, backend, network.segmentor(), null);
  }

  /**
   * A configuration with every default filled in.
   *
   * @param nameOrPath a YAML file, a work directory, or the name of a built-in configuration
   * @param overrides {@code KEY=VALUE} each, VALUE in YAML
   * @throws ciss.error.ConfigException for whatever is wrong, with file, line, column and key
   */
  public static ResolvedConfig configuration(String nameOrPath, List<String> overrides) {
    return ConfigLoader.load(nameOrPath, overrides);
  }

  /**
   * Trains from the start to the end, silently; the work directory gets log, checkpoints and scores.
   *
   * @param directory a new work directory
   */
  public static TrainingRun.Outcome train(ResolvedConfig config, RunDirectory directory) {
    var request =
        new TrainingRun.Request(
            config,
            directory,
            TrainingMemory.choose(config.config()),
            null,
            "library call",
            TrainingRun.Request.DEFAULT_CACHE_BYTES);
    return train(request, SILENT, iterations -> {}, () -> false);
  }

  /**
   * Trains, or goes on with a training.
   *
   * @param console receives the lines of the log
   * @param progress receives the number of finished iterations
   * @param stop asked after each iteration; true saves and ends early
   */
  public static TrainingRun.Outcome train(
      TrainingRun.Request request, Console console, TrainingRun.ProgressDisplay progress, BooleanSupplier stop) {
    return TrainingRun.run(request, console, progress, stop);
  }

  /**
   * Tests weights on the pictures of a data set and writes the predictions that the request asks for.
   *
   * @param console receives warnings
   * @param stop asked before each picture
   */
  public static TestRun.Result test(
      TestRun.Request request, Console console, TestRun.ProgressDisplay progress, BooleanSupplier stop) {
    return TestRun.run(request, console, progress, stop);
  }

  /**
   * The network of a run, with its newest checkpoint.
   *
   * @param run work directory of a training
   */
  public static Ciss open(Path run) {
    RunDirectory directory = RunDirectory.open(run);
    CissConfig config = ConfigLoader.load(directory.config().toString(), List.of()).config();
    return open(config, Backends.weights(run), false, SILENT);
  }

  /**
   * A network with given weights.
   *
   * @param weights checkpoint or weight file
   * @param teacher the teacher's weights of a checkpoint instead of the student's
   * @param console receives a warning if the file lacks tensors of the network
   * @throws ciss.error.CheckpointException if the file does not fit the configuration
   */
  public static Ciss open(CissConfig config, Path weights, boolean teacher, Console console) {
    Backend backend = Backends.create(config);
    try {
      return new Ciss(config, backend, TestRun.load(config, backend, weights, teacher, console));
    } catch (RuntimeException | Error e) {
      backend.close();
      throw e;
    }
  }

  /** The configuration it was opened with. */
  public CissConfig config() {
    return config;
  }

  /** Names of the classes by train id. */
  public List<String> classes() {
    return config.data().classes().names();
  }

  /** Colours of the classes by train id, 0xRRGGBB. */
  public int[] palette() {
    return TestRun.palette(config.data().classes());
  }

  /**
   * Labels a picture of any size, by sliding windows or at once as the configuration says.
   *
   * @param picture 8-bit, B,G,R
   * @return train ids at the size of the picture, and the probability of each
   */
  public Predictor.Prediction label(BytePicture picture) {
    return predictor.predict(picture);
  }

  /** As {@link #label}, with the probabilities of all classes: 4 bytes per pixel and class. */
  public Predictor.Prediction probabilities(BytePicture picture) {
    return predictor.predict(picture, true);
  }

  /**
   * How much an HRDA network takes its labels from the detail branch, per pixel, 0..1.
   *
   * @return {@code [h][w]}
   * @throws ciss.error.ConfigException if the network has one scale only
   */
  public float[] attention(BytePicture picture) {
    return EvaluationRun.predictor(config, backend, TestRun.attentionOf(network), null).map(picture);
  }

  /**
   * Reads a PNG or JPEG file, turned as its camera says.
   *
   * @throws ciss.error.DataException if it cannot be read
   */
  public static BytePicture picture(Path file) {
    Pixels pixels = ImageFiles.readColor(file);
    return new BytePicture(pixels.height(), pixels.width(), pixels.values());
  }

  /**
   * Reads two pictures and gives the first the look of the second, in each of several ways.
   *
   * @param sameSize cut both to the common part in their middle; Fourier domain adaptation needs it
   * @param sheet a row of content, style and result for each way, instead of the result alone
   */
  public static Stylized stylize(
      StyleTransfer.Pair pair, List<Stylization> ways, boolean sameSize, boolean sheet) {
    StyleTransfer.Pictures pictures = StyleTransfer.read(pair, sameSize);
    try (Backend cpu = new CpuBackend(Runtime.getRuntime().availableProcessors())) {
      return new Stylized(StyleTransfer.render(cpu, pictures, ways, sheet), pictures);
    }
  }

  /**
   * A stylized picture.
   *
   * @param result 8-bit, B,G,R
   * @param inputs what it was made from
   */
  public record Stylized(Pixels result, StyleTransfer.Pictures inputs) {}

  @Override
  public void close() {
    network.close();
    backend.close();
  }
}
