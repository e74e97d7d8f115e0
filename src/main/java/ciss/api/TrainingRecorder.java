package ciss.api;

import ciss.config.CissConfig;
import ciss.config.EvaluationConfig;
import ciss.config.ResolvedConfig;
import ciss.data.BytePicture;
import ciss.data.DataSet;
import ciss.data.LabelMap;
import ciss.eval.ConfusionMatrix;
import ciss.eval.Predictor;
import ciss.io.ImageWriting;
import ciss.io.Pixels;
import ciss.model.Segmentor;
import ciss.report.ClassScores;
import ciss.report.EventFile;
import ciss.report.HtmlReport;
import ciss.report.ProcessMemory;
import ciss.report.Progress;
import ciss.report.RunDirectory;
import ciss.report.RunHistory;
import ciss.report.RunLog;
import ciss.tensor.Backend;
import ciss.train.Checkpoint;
import ciss.train.IterationListener;
import ciss.train.Trainer;
import ciss.train.TrainingBatch;
import ciss.train.TrainingListener;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Keeps the record of a training: log lines, events for TensorBoard, debug pictures, evaluations, checkpoints. */
final class TrainingRecorder implements TrainingListener {
  /**
   * Where the record goes.
   *
   * @param events null: none are wanted
   */
  record Outputs(RunDirectory directory, RunLog log, EventFile events) {}

  private final ResolvedConfig resolved;
  private final CissConfig config;
  private final RunDirectory directory;
  private final RunLog log;
  private final EventFile events;
  private final Backend backend;
  private final DataSet validation;
  private final Console console;
  private final Consumer<Long> progress;
  private final BooleanSupplier stop;
  private final Map<String, Double> sums = new LinkedHashMap<>();
  private int summed;
  private double secondsPerIteration;
  private double best = Double.NaN;
  private ClassScores lastScores;
  private long lastSaved = -1;
  private DebugPictures debugPictures;

  /**
   * @param backend that the training runs on
   * @param validation null: no evaluation during training
   * @param progress receives the number of finished iterations
   * @param stop asked between the pictures of an evaluation, which then ends without a record
   */
  TrainingRecorder(
      ResolvedConfig resolved,
      Outputs outputs,
      Backend backend,
      DataSet validation,
      Console console,
      Consumer<Long> progress,
      BooleanSupplier stop) {
    this.resolved = resolved;
    this.config = resolved.config();
    this.directory = outputs.directory();
    this.log = outputs.log();
    this.events = outputs.events();
    this.backend = backend;
    this.validation = validation;
    this.console = console;
    this.progress = progress;
    this.stop = stop;
  }

  /**
   * Takes up the record of a resumed training: the best score so far, and the evaluation of the present state if it was
   * due but not finished.
   */
  void continueFrom(Trainer trainer) {
    if (trainer.finished() == 0) {
      return;
    }
    lastSaved = trainer.finished();
    boolean evaluated = false;
    for (ClassScores scores : RunHistory.read(directory.file("log.jsonl"), config.name()).evaluations()) {
      if (scores.iteration() <= trainer.finished()) {
        best = Double.isNaN(best) ? scores.mIoU() : Math.max(best, scores.mIoU());
        lastScores = scores;
        evaluated |= scores.iteration() == trainer.finished();
      }
    }
    if (!evaluated) {
      evaluate(trainer);
    }
  }

  @Override
  public boolean standsAlone(long n) {
    return saves(n) || evaluates(n) || drawsDebugPictures(n - 1);
  }

  private boolean drawsDebugPictures(long finished) {
    Integer interval = config.uda().debugImagesInterval();
    return interval != null && finished % interval == 0;
  }

  @Override
  public IterationListener intermediate(long finished, TrainingBatch batch) {
    if (!drawsDebugPictures(finished)) {
      return IterationListener.NONE;
    }
    debugPictures = new DebugPictures(backend, config, batch);
    return debugPictures;
  }

  @Override
  public void report(IterationReport report) {
    if (debugPictures != null) {
      writeDebugPictures(report.finished());
    }
    report.losses().forEach((name, value) -> sums.merge(name, value, Double::sum));
    sums.merge("lr", report.learningRate(), Double::sum);
    sums.merge("time", report.seconds(), Double::sum);
    sums.merge("data_time", report.dataSeconds(), Double::sum);
    summed++;
    progress.accept(report.finished());
    boolean last = report.finished() == config.train().iterations();
    if (report.finished() % config.log().interval() == 0 || last) {
      Map<String, Double> means = new LinkedHashMap<>();
      means.put("lr", report.learningRate());
      sums.forEach((name, sum) -> means.put(name, name.equals("lr") ? report.learningRate() : sum / summed));
      means.put("memory_mb", ProcessMemory.peakMegabytes());
      secondsPerIteration =
          secondsPerIteration == 0 ? means.get("time") : 0.7 * secondsPerIteration + 0.3 * means.get("time");
      double left = secondsPerIteration * (config.train().iterations() - report.finished());
      say(TrainingTable.row(report.finished(), means, left));
      log.train((int) report.finished(), means);
      if (events != null) {
        events.scalars(report.finished(), "train/", means);
      }
      sums.clear();
      summed = 0;
    }
  }

