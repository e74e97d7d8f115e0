package ciss.api;

import ciss.config.ConfigLoader;
import ciss.config.ResolvedConfig;
import ciss.data.scene.DemoData;
import ciss.error.ConfigException;
import ciss.error.ResourceException;
import ciss.report.HtmlReport;
import ciss.report.Progress;
import ciss.report.ReportContent;
import ciss.report.ReportContent.Run;
import ciss.report.RunDirectory;
import ciss.report.RunHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * The method at work without any data: draws streets, trains on clear days only, goes on from there with CISS towards
 * night, fog, rain and snow, tests both, and writes a report.
 *
 * <pre>
 * FOLDER/data/{day,adverse}   FOLDER/source_only   FOLDER/ciss   FOLDER/report.html
 * </pre>
 */
public final class Demo {
  private static final String SOURCE_ONLY = "source only";
  private static final String CISS = "ciss";
  /** Part of the time that is planned with; the rest is for what a measurement of seconds cannot foresee. */
  private static final double SAFETY = 0.88;

  private final Request request;
  private final Console console;
  private final Display display;
  private final BooleanSupplier stop;
  private final long started = System.nanoTime();
  private DemoPlan plan;

  /**
   * What to do.
   *
   * @param folder work directory of the demo
   * @param replace whether a demo that the folder holds already is deleted first
   * @param minutes scales pictures and iterations; 10 fits two cores
   * @param overrides {@code key=value} for both trainings
   * @param commandLine for the record
   */
  public record Request(Path folder, boolean replace, double minutes, long seed, List<String> overrides,
      String commandLine) {}

  /**
   * What came out.
   *
   * @param complete false if it was asked to stop; {@code runs} then holds what was finished
   */
  public record Outcome(boolean complete, List<Run> runs, Path report) {}

  /** Makes the display of a step. */
  @FunctionalInterface
  public interface Display {
    Progress begin(String task, long total);
  }

  private Demo(Request request, Console console, Display display, BooleanSupplier stop) {
    this.request = request;
    this.console = console;
    this.display = display;
    this.stop = stop;
    plan = DemoPlan.of(request.minutes());
  }

  /**
   * Runs the demo.
   *
   * @param console receives what is worth knowing beside the displays
   * @param stop asked now and then; true ends early, without a report
   * @throws ciss.error.CissException if the folder cannot be used
   */
  public static Outcome run(Request request, Console console, Display display, BooleanSupplier stop) {
    return new Demo(request, console, display, stop).run();
  }

  private Outcome run() {
    Path report = request.folder().resolve("report.html");
    makeRoom();
    draw();
    fitToMachine();
    List<Run> runs = new ArrayList<>();
    ResolvedConfig source =
        config("demo_source", List.of("train.iterations=" + plan.sourceIterations(), warmup(plan.sourceIterations())));
    RunDirectory sourceRun = train(SOURCE_ONLY, "source_only", source);
    if (sourceRun == null) {
      return new Outcome(false, runs, report);
    }
    ResolvedConfig adapted =
        config(
            "demo",
            List.of(
                "train.iterations=" + plan.cissIterations(),
                warmup(plan.cissIterations()),
                "train.init_from=" + sourceRun.path()));
    RunDirectory cissRun = train(CISS, "ciss", adapted);
    if (cissRun == null) {
      return new Outcome(false, runs, report);
    }
    DemoTest test = new DemoTest(adapted.config(), dataFolder());
    runs.add(run(SOURCE_ONLY, sourceRun, test));
    runs.add(run(CISS, cissRun, test));
    ReportContent content = content(runs, test, adapted, secondsSoFar());
    HtmlReport.write(report, content);
    return new Outcome(true, runs, report);
  }

  /** Deletes the parts of an older demo, or refuses to start beside them. */
  private void makeRoom() {
    for (String part : List.of("source_only", "ciss", "data")) {
      Path old = request.folder().resolve(part);
      if (!Files.exists(old)) {
        continue;
      }
      if (!request.replace()) {
        throw new ConfigException(
            old + ": there is a demo already. Choose another folder with --out, or replace it with --yes");
      }
      try (Stream<Path> files = Files.walk(old)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      } catch (IOException e) {
        throw new ResourceException(old + ": cannot be deleted: " + e.getMessage(), e);
      }
    }
  }

