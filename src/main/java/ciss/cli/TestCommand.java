package ciss.cli;

import ciss.api.Ciss;
import ciss.api.Console;
import ciss.api.EvaluationRun;
import ciss.api.TestReport;
import ciss.api.TestRun;
import ciss.config.CissConfig;
import ciss.config.DatasetName;
import ciss.config.DatasetOverrides;
import ciss.error.ConfigException;
import ciss.eval.Metric;
import ciss.report.Progress;
import ciss.train.Checkpoint;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** {@code ciss test}: scores and pictures of a trained network on a data set. */
@Command(
    name = "test",
    header = {"Test a trained network.", "",
      "  ciss test work_dirs/demo/ciss",
      "  ciss test RUN --split test --zip acdc.zip      for an evaluation server",
      "  ciss test RUN --data bdd100k                   on another data set", ""})
final class TestCommand extends CissCommand {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String NONE = "none";

  /** Whose weights. */
  enum Weights {
    STUDENT,
    TEACHER,
    BOTH
  }

  /** Which part of the data. */
  enum Split {
    VAL,
    TEST
  }

  /** Values of label pictures. */
  enum Ids {
    TRAIN,
    LABEL
  }

  @Parameters(paramLabel = "RUN", arity = "0..1", description = "Work directory or checkpoint; the newest run by default.")
  private Path run;

  @Option(names = "--config", paramLabel = "CONFIG", description = "Configuration, instead of that of the run.")
  private String config;

  @Option(names = "--checkpoint", paramLabel = "FILE", description = "Weights, instead of the newest of the run.")
  private Path checkpoint;

  @Option(
      names = "--split",
      paramLabel = "val|test",
      defaultValue = "VAL",
      description = "Validation or test pictures [val]; without labels only predictions are written.")
  private Split split;

  @Option(
      names = "--data",
      paramLabel = "PRESET",
      description = "Another data set: cityscapes, acdc, acdc_ref, dark_zurich, bdd100k, nighttime_driving. Its pictures are"
          + " fitted into the configured test size.")
  private DatasetName data;

  @Option(names = "--data-root", paramLabel = "DIR", description = "Root of the tested data set.")
  private Path dataRoot;

  @Mixin private InferenceOptions inference;

  @Option(
      names = "--weights",
      paramLabel = "student|teacher|both",
      defaultValue = "STUDENT",
      description = "Whose [student].")
  private Weights weights;

  @Option(names = "--metrics", split = ",", defaultValue = "mIoU", description = "mIoU, mDice, mFscore (${DEFAULT-VALUE}).")
  private List<String> metrics;

  @Option(
      names = {"--no-eval", "--format-only"},
      description = "Write predictions, compute no scores.")
  private boolean noEval;

  @Option(names = "--predictions", paramLabel = "DIR|none", description = "Label pictures [RUN/labelTrainIds].")
  private String predictions;

  @Option(
      names = "--ids",
      paramLabel = "train|label",
      defaultValue = "TRAIN",
      description = "Values of the label pictures: train ids, or the label ids of Cityscapes [RUN/labelIds].")
  private Ids ids;

  @Option(
      names = "--zip",
      paramLabel = "FILE",
      description = "Also pack the label pictures for an evaluation server, checked: names, sizes, values.")
  private Path zip;

  @Option(
      names = {"--images", "--show-dir"},
      paramLabel = "DIR|none",
      description = "Coloured pictures [RUN/preds].")
  private String images;

  @Option(names = "--opacity", defaultValue = "1", description = "Of the colours over the picture (${DEFAULT-VALUE}).")
  private double opacity;

  @Option(names = "--raw", paramLabel = "DIR", description = "Probabilities of all classes, a safetensors file each.")
  private Path raw;

  @Option(names = "--limit", paramLabel = "N", description = "Only the first N pictures.")
  private Integer limit;

