package ciss.api;

import ciss.config.CissConfig;
import ciss.config.ConfigLoader;
import ciss.config.DecisiveValues;
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

  /**
   * Reports the runs under names that tell them apart: the configuration's; with the seed where that is not enough; their folders'
   * where settings were changed for one run.
   */
  public static List<Run> runs(List<RunDirectory> directories) {
    List<Run> runs = directories.stream().map(directory -> run(directory, "")).toList();
    List<String> names = runs.stream().map(run -> run.history().name()).toList();
    if (!distinct(names)) {
      names = runs.stream().map(run -> run.history().name() + " s" + seed(run)).toList();
    }
    if (!distinct(names)) {
      names = directories.stream().map(directory -> directory.path().getFileName().toString()).toList();
    }
    List<Run> named = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      named.add(new Run(names.get(i), runs.get(i).history(), runs.get(i).tests()));
    }
    return named;
  }

  private static boolean distinct(List<String> names) {
    return new LinkedHashSet<>(names).size() == names.size();
  }

  private static String seed(Run run) {
    return run.history().start().getOrDefault("seed", "?");
  }

  /**
   * Means over the seeds of each setting, for every data set that its runs were tested on. A setting is named as its configuration, or
   * as its first run where several settings come from one configuration.
   *
   * @param runs of these directories, in the same order
   */
  public static List<Setting> settings(List<RunDirectory> directories, List<Run> runs) {
    Map<Map<String, Object>, List<Run>> members = new LinkedHashMap<>();
    for (int i = 0; i < runs.size(); i++) {
      members.computeIfAbsent(setting(directories.get(i)), key -> new ArrayList<>()).add(runs.get(i));
    }
    List<Setting> settings = new ArrayList<>();
    for (List<Run> all : members.values()) {
      Run first = all.getFirst();
      long alike = members.values().stream().filter(m -> m.getFirst().history().name().equals(first.history().name())).count();
      String name = alike == 1 ? first.history().name() : first.name();
      Map<String, List<Double>> scores = new LinkedHashMap<>();
      all.forEach(
          run -> run.tests().forEach(
              test -> scores.computeIfAbsent(test.data(), data -> new ArrayList<>()).add(test.mIoU())));
      scores.forEach((data, values) -> settings.add(setting(name, data, values)));
    }
    return settings;
  }

  private static Map<String, Object> setting(RunDirectory directory) {
    Map<String, Object> values = DecisiveValues.of(ConfigLoader.parse(directory.config()));
    values.remove("train.seed");
    values.remove("work_dir");
    return values;
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
    for (Setting setting : settings(directories, runs)) {
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
