package ciss.cli;

import ciss.config.CissConfig;
import ciss.config.DataAssembly;
import ciss.config.UdaConfig;
import ciss.data.DataCheck;
import ciss.data.DataSet;
import ciss.data.DatasetSpec;
import ciss.data.DecodedCache;
import ciss.report.Progress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** {@code ciss data}: looks at the data sets of a configuration. */
@Command(
    name = "data",
    header = {"Check or look at the data sets of a configuration.", "", "  ciss data check cityscapes_to_acdc", ""},
    subcommands = {DataCommand.Check.class, DataBrowseCommand.class})
final class DataCommand extends CissCommand {
  @Override
  public Integer call() {
    throw usageError("say what to do: check or browse");
  }

  /** {@code ciss data check}. */
  @Command(
      name = "check",
      header = {"Look at every picture and label; exit code 6 if something is wrong.", "",
        "  ciss data check cityscapes_to_acdc", ""})
  static final class Check extends CissCommand {
    private static final int SHOWN = 20;

    /** The data sets of a configuration. */
    enum Role {
      SOURCE,
      TARGET,
      VAL,
      TEST
    }

    @Parameters(paramLabel = "CONFIG", description = "File, work directory or built-in name.")
    private String name;

    @Option(
        names = "--role",
        paramLabel = "source|target|val|test",
        description = "Only this data set. Without it all but test.")
    private Role role;

    @Option(names = "--deep", description = "Count the pixels of each class again and compare the statistics.")
    private boolean deep;

    @Override
    public Integer call() {
      CissConfig config = configuration(name).config();
      List<DataCheck.Result> results = new ArrayList<>();
      for (DatasetSpec spec : specs(config)) {
        boolean statistics = spec.role().equals("source") && config.data().rareClassSampling().enabled();
        results.add(check(spec, statistics, threads(config)));
      }
      int problems = results.stream().mapToInt(result -> result.problems().size()).sum();
      if (global().json()) {
        out().println(new JsonMapper().writeValueAsString(results.stream().map(Check::fields).toList()));
      } else {
        results.forEach(this::print);
        printClasses(results.stream().filter(r -> r.spec().labels() != null).toList(), config.data().classes().names());
        int files = results.stream().mapToInt(r -> r.pictures() * (r.spec().labels() == null ? 1 : 2)).sum();
        out().println(problems + (problems == 1 ? " problem in " : " problems in ") + files + " files");
      }
      return problems == 0 ? 0 : CHECK_FAILED;
    }

    private static int threads(CissConfig config) {
      Integer threads = config.train().threads();
      return threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    }

    private List<DatasetSpec> specs(CissConfig config) {
      boolean supervised = config.uda().method() == UdaConfig.Method.NONE;
      if (supervised && role == Role.TARGET) {
        throw usageError("--role target: uda.method none reads no target pictures");
      }
      List<DatasetSpec> specs = new ArrayList<>();
      for (Role wanted : role == null ? List.of(Role.SOURCE, Role.TARGET, Role.VAL) : List.of(role)) {
        switch (wanted) {
          case SOURCE -> specs.add(DataAssembly.source(config));
          case TARGET -> {
            if (!supervised) {
              specs.add(DataAssembly.target(config));
            }
          }
          case VAL -> specs.add(DataAssembly.evaluation(config, false));
          case TEST -> specs.add(DataAssembly.evaluation(config, true));
        }
      }
      return specs;
    }

    private DataCheck.Result check(DatasetSpec spec, boolean statistics, int threads) {
      DataSet set = DataSet.open(spec, new DecodedCache(0));
      if (global().quiet()) {
        return DataCheck.of(set, statistics, deep, threads, i -> {});
      }
      AtomicInteger done = new AtomicInteger();
      try (Progress progress = new Progress(spec.role(), set.size(), err(), terminal())) {
        return DataCheck.of(set, statistics, deep, threads, i -> progress.at(done.incrementAndGet(), ""));
      }
    }

    private boolean terminal() {
      return System.console() != null && System.console().isTerminal();
    }

    private void print(DataCheck.Result r) {
      boolean labelled = r.spec().labels() != null;
      String labels = labelled ? "labels " + ranges(r.labelValues()) : "no labels (not needed)";
      String statistics = r.statistics() == DataCheck.Statistics.NOT_USED ? "" : "   statistics " + r.statistics();
      String problems = r.problems().isEmpty() ? "" : "   " + r.problems().size() + " problem(s)";
      out().println(String.format(Locale.ROOT, "%-7s %s  %d %s   %s   %s%s%s",
          r.spec().role(), r.spec().root(), r.pictures(), labelled ? "pairs" : "pictures", sizes(r), labels, statistics,
          problems));
      DataCheck.byKind(r.problems()).forEach((kind, group) -> {
        group.stream().limit(SHOWN).forEach(problem -> out().println("  " + kind + ": " + problem.detail()));
        if (group.size() > SHOWN) {
          out().println("  ... and " + (group.size() - SHOWN) + " more of kind '" + kind + "'");
        }
      });
    }

    /** Which share of the labelled pixels each class has, and in how many pictures it occurs. */
    private void printClasses(List<DataCheck.Result> labelled, List<String> names) {
      if (labelled.isEmpty()) {
        return;
      }
      StringBuilder header = new StringBuilder("%-16s".formatted("class"));
      labelled.forEach(r -> header.append("%10s  pictures".formatted(r.spec().role())));
      out().println(header);
      for (int c = 0; c < names.size(); c++) {
        StringBuilder row = new StringBuilder("%-16s".formatted(names.get(c)));
        for (DataCheck.Result r : labelled) {
          long all = Math.max(1, Arrays.stream(r.classPixels()).sum());
          row.append(
              String.format(Locale.ROOT, "%8.2f %%%10d", 100.0 * r.classPixels()[c] / all, r.classPictures()[c]));
        }
        out().println(row);
      }
    }

    private static String sizes(DataCheck.Result r) {
      return r.sizes().size() <= 3 ? String.join(", ", r.sizes().keySet()) : r.sizes().size() + " sizes";
    }

    /** Values with neighbours drawn together: {@code 0..10,255}. */
    static String ranges(List<Integer> values) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < values.size(); i++) {
        int first = values.get(i);
        while (i + 1 < values.size() && values.get(i + 1) == values.get(i) + 1) {
          i++;
        }
        text.append(text.isEmpty() ? "" : ",").append(first);
        text.append(values.get(i) > first ? ".." + values.get(i) : "");
      }
      return text.toString();
    }

    private static Map<String, Object> fields(DataCheck.Result r) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("role", r.spec().role());
      fields.put("root", r.spec().root().toString());
      fields.put("pictures", r.pictures());
      fields.put("sizes", r.sizes());
      fields.put("label_values", r.labelValues());
      fields.put("class_pixels", r.classPixels());
      fields.put("class_pictures", r.classPictures());
      fields.put("statistics", r.statistics().toString());
      fields.put("problems", r.problems());
      return fields;
    }
  }
}