  @Override
  public Integer call() {
    checkOptions();
    Interruption interruption = Interruption.install();
    Runs found = found();
    announced(found.config());
    Map<String, Object> documents = new LinkedHashMap<>();
    for (Weights whose : weights == Weights.BOTH ? List.of(Weights.STUDENT, Weights.TEACHER) : List.of(weights)) {
      TestRun.Request request = request(found, whose);
      TestRun.Result result = tested(found, request, interruption);
      if (interruption.exitCode() != 0) {
        note("stopped before the last picture: no scores");
        return interruption.exitCode();
      }
      documents.put(word(whose), report(found, request, result));
    }
    if (global().json()) {
      Object document = documents.size() == 1 ? documents.values().iterator().next() : documents;
      out().println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(document));
    }
    return 0;
  }

  private void checkOptions() {
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
    if (zip != null && (limit != null || NONE.equals(predictions) || weights == Weights.BOTH || attention())) {
      throw usageError(
          "--zip packs the label pictures of all pictures: leave out --limit, --weights both, --view attention, and"
              + " --predictions none");
    }
    if (zip != null && Files.exists(zip) && !global().yes()) {
      throw new ConfigException(zip + " exists\n  add --yes to overwrite it, or give another name");
    }
  }

  private boolean attention() {
    return inference.view() == InferenceOptions.View.ATTENTION;
  }

  /** The run, with what the options say about it laid over its configuration. */
  private Runs found() {
    Runs found = Runs.find(run, checkpoint, config, global().workRoot(), configOverrides());
    CissConfig resolved = found.config().config();
    boolean test = split == Split.TEST;
    List<String> overrides = new ArrayList<>();
    if (data != null) {
      overrides.addAll(DatasetOverrides.of(data, test, dataRoot, resolved.data().evaluation(test).resize()));
    } else if (dataRoot != null) {
      overrides.addAll(DatasetOverrides.root(test, dataRoot));
    }
    overrides.addAll(inference.overrides(resolved, this));
    if (overrides.isEmpty()) {
      return found;
    }
    overrides.addAll(configOverrides());
    return Runs.find(run, checkpoint, config, global().workRoot(), overrides);
  }

  private TestRun.Request request(Runs found, Weights whose) {
    String variant = variant(whose == Weights.TEACHER);
    if (data != null) {
      variant += "_" + data;
    }
    String labels = (ids == Ids.LABEL ? "labelIds" : "labelTrainIds") + variant;
    String pictures = (attention() ? "attention" : "preds") + variant;
    Path labelFolder = attention() ? null : folder(predictions, found, labels, whose);
    Path imageFolder = folder(images, found, pictures, whose);
    if (zip != null && labelFolder == null) {
      throw usageError("--zip packs label pictures: say with --predictions DIR where they go");
    }
    if (attention() && imageFolder == null) {
      throw usageError("--view attention writes pictures: say with --images DIR where they go");
    }
    return new TestRun.Request(
        found.config().config(),
        found.weights(),
        whose == Weights.TEACHER,
        split == Split.TEST,
        limit,
        !noEval && !attention(),
        attention(),
        new TestRun.Outputs(labelFolder, ids == Ids.LABEL, imageFolder, opacity, attention() ? null : raw, zip));
  }

  private Path folder(String given, Runs found, String name, Weights whose) {
    if (given == null) {
      return found.directory() == null ? null : found.directory().file(name);
    }
    if (given.equals(NONE)) {
      return null;
    }
    return weights == Weights.BOTH ? Path.of(given).resolve(word(whose)) : Path.of(given);
  }

  private TestRun.Result tested(Runs found, TestRun.Request request, Interruption interruption) {
    String name = EvaluationRun.dataName(request.config(), split == Split.TEST);
    note("testing " + found.weights() + (request.teacher() ? " (teacher)" : "") + " on " + name + " " + word(split));
    PrintWriter shown = global().quiet() ? new PrintWriter(Writer.nullWriter()) : err();
    try (Progress progress = new Progress("test", 0, shown, terminal())) {
      Console warnings = global().quiet() ? err()::println : progress::say;
      AtomicLong start = new AtomicLong();
      TestRun.ProgressDisplay display =
          (done, pictures) -> {
            start.compareAndSet(0, System.nanoTime());
            progress.total(pictures);
            double seconds = (System.nanoTime() - start.get()) / 1e9;
            progress.at(done, done == 0 ? "" : String.format(Locale.ROOT, "%.3g pictures/s", done / seconds));
          };
      return Ciss.test(request, warnings, display, interruption);
    }
  }

  private boolean terminal() {
    return System.console() != null && System.console().isTerminal() && !global().quiet();
  }

  private Map<String, Object> report(Runs found, TestRun.Request request, TestRun.Result result) {
    String name = EvaluationRun.dataName(request.config(), split == Split.TEST);
    if (request.scored() && !result.labelled()) {
      note(name + " " + word(split) + " has no labels: predictions only, no scores");
    }
    TestReport report =
        new TestReport(
            request.config(),
            result,
            new TestReport.Test(
                name + variant(request.teacher()),
                word(split),
                request.teacher(),
                (int) Checkpoint.iterations(found.weights()),
                metrics.stream().map(Metric::named).toList()));
    if (result.labelled() && !global().json()) {
      out().print(report.text());
      out().flush();
    }
    if (result.labelled() && found.directory() != null) {
      wrote(report.write(found.directory()));
    }
    TestRun.Outputs outputs = request.outputs();
    for (Path folder : new Path[] {outputs.predictions(), outputs.images(), outputs.scores()}) {
      if (folder != null) {
        note("wrote " + result.pictures() + " files in " + folder);
      }
    }
    if (outputs.zip() != null) {
      note("wrote " + outputs.zip() + ": " + result.zipped() + " label pictures, checked");
    }
    return report.document();
  }

  /** What differs from a plain test, for the names of files, so that none replaces those of a plain test. */
  private String variant(boolean teacher) {
    return (teacher ? "_teacher" : "") + inference.nameSuffix() + (limit == null ? "" : "_first" + limit);
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
