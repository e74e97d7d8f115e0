package ciss.report;

import ciss.report.ReportContent.Run;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The charts of a report: mIoU over the iterations, the losses, and everything else that was logged, folded away. */
final class Curves {
  private static final Set<String> SPEED = Set.of("time", "data_time", "memory_mb", "memory");
  private final List<Run> runs;

  Curves(List<Run> runs) {
    this.runs = runs;
  }

  String html() {
    Html page = new Html();
    List<LineChart> first = new ArrayList<>(accuracy());
    List<LineChart> rest = new ArrayList<>();
    for (String key : keys()) {
      LineChart chart = chart(key);
      boolean loss = key.contains("loss") && !key.contains(".hr.");
      (loss ? first : rest).add(chart);
    }
    if (first.isEmpty() && rest.isEmpty()) {
      return "";
    }
    page.raw("<section><h2>Training</h2><div class=\"charts\">");
    first.forEach(chart -> page.raw(chart.svg()));
    page.raw("</div>");
    if (!rest.isEmpty()) {
      page.add("<details><summary>%d more curves</summary><div class=\"charts\">", rest.size());
      rest.forEach(chart -> page.raw(chart.svg()));
      page.raw("</div></details>");
    }
    return page.raw("</section>").toString();
  }

  private Set<String> keys() {
    Set<String> keys = new LinkedHashSet<>();
    runs.forEach(run -> keys.addAll(run.history().keys()));
    return keys;
  }

  private List<LineChart> accuracy() {
    Set<String> data = new LinkedHashSet<>();
    runs.forEach(run -> run.history().evaluations().forEach(scores -> data.add(scores.data())));
    List<LineChart> charts = new ArrayList<>();
    for (String name : data) {
      List<LineChart.Series> lines = new ArrayList<>();
      for (int i = 0; i < runs.size(); i++) {
        lines.add(runs.get(i).history().meanIou(name, runs.get(i).name()).in(colour(i)));
      }
      if (lines.stream().anyMatch(line -> line.x().length > 1)) {
        charts.add(new LineChart("mIoU on " + name + ", %", "iteration", false, lines));
      }
    }
    return charts;
  }

  private LineChart chart(String key) {
    List<LineChart.Series> lines = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      LineChart.Series line = runs.get(i).history().series(key, runs.get(i).name()).in(colour(i));
      if (line.x().length > 0) {
        lines.add(line);
      }
    }
    return new LineChart(title(key), "iteration", false, lines);
  }

  private static String colour(int run) {
    return LineChart.COLOURS[run % LineChart.COLOURS.length];
  }

  private static String title(String key) {
    if (SPEED.contains(key)) {
      return key.startsWith("memory") ? "memory, MB" : key + ", seconds per iteration";
    }
    return key.equals("lr") ? "learning rate" : key;
  }
}
