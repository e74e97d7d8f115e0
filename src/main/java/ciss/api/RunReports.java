package ciss.api;

import ciss.config.CissConfig;
import ciss.config.ConfigLoader;
import ciss.config.ResolvedConfig;
import ciss.report.ClassScores;
import ciss.report.ReportContent;
import ciss.report.ReportContent.ClassColour;
import ciss.report.ReportContent.Run;
import ciss.report.RunDirectory;
import ciss.report.RunHistory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Collects what a report says about trainings: logs, evaluations, configurations. */
public final class RunReports {
  private RunReports() {}

  /**
   * Runs that differ only in their seed.
   *
   * @param name of the configuration
   * @param data what was tested on
   * @param mean of their mIoU, a share of 1; {@code deviation} of the sample, NaN for a single run
   */
  public record Setting(String name, String data, int seeds, double mean, double deviation, double best) {}

  /** One run for a report, with its newest scores on every data set. */
  public static Run run(RunDirectory directory, String name) {
    RunHistory history = RunHistory.read(directory.file("log.jsonl"), directory.path().getFileName().toString());
    return new Run(name, history, scores(directory, history));
  }

  private static List<ClassScores> scores(RunDirectory directory, RunHistory history) {
    Map<String, ClassScores> newest = new LinkedHashMap<>();
    for (ClassScores logged : history.evaluations()) {
      newest.put(logged.data(), logged);
    }
    for (ClassScores tested : ClassScores.readAll(directory.file("evaluation"))) {
      newest.merge(tested.data(), tested, (a, b) -> b.iteration() >= a.iteration() ? b : a);
    }
    return List.copyOf(newest.values());
  }

  /** Reports the runs under names that tell them apart: the configuration's, with the seed where that is not enough. */
  public static List<Run> runs(List<RunDirectory> directories) {
    List<Run> runs = new ArrayList<>();
    Set<String> names = new LinkedHashSet<>();
    boolean clash = false;
    for (RunDirectory directory : directories) {
      Run run = run(directory, "");
      runs.add(run);
      clash |= !names.add(run.history().name());
    }
    boolean withSeed = clash;
    return runs.stream()
        .map(run -> new Run(withSeed ? run.history().name() + " s" + seed(run) : run.history().name(), run.history(),
            run.tests()))
        .toList();
  }

  private static String seed(Run run) {
    return run.history().start().getOrDefault("seed", "?");
  }

  /** Means over the seeds of each setting, for every data set that its runs were tested on. */
  public static List<Setting> settings(List<Run> runs) {
    Map<List<String>, List<Double>> values = new LinkedHashMap<>();
    for (Run run : runs) {
      for (ClassScores test : run.tests()) {
        values.computeIfAbsent(List.of(run.history().name(), test.data()), key -> new ArrayList<>()).add(test.mIoU());
      }
    }
    List<Setting> settings = new ArrayList<>();
    values.forEach((key, all) -> settings.add(setting(key.get(0), key.get(1), all)));
    return settings;
  }

  private static Setting setting(String name, String data, List<Double> values) {
    double mean = values.stream().mapToDouble(v -> v).average().orElse(Double.NaN);
    double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
    double best = values.stream().mapToDouble(v -> v).max().orElse(Double.NaN);
    double deviation = values.size() < 2 ? Double.NaN : Math.sqrt(squares / (values.size() - 1));
    return new Setting(name, data, values.size(), mean, deviation, best);
  }

  /** The content of a report on these runs. */
  public static ReportContent content(List<RunDirectory> directories, String title) {
    List<Run> runs = runs(directories);
    Map<String, String> facts = new LinkedHashMap<>();
    Map<String, String> texts = new LinkedHashMap<>();
    Set<String> summaries = new LinkedHashSet<>();
    List<ClassColour> classes = List.of();
    for (int i = 0; i < runs.size(); i++) {
      RunDirectory directory = directories.get(i);
      Map<String, Object> info = directory.info();
      facts.put(
          runs.get(i).name(),
          "%s, %s, iteration %s of %s, %s"
              .formatted(
                  directory.path(),
                  info.getOrDefault("state", "?"),
                  Objects.requireNonNullElse(lastIteration(runs.get(i)), "0"),
                  runs.get(i).history().iterations(),
                  runs.get(i).history().start().getOrDefault("device", "")));
      ResolvedConfig resolved = ConfigLoader.parse(directory.config());
      texts.put("Configuration of " + runs.get(i).name(), resolved.toYaml());
      classes = colours(resolved.config());
      if (resolved.config().description() != null) {
        summaries.add(resolved.config().description() + ".");
      }
    }
    for (Setting setting : settings(runs)) {
      if (setting.seeds() > 1) {
        summaries.add(
            String.format(
                Locale.ROOT,
                "%s on %s: mIoU %.1f ± %.1f %% over %d seeds, the best %.1f %%.",
                setting.name(),
                setting.data(),
                100 * setting.mean(),
                100 * setting.deviation(),
                setting.seeds(),
                100 * setting.best()));
      }
    }
    List<String> names = runs.stream().map(Run::name).toList();
    return new ReportContent(
        title, String.join(" ", summaries), classes, runs, ReportPictures.panels(directories, names), facts, texts);
  }

  private static Integer lastIteration(Run run) {
    return run.history().train().isEmpty() ? null : run.history().train().lastKey();
  }

  /** Names and colours of the classes of a configuration. */
  public static List<ClassColour> colours(CissConfig config) {
    return config.data().classes().classes().stream()
        .map(c -> new ClassColour(c.name(), c.red() << 16 | c.green() << 8 | c.blue()))
        .toList();
  }
}
