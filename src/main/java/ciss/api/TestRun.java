package ciss.api;

import ciss.config.Assembly;
import ciss.config.CissConfig;
import ciss.config.ClassSet;
import ciss.config.DataAssembly;
import ciss.config.Size;
import ciss.data.BytePicture;
import ciss.data.CityscapesLabels;
import ciss.data.Conditions;
import ciss.data.DataSet;
import ciss.data.DatasetSpec;
import ciss.data.DecodedCache;
import ciss.error.ConfigException;
import ciss.eval.ConfusionMatrix;
import ciss.eval.Evaluation;
import ciss.eval.LabelPictures;
import ciss.eval.Predictor;
import ciss.io.Pixels;
import ciss.model.Segmentor;
import ciss.model.Segmentors;
import ciss.model.WindowScores;
import ciss.nn.NetworkTables;
import ciss.tensor.Backend;
import ciss.tensor.ParameterStore;
import ciss.train.LoadReport;
import ciss.train.NetworkKind;
import ciss.train.WeightFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Tests stored weights on the pictures of a data set and writes the predictions. */
public final class TestRun {
  private TestRun() {}

  /**
   * @param teacher test the teacher's weights instead of the student's
   * @param testSplit the set {@code data.test} instead of {@code data.val}
   * @param limit at most this many pictures; null: all
   * @param scored compare with the labels, if the set has some
   * @param attention write the scale attention instead of predicting
   */
  public record Request(
      CissConfig config,
      Path weights,
      boolean teacher,
      boolean testSplit,
      @Nullable Integer limit,
      boolean scored,
      boolean attention,
      Outputs outputs) {}

  /**
   * What is written about each picture; a null folder or file is not written.
   *
   * @param predictions folder of label pictures, palette PNGs with the picture's name
   * @param labelIds values of the label pictures: the label ids of Cityscapes instead of train ids
   * @param images folder of coloured pictures, or of attention maps
   * @param opacity of the colours over the picture, above 0 and at most 1
   * @param scores folder of class probabilities {@code [classes,h,w]} as safetensors
   * @param zip archive of the label pictures for an evaluation server
   */
  public record Outputs(
      @Nullable Path predictions,
      boolean labelIds,
      @Nullable Path images,
      double opacity,
      @Nullable Path scores,
      @Nullable Path zip) {
    /** Scores only. */
    public static final Outputs NONE = new Outputs(null, false, null, 1, null, null);
  }

