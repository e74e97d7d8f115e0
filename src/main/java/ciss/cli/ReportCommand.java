package ciss.cli;

import ciss.api.RunReports;
import ciss.error.ConfigException;
import ciss.error.DataException;
import ciss.report.HtmlReport;
import ciss.report.LineChart;
import ciss.report.ReportContent;
import ciss.report.ReportContent.Run;
import ciss.report.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** {@code ciss report}: curves, scores and configuration of runs as one HTML file. */
@Command(
    name = "report",
    header = {"Report runs as one HTML file.", "", "  ciss report RUN1 RUN2 --open", ""})
final class ReportCommand extends CissCommand {
  @Parameters(paramLabel = "RUN", arity = "0..*", description = "Work directories; the newest run by default.")
  private List<Path> runs = new ArrayList<>();

  @Option(names = "--out", paramLabel = "FILE", description =
      "Default: RUN/report.html, for several runs ./report.html.")
  private Path out;

  @Option(names = "--keys", paramLabel = "KEY", split = ",", description = "Draw only these logged values, as .svg.")
  private List<String> keys = List.of();

  @Option(names = "--title", paramLabel = "TEXT", description = "Heading.")
  private String title;

  @Option(names = "--legend", paramLabel = "NAME", split = ",", description = "Names of the runs, in order.")
  private List<String> legend = List.of();

  @Option(names = "--csv", paramLabel = "FILE", description = "Also write the logged values as a table.")
  private Path csv;

  @Option(names = "--open", description = "Open the report in the browser.")
  private boolean open;

  @Override
  public Integer call() {
    List<RunDirectory> directories = directories();
    ReportContent content = named(RunReports.content(directories, heading(directories)));
    Path file = file(directories);
    if (keys.isEmpty()) {
      HtmlReport.write(file, content);
    } else {
      write(file, chart(content.runs()).svg());
    }
    print(directories, content.runs());
    wrote(file);
    if (csv != null) {
      write(csv, table(content.runs()));
      wrote(csv);
    }
    if (open) {
      Browser.open(file);
    }
    return 0;
  }

  private List<RunDirectory> directories() {
    if (!runs.isEmpty()) {
      return runs.stream().map(RunDirectory::open).toList();
    }
    return List.of(
        RunDirectory.newest(global().workRoot())
            .orElseThrow(() -> new ConfigException(global().workRoot() + ": no run below this folder. Name a run")));
  }

  private String heading(List<RunDirectory> directories) {
    return title != null ? title : directories.size() == 1 ? directories.getFirst().path().getFileName().toString()
        : "Runs";
  }

  private Path file(List<RunDirectory> directories) {
    if (out == null && !keys.isEmpty()) {
      throw usageError("--keys needs --out FILE.svg");
    }
    if (out != null) {
      return out;
    }
    return directories.size() == 1 ? directories.getFirst().file("report.html") : Path.of("report.html");
  }

  private ReportContent named(ReportContent c) {
    if (legend.isEmpty()) {
      return c;
    }
    if (legend.size() != c.runs().size()) {
      throw usageError("--legend has " + legend.size() + " names for " + c.runs().size() + " runs");
    }
    List<Run> named = new ArrayList<>();
    for (int i = 0; i < legend.size(); i++) {
      named.add(new Run(legend.get(i), c.runs().get(i).history(), c.runs().get(i).tests()));
    }
    return new ReportContent(c.title(), c.summary(), c.classes(), named, c.panels(), c.facts(), c.texts());
  }

  private LineChart chart(List<Run> all) {
    List<LineChart.Series> lines = new ArrayList<>();
    for (Run run : all) {
      for (String key : keys) {
        String label = all.size() == 1 ? key : keys.size() == 1 ? run.name() : run.name() + " " + key;
        if (key.equals("mIoU")) {
          run.history().evaluations().stream().map(e -> e.data()).distinct()
              .forEach(data -> lines.add(run.history().meanIou(data, label)));
        } else {
          lines.add(run.history().series(key, label));
        }
      }
    }
    if (lines.stream().allMatch(line -> line.x().length == 0)) {
      throw new ConfigException("--keys " + String.join(",", keys) + ": not in the logs of these runs");
    }
    return new LineChart(title != null ? title : String.join(", ", keys), "iteration", false, lines);
  }

  private void print(List<RunDirectory> directories, List<Run> all) {
    List<RunReports.Setting> settings = RunReports.settings(directories, all);
    if (global().json()) {
      out().println(JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(settings));
      return;
    }
    out().println("%-28s %5s   %-22s %s".formatted("setting", "seeds", "mIoU", "best single"));
    for (RunReports.Setting s : settings) {
      String spread = s.seeds() > 1 ? String.format(Locale.ROOT, " ± %.1f", 100 * s.deviation()) : "";
      String score = String.format(Locale.ROOT, "%s %.1f%s", s.data(), 100 * s.mean(), spread);
      out().println(String.format(Locale.ROOT, "%-28s %5d   %-22s %.1f", s.name(), s.seeds(), score, 100 * s.best()));
    }
  }

  private static String table(List<Run> all) {
    StringBuilder text = new StringBuilder("run,iteration,key,value\n");
    for (Run run : all) {
      for (Map.Entry<Integer, Map<String, Double>> row : run.history().train().entrySet()) {
        row.getValue().forEach((key, value) ->
            text.append('"').append(run.name().replace("\"", "\"\"")).append("\",").append(row.getKey()).append(',')
                .append(key).append(',').append(value).append('\n'));
      }
    }
    return text.toString();
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new DataException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }
}
