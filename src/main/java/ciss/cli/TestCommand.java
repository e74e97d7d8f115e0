package ciss.cli;

import ciss.api.Ciss;
import ciss.api.Console;
import ciss.api.EvaluationRun;
import ciss.api.TestRun;
import ciss.config.CissConfig;
import ciss.eval.Metric;
import ciss.eval.Scores;
import ciss.report.ClassScores;
import ciss.report.Progress;
import ciss.train.Checkpoint;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** {@code ciss test}: scores and pictures of a trained network on a data set. */
@Command(
    name = "test",
    header = {"Test a trained network.", "", "  ciss test work_dirs/demo/ciss", ""})
final class TestCommand extends CissCommand {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String NONE = "none";
  private static final String AUGMENT = "inference.scales=[0.5,0.75,1.0,1.25,1.5,1.75]";

  /** How windows are laid. */
  enum Inference {
    SAME,
    SLIDE,
    WHOLE
  }

  /** Whose weights. */
  enum Weights {
    STUDENT,
    TEACHER
  }

  /** Which part of the data. */
  enum Split {
    VAL,
    TEST
  }

  @Parameters(paramLabel = "RUN", arity = "0..1", description = "Work directory or checkpoint; the newest run by default.")
  private Path run;

  @Option(names = "--config", paramLabel = "CONFIG", description = "Configuration, instead of that of the run.")
  private String config;

  @Option(names = "--checkpoint", paramLabel = "FILE", description = "Weights, instead of the newest of the run.")
  private Path checkpoint;

  @Option(names = "--split", defaultValue = "VAL", description = "val or test (${DEFAULT-VALUE}).")
  private Split split;

  @Option(names = "--data-root", paramLabel = "DIR", description = "Root of the tested data set.")
  private Path dataRoot;

  @Option(names = "--inference", defaultValue = "SAME", description = "same, slide or whole (${DEFAULT-VALUE}).")
  private Inference inference;

  @Option(names = "--augment", description = "Six scales from 0.5 to 1.75, each also mirrored.")
  private boolean augment;

  @Option(names = "--weights", defaultValue = "STUDENT", description = "student or teacher (${DEFAULT-VALUE}).")
  private Weights weights;

  @Option(names = "--metrics", split = ",", defaultValue = "mIoU", description = "mIoU, mDice, mFscore (${DEFAULT-VALUE}).")
  private List<String> metrics;

  @Option(names = "--predictions", paramLabel = "DIR|none", description = "Label pictures [RUN/labelTrainIds].")
  private String predictions;

  @Option(
      names = {"--images", "--show-dir"},
      paramLabel = "DIR|none",
      description = "Coloured pictures [RUN/preds].")
  private String images;

  @Option(names = "--opacity", defaultValue = "1", description = "Of the colours over the picture (${DEFAULT-VALUE}).")
  private double opacity;

  @Option(names = "--limit", paramLabel = "N", description = "Only the first N pictures.")
  private Integer limit;

  @Override
  public Integer call() {
    if (!(opacity > 0 && opacity <= 1)) {
      throw usageError("--opacity must be above 0 and at most 1, found " + opacity);
    }
    for (String metric : metrics) {
      if (Metric.named(metric) == null) {
        throw usageError("--metrics: '" + metric + "' is none of mIoU, mDice, mFscore");
      }
    }
    if (limit != null && limit < 1) {
      throw usageError("--limit must be at least 1, found " + limit);
    }
    Interruption interruption = Interruption.install();
    Runs found = Runs.find(run, checkpoint, config, global().workRoot(), overrides());
    CissConfig resolved = announced(found.config()).config();
    TestRun.Request request =
        new TestRun.Request(
            resolved,
            found.weights(),
            weights == Weights.TEACHER,
            split == Split.TEST,
            limit,
            folder(predictions, found, "labelTrainIds"),
            folder(images, found, "preds"),
            opacity);
    String data = EvaluationRun.dataName(resolved, split == Split.TEST);
    note("testing " + found.weights() + " on " + data + " " + split.name().toLowerCase(java.util.Locale.ROOT));
    TestRun.Result result;
    PrintWriter shown = global().quiet() ? new PrintWriter(Writer.nullWriter()) : err();
    try (Progress progress = new Progress("test", 0, shown, terminal())) {
      Console warnings = global().quiet() ? err()::println : progress::say;
      TestRun.ProgressDisplay display =
          (done, pictures) -> {
            progress.total(pictures);
            progress.at(done, "");
          };
      result = Ciss.test(request, warnings, display, interruption);
    }
    if (interruption.exitCode() != 0) {
      note("stopped before the last picture: no scores");
      return interruption.exitCode();
    }
    report(found, resolved, request, data, result);
    return 0;
  }

  private boolean terminal() {
    return System.console() != null && System.console().isTerminal() && !global().quiet();
  }

  private List<String> overrides() {
    List<String> overrides = new ArrayList<>(configOverrides());
    if (dataRoot != null) {
      overrides.add((split == Split.TEST ? "data.test.root=" : "data.val.root=") + dataRoot);
    }
    if (augment) {
      overrides.add(AUGMENT);
      overrides.add("inference.flip=true");
    }
    if (inference != Inference.SAME) {
      overrides.add("inference.mode=" + inference.name().toLowerCase(java.util.Locale.ROOT));
    }
    return overrides;
  }

  private static Path folder(String given, Runs found, String name) {
    if (given != null) {
      return given.equals(NONE) ? null : Path.of(given);
    }
    return found.directory() == null ? null : found.directory().file(name);
  }

  private void report(Runs found, CissConfig resolved, TestRun.Request request, String data, TestRun.Result result) {
    if (!result.labelled()) {
      note(data + " has no labels: predictions only, no scores");
    }
    String splitName = split.name().toLowerCase(java.util.Locale.ROOT);
    int iteration = (int) Checkpoint.iterations(found.weights());
    ClassScores scores = EvaluationRun.scores(resolved, result.counts(), data, splitName, iteration);
    if (result.labelled() && global().json()) {
      out().println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(scores.detailed()));
    } else if (result.labelled()) {
      for (String metric : metrics) {
        Scores table = Scores.of(Metric.named(metric), result.counts(), resolved.data().classes().names());
        out().println(table.classTable());
        out().println(table.summaryTable());
      }
    }
    out().flush();
    if (result.labelled() && found.directory() != null) {
      wrote(EvaluationRun.write(found.directory(), scores));
    }
    for (Path folder : new Path[] {request.predictions(), request.images()}) {
      if (folder != null) {
        note("wrote " + result.pictures() + " files in " + folder);
      }
    }
  }
}