  /**
   * @param byCondition counts of the pictures of each condition, in the order of their names; empty if the set does not
   *     tell conditions
   * @param labelled whether there are labels with classes; without them all counts are 0
   * @param zipped label pictures in the archive
   */
  public record Result(
      ConfusionMatrix counts,
      SortedMap<String, ConfusionMatrix> byCondition,
      int pictures,
      boolean labelled,
      int zipped) {}

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
    NetworkKind network = teacher ? NetworkKind.TEACHER : NetworkKind.STUDENT;
    LoadReport report = WeightFile.load(weights, backend, store, WeightFile.Wanted.network(network));
    report.differences().forEach(line -> console.say("warning: " + weights + ": " + line));
    return new Network(store, segmentor);
  }

  /**
   * Tests.
   *
   * @param progress receives the numbers of finished and of all pictures
   * @param stop asked before each picture; true ends early, without an archive
   * @throws ConfigException if the outputs do not go with the classes or the network
   */
  public static Result run(Request request, Console console, ProgressDisplay progress, BooleanSupplier stop) {
    CissConfig config = request.config();
    DatasetSpec spec = DataAssembly.evaluation(config, request.testSplit());
    DataSet set = DataSet.open(request.scored() ? spec : spec.withoutLabels(), new DecodedCache(0));
    int pictures = request.limit() == null ? set.size() : Math.min(request.limit(), set.size());
    Size resize = config.data().evaluation(request.testSplit()).resize();
    TestOutputs outputs = new TestOutputs(request.outputs(), config, set, pictures, resize);
    if (request.outputs().predictions() != null && !outputs.isFlat()) {
      console.say("pictures of different folders have one name: the label pictures are written into these folders");
    }
    try (Backend backend = Backends.create(config);
        Network network = load(config, backend, request.weights(), request.teacher(), console)) {
      progress.at(0, pictures);
      Pass pass = new Pass(request, backend, set, pictures, outputs, progress, stop);
      if (request.attention()) {
        return pass.attention(EvaluationRun.predictor(config, backend, attentionOf(network), resize));
      }
      return pass.predict(EvaluationRun.predictor(config, backend, network.segmentor(), resize));
    }
  }

  /** The scale attention of a network, which must have two scales. */
  static WindowScores attentionOf(Network network) {
    WindowScores map = network.segmentor().attentionMap();
    if (map == null) {
      throw new ConfigException("--view attention: a network of one scale (model.type) has no scale attention");
    }
    return map;
  }

  /** One way through the pictures. */
  private record Pass(
      Request request,
      Backend backend,
      DataSet set,
      int pictures,
      TestOutputs outputs,
      ProgressDisplay progress,
      BooleanSupplier stop) {

    Result predict(Predictor predictor) {
      int classes = request.config().model().classes();
      Map<String, String> conditions = Conditions.read(set.spec().root());
      SortedMap<String, ConfusionMatrix> byCondition = new TreeMap<>();
      ConfusionMatrix counts =
          Evaluation.run(
              set,
              pictures,
              picture -> predictor.predict(picture, request.outputs().scores() != null),
              classes,
              (i, name, picture, prediction, label) -> {
                outputs.write(backend, i, picture, prediction);
                String condition = conditions.get(name.substring(name.lastIndexOf('/') + 1));
                if (label != null && condition != null) {
                  byCondition
                      .computeIfAbsent(condition, c -> new ConfusionMatrix(classes))
                      .add(label.ids(), prediction.label().ids());
                }
                progress.at(i + 1, pictures);
              },
              stop);
      int zipped = stop.getAsBoolean() ? 0 : outputs.finish();
      return new Result(counts, byCondition, pictures, counts.total() > 0, zipped);
    }

    Result attention(Predictor predictor) {
      for (int i = 0; i < pictures && !stop.getAsBoolean(); i++) {
        BytePicture picture = set.picture(i);
        outputs.writeMap(i, picture, predictor.map(picture));
        progress.at(i + 1, pictures);
      }
      ConfusionMatrix none = new ConfusionMatrix(request.config().model().classes());
      return new Result(none, new TreeMap<>(), pictures, false, 0);
    }
  }

  /** Colours of a class list, 0xRRGGBB. */
  public static int[] palette(ClassSet classes) {
    return classes.classes().stream().mapToInt(c -> c.red() << 16 | c.green() << 8 | c.blue()).toArray();
  }

  /**
   * How label pictures are written.
   *
   * @param labelIds label ids of Cityscapes instead of train ids
   * @throws ConfigException if label ids are asked for and the classes are not those of Cityscapes
   */
  public static LabelPictures labelPictures(ClassSet classes, boolean labelIds) {
    if (labelIds && !isCityscapes(classes)) {
      throw new ConfigException(
          "--ids label: label ids are those of Cityscapes; data.classes has other classes. Use --ids train");
    }
    return labelIds ? LabelPictures.cityscapesLabelIds() : LabelPictures.trainIds(palette(classes));
  }

  private static boolean isCityscapes(ClassSet classes) {
    return classes.classes().size() == CityscapesLabels.CLASSES
        && Arrays.equals(palette(classes), CityscapesLabels.palette());
  }

  /** A map of values 0..1 as grey picture 0..255. */
  public static Pixels grey(float[] map, int height, int width) {
    byte[] values = new byte[map.length];
    for (int p = 0; p < values.length; p++) {
      values[p] = (byte) Math.rint(255 * Math.clamp(map[p], 0f, 1f));
    }
    return new Pixels(height, width, 1, values);
  }
}
