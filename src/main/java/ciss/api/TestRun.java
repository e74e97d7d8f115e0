package ciss.api;

import ciss.config.Assembly;
import ciss.config.CissConfig;
import ciss.config.ClassSet;
import ciss.config.DataAssembly;
import ciss.config.Size;
import ciss.data.BytePicture;
import ciss.data.DataSet;
import ciss.data.DecodedCache;
import ciss.data.LabelMap;
import ciss.eval.ConfusionMatrix;
import ciss.eval.LabelPictures;
import ciss.eval.OverlayPainter;
import ciss.eval.Predictor;
import ciss.io.ImageWriting;
import ciss.model.Segmentor;
import ciss.model.Segmentors;
import ciss.nn.NetworkTables;
import ciss.tensor.Backend;
import ciss.tensor.ParameterStore;
import ciss.train.WeightFile;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Tests stored weights on the pictures of a data set and writes the predictions. */
public final class TestRun {
  private static final List<String> TEACHER_PREFIXES = List.of("ema_model.");

  private TestRun() {}

  /**
   * @param teacher test the teacher's weights instead of the student's
   * @param testSplit the set {@code data.test} instead of {@code data.val}
   * @param limit at most this many pictures; null: all
   * @param predictions folder of label pictures (train ids with palette); null: none
   * @param images folder of coloured pictures; null: none
   * @param opacity of the colours over the picture, 0 to 1
   */
  public record Request(
      CissConfig config,
      Path weights,
      boolean teacher,
      boolean testSplit,
      Integer limit,
      Path predictions,
      Path images,
      double opacity) {}

  /**
   * @param labelled whether the set has labels; without them the counts are 0
   */
  public record Result(ConfusionMatrix counts, int pictures, boolean labelled) {}

  /** Shows how far the test is. */
  @FunctionalInterface
  public interface ProgressDisplay {
    void at(int done, int pictures);
  }

  /** A network for prediction; closes its weights. */
  public record Network(ParameterStore store, Segmentor segmentor) implements AutoCloseable {
    @Override
    public void close() {
      store.close();
    }
  }

  /**
   * Loads a network from a weight file.
   *
   * @throws ciss.error.CheckpointException if the file does not fit the configuration
   */
  public static Network load(CissConfig config, Backend backend, Path weights, boolean teacher, Console console) {
    var options = Assembly.segmentor(config.model());
    NetworkTables tables = Segmentors.tables(options);
    ParameterStore store = new ParameterStore(backend, tables.parameters(), tables.buffers(), false);
    Segmentor segmentor = Segmentors.create(options, backend, store);
    List<String> prefixes = teacher ? TEACHER_PREFIXES : TrainingRun.STUDENT_PREFIXES;
    WeightFile.Report report = WeightFile.load(weights, backend, store, prefixes);
    if (!report.missing().isEmpty()) {
      console.say(
          "warning: %s lacks %d tensors of this network, the first is %s"
              .formatted(weights, report.missing().size(), report.missing().getFirst()));
    }
    return new Network(store, segmentor);
  }

  /**
   * @param progress receives the numbers of finished and of all pictures
   * @param stop asked before each picture
   */
  public static Result run(Request request, Console console, ProgressDisplay progress, BooleanSupplier stop) {
    CissConfig config = request.config();
    DataSet set = DataSet.open(DataAssembly.evaluation(config, request.testSplit()), new DecodedCache(0));
    int pictures = request.limit() == null ? set.size() : Math.min(request.limit(), set.size());
    Size resize = request.testSplit() ? config.data().test().resize() : config.data().val().resize();
    try (Backend backend = Backends.create(config);
        Network network = load(config, backend, request.weights(), request.teacher(), console)) {
      Predictor predictor = EvaluationRun.predictor(config, backend, network.segmentor(), resize);
      Writer writer = new Writer(request);
      progress.at(0, pictures);
      ConfusionMatrix counts =
          EvaluationRun.run(
              config,
              set,
              pictures,
              predictor,
              (i, name, picture, prediction, label) -> {
                writer.write(name, picture, prediction.label());
                progress.at(i + 1, pictures);
              },
              stop);
      return new Result(counts, pictures, set.hasLabels());
    }
  }

  /** Colours of a class list, 0xRRGGBB. */
  public static int[] palette(ClassSet classes) {
    return classes.classes().stream().mapToInt(c -> c.red() << 16 | c.green() << 8 | c.blue()).toArray();
  }

  private static final class Writer {
    private final Request request;
    private final LabelPictures labelPictures;
    private final OverlayPainter painter;

    Writer(Request request) {
      this.request = request;
      int[] palette = palette(request.config().data().classes());
      this.labelPictures = LabelPictures.trainIds(palette);
      this.painter = new OverlayPainter(palette, request.opacity());
    }

    void write(String name, BytePicture picture, LabelMap label) {
      if (request.predictions() != null) {
        String file = Path.of(name).getFileName() + ".png";
        labelPictures.write(request.predictions().resolve(file), label);
      }
      if (request.images() != null) {
        ImageWriting.writePng(request.images().resolve(name + ".png"), painter.paint(picture, label));
      }
    }
  }
}
