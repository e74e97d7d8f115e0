package ciss.api;

import ciss.config.CissConfig;
import ciss.config.DataAssembly;
import ciss.config.InferenceConfig;
import ciss.config.Size;
import ciss.data.DataSet;
import ciss.eval.ConfusionMatrix;
import ciss.eval.Evaluation;
import ciss.eval.Metric;
import ciss.eval.Predictor;
import ciss.eval.Scores;
import ciss.model.SlideInference;
import ciss.model.WindowScores;
import ciss.report.ClassScores;
import ciss.report.RunDirectory;
import ciss.tensor.Backend;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.json.JsonMapper;

/** Tests a network on the pictures of a data set. */
public final class EvaluationRun {
  private static final JsonMapper JSON = new JsonMapper();

  private EvaluationRun() {}

  /**
   * The predictor of a configuration.
   *
   * @param resize box that pictures are fitted into; null: as they are
   */
  public static Predictor predictor(CissConfig config, Backend backend, WindowScores network, Size resize) {
    InferenceConfig inference = config.inference();
    Predictor.Options options =
        new Predictor.Options(
            slide(inference),
            resize == null ? 0 : resize.height(),
            resize == null ? 0 : resize.width(),
            inference.scales().stream().mapToDouble(Double::doubleValue).toArray(),
            inference.flip());
    return new Predictor(backend, network, options, DataAssembly.normalization(config.data()));
  }

  private static SlideInference.Options slide(InferenceConfig inference) {
    if (inference.mode() == InferenceConfig.Mode.WHOLE) {
      return SlideInference.Options.WHOLE;
    }
    Size window = inference.window();
    Size stride = inference.stride();
    return new SlideInference.Options(
        window.height(), window.width(), stride.height(), stride.width(), inference.batchWindows());
  }

  /**
   * Predicts all pictures and counts.
   *
   * @param pictures at most this many, from the first
   */
  public static ConfusionMatrix run(
      CissConfig config,
      DataSet set,
      int pictures,
      Predictor predictor,
      Evaluation.PictureListener listener,
      BooleanSupplier stop) {
    return Evaluation.run(set, pictures, predictor::predict, config.model().classes(), listener, stop);
  }

  /** The scores of counts, as reports and logs want them. */
  public static ClassScores scores(
      CissConfig config, ConfusionMatrix matrix, String data, String split, int iteration) {
    List<String> names = config.data().classes().names();
    Scores scores = Scores.of(Metric.named("mIoU"), matrix, names);
    Map<String, Double> iou = new LinkedHashMap<>();
    Map<String, Double> accuracy = new LinkedHashMap<>();
    List<List<Long>> confusion = new ArrayList<>();
    for (int c = 0; c < names.size(); c++) {
      iou.put(names.get(c), scores.perClass()[0][c]);
      accuracy.put(names.get(c), scores.perClass()[1][c]);
      List<Long> row = new ArrayList<>();
      for (int p = 0; p < names.size(); p++) {
        row.add(matrix.count(c, p));
      }
      confusion.add(row);
    }
    return new ClassScores(
        data, split, iteration, scores.means()[0], scores.means()[1], scores.aAcc(), iou, accuracy, confusion);
  }

  /** Name of the tested data for files and logs: the preset, or for own folders the folder's name. */
  public static String dataName(CissConfig config, boolean test) {
    var set = test ? config.data().test() : config.data().val();
    String preset = set.dataset().name().toLowerCase(java.util.Locale.ROOT);
    return preset.equals("folder") ? set.root().toAbsolutePath().normalize().getFileName().toString() : preset;
  }

  /** Writes {@code evaluation/<data>_<split>_<iteration>.json}; returns its path. */
  public static Path write(RunDirectory directory, ClassScores scores) {
    return write(directory, scores, scores.detailed());
  }

  /** As {@link #write(RunDirectory, ClassScores)}, with other members. */
  static Path write(RunDirectory directory, ClassScores scores, Map<String, Object> members) {
    String name = "evaluation/%s_%s_%06d.json".formatted(scores.data(), scores.split(), Math.max(scores.iteration(), 0));
    directory.write(name, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(members) + "\n");
    return directory.file(name);
  }
}
