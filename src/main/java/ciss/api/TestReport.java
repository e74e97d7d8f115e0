package ciss.api;

import ciss.config.CissConfig;
import ciss.eval.ConfusionMatrix;
import ciss.eval.Metric;
import ciss.eval.Scores;
import ciss.eval.TextTable;
import ciss.report.ClassScores;
import ciss.report.RunDirectory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The scores of a test: as tables, as one JSON document, and as files of a run; all pictures and each condition. */
public final class TestReport {
  private final CissConfig config;
  private final TestRun.Result result;
  private final Test test;

  /**
   * What was tested.
   *
   * @param data name of the data set, with a word for whatever was tested differently than configured
   * @param split val or test
   * @param teacher whether the weights are the teacher's
   * @param iteration of the weights
   * @param metrics what is shown; mIoU is always in the files
   */
  public record Test(String data, String split, boolean teacher, int iteration, List<Metric> metrics) {}

  public TestReport(CissConfig config, TestRun.Result result, Test test) {
    this.config = config;
    this.result = result;
    this.test = test;
  }

  private List<String> classes() {
    return config.data().classes().names();
  }

  /** The tables of every metric, and of the IoU by condition where the data set tells conditions. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (Metric metric : test.metrics) {
      Scores scores = Scores.of(metric, result.counts(), classes());
      text.append(scores.classTable()).append('\n').append(scores.summaryTable()).append('\n');
    }
    if (result.byCondition().size() > 1) {
      text.append("IoU by condition\n").append(conditionTable()).append('\n');
    }
    return text.toString();
  }

  private String conditionTable() {
    List<Scores> columns = new ArrayList<>(List.of(Scores.of(Metric.MIOU, result.counts(), classes())));
    List<String> header = new ArrayList<>(List.of("Class", "all"));
    result.byCondition().forEach((condition, counts) -> {
      header.add(condition);
      columns.add(Scores.of(Metric.MIOU, counts, classes()));
    });
    List<List<String>> rows = new ArrayList<>(List.of(header));
    for (int c = 0; c < classes().size(); c++) {
      List<String> row = new ArrayList<>(List.of(classes().get(c)));
      for (Scores scores : columns) {
        row.add(Scores.text(scores.perClass()[0][c]));
      }
      rows.add(row);
    }
    List<String> means = new ArrayList<>(List.of("mIoU"));
    columns.forEach(scores -> means.add(Scores.text(scores.mean())));
    rows.add(means);
    return TextTable.centered(rows);
  }

  /** Everything as members of a JSON object: those of an evaluation file, other metrics, and the conditions. */
  public Map<String, Object> document() {
    if (!result.labelled()) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("iter", test.iteration);
      document.put("data", test.data);
      document.put("split", test.split);
      document.put("weights", weights());
      document.put("pictures", result.pictures());
      return document;
    }
    Map<String, Object> document = evaluation(test.data, result.counts());
    document.put("pictures", result.pictures());
    Map<String, Object> metrics = new LinkedHashMap<>();
    for (Metric metric : test.metrics) {
      metrics.put(metric.toString(), Scores.of(metric, result.counts(), classes()).results());
    }
    document.put("metrics", metrics);
    SortedMap<String, Object> conditions = new TreeMap<>();
    result.byCondition().forEach((name, counts) -> conditions.put(name, evaluation(test.data + "_" + name, counts)));
    if (!conditions.isEmpty()) {
      document.put("conditions", conditions);
    }
    return document;
  }

  private Map<String, Object> evaluation(String data, ConfusionMatrix counts) {
    Map<String, Object> members =
        EvaluationRun.scores(config, counts, data, test.split, test.iteration).detailed();
    members.put("weights", weights());
    return members;
  }

  private String weights() {
    return test.teacher ? "teacher" : "student";
  }

  /**
   * Writes an evaluation file for all pictures and one per condition, as reports read them.
   *
   * @return the file for all pictures
   */
  public Path write(RunDirectory directory) {
    if (result.byCondition().size() > 1) {
      result.byCondition().forEach((name, counts) -> write(directory, test.data + "_" + name, counts));
    }
    return write(directory, test.data, result.counts());
  }

  private Path write(RunDirectory directory, String data, ConfusionMatrix counts) {
    ClassScores scores = EvaluationRun.scores(config, counts, data, test.split, test.iteration);
    return EvaluationRun.write(directory, scores, evaluation(data, counts));
  }
}