  /** {@code class_mix_debug/<iteration>_<sample>.png}, and with {@code _s} the student's view of the mixed picture. */
  private void writeDebugPictures(long iteration) {
    int sample = 0;
    for (DebugPictures.Sheets sheets : debugPictures.sheets()) {
      writeSheet(iteration, sample, "", sheets.inputs());
      if (sheets.scores() != null) {
        writeSheet(iteration, sample, "_s", sheets.scores());
      }
      sample++;
    }
    debugPictures = null;
  }

  private void writeSheet(long iteration, int sample, String suffix, Pixels sheet) {
    byte[] png = ImageWriting.encodePng(sheet);
    ImageWriting.write(directory.file("class_mix_debug/%06d_%d%s.png".formatted(iteration, sample, suffix)), png);
    if (events != null) {
      events.picture(iteration, "class_mix/" + sample + suffix, sheet.height(), sheet.width(), png);
    }
  }

  private boolean evaluates(long finished) {
    boolean last = finished == config.train().iterations();
    boolean due = finished % config.evaluation().interval() == 0;
    return validation != null && (due || last);
  }

  @Override
  public void evaluate(Trainer trainer) {
    if (!evaluates(trainer.finished())) {
      return;
    }
    boolean ofTeacher = config.evaluation().weights() == EvaluationConfig.Weights.TEACHER;
    Segmentor evaluated = ofTeacher ? trainer.teacher() : trainer.student();
    Predictor predictor =
        EvaluationRun.predictor(config, trainer.backend(), evaluated, config.data().val().resize());
    int limit = config.evaluation().limit() == null ? Integer.MAX_VALUE : config.evaluation().limit();
    long start = System.nanoTime();
    ConfusionMatrix matrix =
        EvaluationRun.run(config, validation, limit, predictor, this::keepPicture, stop);
    if (stop.getAsBoolean()) {
      return;
    }
    String data = EvaluationRun.dataName(config, false);
    lastScores = EvaluationRun.scores(config, matrix, data, "val", (int) trainer.finished());
    log.evaluation(lastScores);
    EvaluationRun.write(directory, lastScores);
    if (events != null) {
      String prefix = data + "_val/";
      Map<String, Double> means =
          Map.of("mIoU", lastScores.mIoU(), "mAcc", lastScores.mAcc(), "aAcc", lastScores.aAcc());
      events.scalars(trainer.finished(), prefix, new TreeMap<>(means));
      events.scalars(trainer.finished(), prefix + "IoU/", lastScores.iou());
    }
    boolean better = Double.isNaN(best) || lastScores.mIoU() > best;
    best = better ? lastScores.mIoU() : best;
    say(
        String.format(
            Locale.ROOT,
            "%7d evaluation on %s (%d pictures): mIoU %.2f  mAcc %.2f  aAcc %.2f   %s",
            trainer.finished(),
            data,
            Math.min(limit, validation.size()),
            100 * lastScores.mIoU(),
            100 * lastScores.mAcc(),
            100 * lastScores.aAcc(),
            Progress.clock((System.nanoTime() - start) / 1e9)));
    if (config.checkpoint().best() && better) {
      Checkpoint.save(trainer, directory.file("checkpoints/best.safetensors"), metadata(), false);
    }
    if (config.log().report()) {
      HtmlReport.write(directory.file("report.html"), RunReports.content(List.of(directory), config.name()));
    }
  }

  private void keepPicture(
      int i, String name, BytePicture picture, Predictor.Prediction prediction, LabelMap label) {
    if (i < config.evaluation().reportImages()) {
      ReportPictures.keep(
          directory, name, picture, prediction.label(), label, TestRun.palette(config.data().classes()));
    }
  }

  private boolean saves(long finished) {
    boolean last = finished == config.train().iterations();
    boolean due = finished % config.checkpoint().interval() == 0;
    return due || last && config.checkpoint().saveLast();
  }

  @Override
  public void save(Trainer trainer) {
    if (saves(trainer.finished())) {
      saveNow(trainer);
    }
  }

  /** Writes a checkpoint of the present state, unless there is one already. */
  void saveNow(Trainer trainer) {
    if (lastSaved == trainer.finished()) {
      return;
    }
    Path file = directory.checkpoint(trainer.finished());
    Checkpoint.save(trainer, file, metadata(), config.checkpoint().optimizer());
    directory.registerCheckpoint(file, config.checkpoint().keep());
    lastSaved = trainer.finished();
    log.event("checkpoint", (int) trainer.finished(), Map.of("file", "checkpoints/" + file.getFileName()));
    directory.update(Map.of("iteration", trainer.finished()));
    say("        wrote " + directory.path().relativize(file));
  }

  private Map<String, String> metadata() {
    return Map.of(
        "config", resolved.toYaml(),
        "classes", String.join(",", config.data().classes().names()),
        "seed", Long.toString(config.train().seed()));
  }

  private void say(String line) {
    console.say(line);
    log.text(line);
  }

  /** Scores of the last evaluation, or null. */
  ClassScores lastScores() {
    return lastScores;
  }
}
