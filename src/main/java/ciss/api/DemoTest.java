package ciss.api;

import ciss.config.Assembly;
import ciss.config.CissConfig;
import ciss.config.DataAssembly;
import ciss.data.BytePicture;
import ciss.data.DataSet;
import ciss.data.DatasetSpec;
import ciss.data.DecodedCache;
import ciss.data.LabelMap;
import ciss.eval.ConfusionMatrix;
import ciss.eval.Predictor;
import ciss.io.ImageWriting;
import ciss.io.Pixels;
import ciss.nn.MemoryLevel;
import ciss.report.ClassScores;
import ciss.report.Progress;
import ciss.report.ReportContent.ClassColour;
import ciss.report.ReportContent.Panel;
import ciss.report.ReportContent.Tile;
import ciss.report.RunDirectory;
import ciss.tensor.Backend;
import ciss.train.NetworkKind;
import ciss.train.Trainer;
import ciss.train.WeightFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tests the networks of the demo on all adverse pictures, on each condition, and on clear days; keeps some pictures.
 */
final class DemoTest {
  private static final String ADVERSE = "adverse";
  private static final String DAY = "day";
  private static final int PANELS_PER_CONDITION = 2;

  private final CissConfig config;
  private final DataSet adverse;
  private final DataSet day;
  private final Map<String, List<Tile>> panels = new LinkedHashMap<>();

  DemoTest(CissConfig config, Path data) {
    this.config = config;
    DatasetSpec spec = DataAssembly.evaluation(config, false);
    adverse = DataSet.open(spec, new DecodedCache(0));
    DatasetSpec clear =
        new DatasetSpec(
            spec.role(), data.resolve(DAY), spec.images(), spec.imageSuffix(), spec.labels(), spec.labelSuffix(),
                null, spec.table());
    day = DataSet.open(clear, new DecodedCache(0));
  }

  /** Number of pictures that {@link #run} labels. */
  int pictures() {
    return adverse.size() + day.size();
  }

  /** Labels all pictures with the newest checkpoint of a run; returns the scores, all adverse pictures first. */
  List<ClassScores> run(String name, RunDirectory directory, Progress progress) {
    try (Backend backend = Backends.create(config);
        Trainer trainer = new Trainer(backend, Assembly.trainer(config), MemoryLevel.FUSED)) {
      WeightFile.load(Backends.weights(directory.path()), backend, trainer.student().store(),
          WeightFile.Wanted.network(NetworkKind.STUDENT));
      Predictor predictor = EvaluationRun.predictor(config, backend, trainer.student(), config.data().val().resize());
      Map<String, ConfusionMatrix> counts = new LinkedHashMap<>();
      ConfusionMatrix all =
          EvaluationRun.run(
              config,
              adverse,
              adverse.size(),
              predictor,
              (i, picture, image, prediction, label) -> {
                String condition = picture.substring(picture.lastIndexOf('_') + 1);
                counts
                    .computeIfAbsent(condition, key -> new ConfusionMatrix(config.model().classes()))
                    .add(label.ids(), prediction.label().ids());
                if (i < PANELS_PER_CONDITION * 4) {
                  keep(condition + " " + (i / 4 + 1), name, image, prediction.label(), label);
                }
                progress.at(i + 1, condition);
              },
              () -> false);
      ConfusionMatrix clear =
          EvaluationRun.run(
              config,
              day,
              day.size(),
              predictor,
              (i, picture, image, prediction, label) -> progress.at(adverse.size() + i + 1, DAY),
              () -> false);
      return scores(directory, all, counts, clear);
    }
  }

  private List<ClassScores> scores(
      RunDirectory directory, ConfusionMatrix all, Map<String, ConfusionMatrix> counts, ConfusionMatrix clear) {
    int iteration = ((Number) directory.info().getOrDefault("iteration", -1)).intValue();
    Map<String, ConfusionMatrix> named = new LinkedHashMap<>();
    named.put(ADVERSE, all);
    named.putAll(counts);
    named.put(DAY, clear);
    List<ClassScores> scores = new ArrayList<>();
    named.forEach(
        (data, matrix) -> {
          scores.add(EvaluationRun.scores(config, matrix, data, "val", iteration));
          EvaluationRun.write(directory, scores.getLast());
        });
    return scores;
  }

  private void keep(String title, String run, BytePicture image, LabelMap prediction, LabelMap truth) {
    List<Tile> tiles = panels.computeIfAbsent(title, key -> new ArrayList<>());
    if (tiles.isEmpty()) {
      tiles.add(new Tile("input", ImageWriting.encodePng(new Pixels(image.height(), image.width(), 3, image.bgr()))));
      tiles.add(new Tile("truth", labelled(truth)));
    }
    tiles.add(new Tile(run, labelled(prediction)));
  }

  private byte[] labelled(LabelMap label) {
    int[] palette = classes().stream().mapToInt(ClassColour::rgb).toArray();
    return ImageWriting.encodePng(new Pixels(label.height(), label.width(), 1, label.ids()), palette);
  }

  /** Names and colours of the classes. */
  List<ClassColour> classes() {
    return config.data().classes().classes().stream()
        .map(c -> new ClassColour(c.name(), c.red() << 16 | c.green() << 8 | c.blue()))
        .toList();
  }

  /** Pictures with truth and predictions of all runs so far. */
  List<Panel> panels() {
    return panels.entrySet().stream().map(entry -> new Panel(entry.getKey(), entry.getValue())).toList();
  }
}