  /** How many pictures of each kind belong to this many labelled ones of the day. */
  public static DemoData.Counts pictures(int day) {
    return DemoPlan.pictures(day);
  }

  private Path dataFolder() {
    return request.folder().resolve("data");
  }

  private void draw() {
    DemoData.Counts counts = plan.pictures();
    try (Progress progress = display.begin("draw", counts.total())) {
      int threads = Runtime.getRuntime().availableProcessors();
      DemoData.write(dataFolder(), request.seed(), counts, threads,
          done -> progress.at(done, "day; night, fog, rain, snow"));
    }
  }

  private double secondsSoFar() {
    return (System.nanoTime() - started) / 1e9;
  }

  /** Lowers the number of iterations on a machine that would not finish in time. */
  private void fitToMachine() {
    double sourceSeconds = IterationSpeed.seconds(config("demo_source", List.of()).config());
    double cissSeconds = IterationSpeed.seconds(config("demo", List.of()).config());
    DemoPlan fitting =
        plan.fitting(sourceSeconds, cissSeconds, SAFETY * 60 * request.minutes() - secondsSoFar());
    if (!fitting.equals(plan)) {
      console.say(
          "this machine takes %.2f s per iteration: %d + %d iterations instead of %d + %d to keep to %.0f minutes"
              .formatted(
                  cissSeconds,
                  fitting.sourceIterations(),
                  fitting.cissIterations(),
                  plan.sourceIterations(),
                  plan.cissIterations(),
                  request.minutes()));
      plan = fitting;
    }
  }

  private ResolvedConfig config(String name, List<String> settings) {
    List<String> all = new ArrayList<>();
    all.add("data.source.root=" + dataFolder().resolve("day"));
    all.add("data.target.root=" + dataFolder().resolve("adverse"));
    all.add("data.val.root=" + dataFolder().resolve("adverse"));
    all.add("train.seed=" + request.seed());
    all.addAll(settings);
    all.addAll(request.overrides());
    return ConfigLoader.load(name, all);
  }

  private static String warmup(int iterations) {
    return "schedule.warmup_iterations=" + iterations / 20;
  }

  /** Trains one network; null if it was stopped. */
  private RunDirectory train(String task, String folder, ResolvedConfig config) {
    TrainingMemory.Choice memory = TrainingMemory.choose(config.config());
    RunDirectory directory = RunDirectory.createAt(request.folder().resolve(folder));
    var training =
        new TrainingRun.Request(
            config, directory, memory, null, request.commandLine(), TrainingRun.Request.DEFAULT_CACHE_BYTES);
    try (Progress progress = display.begin(task, config.config().train().iterations())) {
      // The rows of the training go to its log.txt only: the demo shows one line per step.
      boolean complete = TrainingRun.run(training, line -> {}, TrainingRun.on(progress), stop).complete();
      return complete ? directory : null;
    }
  }

  private Run run(String name, RunDirectory directory, DemoTest test) {
    try (Progress progress = display.begin("test " + name, test.pictures())) {
      return new Run(name, RunHistory.read(directory.file("log.jsonl"), name), test.run(name, directory, progress));
    }
  }

  private ReportContent content(List<Run> runs, DemoTest test, ResolvedConfig config, double seconds) {
    DemoData.Counts drawn = plan.pictures();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("command", request.commandLine());
    facts.put("seed", Long.toString(request.seed()));
    facts.put("pictures", "%d day with labels, %d adverse without; tested on %d and %d others"
        .formatted(drawn.sourceTrain(), drawn.targetTrain(), drawn.sourceVal(), drawn.targetVal()));
    facts.put("iterations", plan.sourceIterations() + " source only, then " + plan.cissIterations() + " CISS");
    facts.put("machine", runs.getFirst().history().start().getOrDefault("device", "") + ", Java "
        + System.getProperty("java.version") + ", " + System.getProperty("os.name").toLowerCase(Locale.ROOT));
    facts.put("time", Progress.clock(seconds));
    return new ReportContent(
        "CISS on drawn streets",
        "A small network learns to label streets from pictures of clear days. Night, fog, rain and snow it only sees"
            + " without labels: what CISS makes of them, against training on clear days only.",
        test.classes(),
        runs,
        test.panels(),
        facts,
        Map.of("Configuration of the adaptation", config.toYaml()));
  }
}
