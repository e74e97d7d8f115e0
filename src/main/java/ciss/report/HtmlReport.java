package ciss.report;

import ciss.error.DataException;
import ciss.report.Html.Markup;
import ciss.report.ReportContent.ClassColour;
import ciss.report.ReportContent.Panel;
import ciss.report.ReportContent.Run;
import ciss.report.ReportContent.Tile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes a report as one HTML file that needs nothing else: styles, script, charts and pictures are inside. Readable
 * without script, in light and dark, and on paper.
 */
public final class HtmlReport {
  private static final Markup NO_CHANGE = new Markup("<span></span>");
  private final ReportContent content;
  private final Html page = new Html();

  private HtmlReport(ReportContent content) {
    this.content = content;
  }

  /**
   * Writes the report.
   *
   * @throws DataException if the file cannot be written
   */
  public static void write(Path file, ReportContent content) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, render(content));
    } catch (IOException e) {
      throw new DataException("cannot write the report " + file + ": " + e.getMessage(), e);
    }
  }

  /** The whole file as text. */
  public static String render(ReportContent content) {
    return new HtmlReport(content).build();
  }

  private String build() {
    page.raw("<!DOCTYPE html>");
    page.raw("<html lang=\"en\"><head><meta charset=\"utf-8\">");
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    page.add("<title>%s</title>", content.title());
    page.raw("<style>" + resource("report.css") + "</style></head><body><main>");
    page.add("<header><h1>%s</h1><p class=\"summary\">%s</p></header>", content.title(), content.summary());
    headline();
    scoreTable();
    pictures();
    classBars();
    page.raw(new Curves(content.runs()).html());
    confusion();
    facts();
    page.raw("</main><div id=\"reading\" hidden></div><dialog id=\"zoom\"><img alt=\"\"><p></p></dialog>");
    page.raw("<script>" + resource("report.js") + "</script></body></html>");
    return page.toString();
  }

  /** A text file that the program was built with. */
  static String resource(String name) {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the program was built without " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String colour(int run) {
    return LineChart.COLOURS[run % LineChart.COLOURS.length];
  }

  private Set<String> testedData() {
    Set<String> data = new LinkedHashSet<>();
    content.runs().forEach(run -> run.tests().forEach(test -> data.add(test.data())));
    return data;
  }

  private static @Nullable ClassScores test(Run run, String data) {
    return run.tests().stream().filter(test -> test.data().equals(data)).findFirst().orElse(null);
  }

  private static String percent(double share) {
    return Double.isFinite(share) ? String.format(Locale.ROOT, "%.1f", 100 * share) : "–";
  }

  private static Markup difference(double share) {
    if (!Double.isFinite(share)) {
      return NO_CHANGE;
    }
    if (Math.abs(share) < 0.0005) {
      return new Markup("<span>±0</span>");
    }
    String kind = share >= 0 ? "up" : "down";
    String sign = share >= 0 ? "+" : "−";
    return new Markup("<span class=\"%s\">%s%s</span>".formatted(kind, sign, percent(Math.abs(share))));
  }

  /** One card per tested data set: the first and the last run, and what lies between them. */
  private void headline() {
    if (content.runs().isEmpty() || testedData().isEmpty()) {
      return;
    }
    Run first = content.runs().getFirst();
    Run last = content.runs().getLast();
    page.raw("<section class=\"cards\">");
    boolean main = true;
    for (String data : testedData()) {
      ClassScores before = test(first, data);
      ClassScores after = test(last, data);
      if (after == null) {
        continue;
      }
      page.add("<div class=\"card%s\"><div class=\"card-name\">mIoU %s</div>", main ? " main" : "", data);
      page.add("<div class=\"card-value\">%s<small>%%</small></div>", percent(after.mIoU()));
      if (before != null && first != last) {
        page.add(
            "<div class=\"card-note\">%s %s &ensp;%s</div>", first.name(), percent(before.mIoU()),
                difference(after.mIoU() - before.mIoU()));
      }
      page.raw("</div>");
      main = false;
    }
    page.raw("</section>");
  }

  private void scoreTable() {
    Set<String> data = testedData();
    if (data.isEmpty()) {
      return;
    }
    page.raw("<section><h2>Scores</h2><div class=\"scroll\"><table class=\"scores\"><thead><tr><th>mIoU, %</th>");
    data.forEach(name -> page.add("<th>%s</th>", name));
    page.raw("</tr></thead><tbody>");
    for (int i = 0; i < content.runs().size(); i++) {
      Run run = content.runs().get(i);
      page.add("<tr><th><i style=\"background:%s\"></i>%s</th>", colour(i), run.name());
      for (String name : data) {
        ClassScores test = test(run, name);
        double value = test == null ? Double.NaN : test.mIoU();
        ClassScores base = test(content.runs().getFirst(), name);
        Markup change = i > 0 && base != null ? difference(value - base.mIoU()) : NO_CHANGE;
        page.add("<td>%s %s</td>", percent(value), change);
      }
      page.raw("</tr>");
    }
    page.raw("</tbody></table></div></section>");
  }

  private void pictures() {
    if (content.panels().isEmpty()) {
      return;
    }
    page.raw("<section><h2>Pictures</h2><p class=\"legend\">");
    for (ClassColour c : content.classes()) {
      page.add("<span><i style=\"background:#%06x\"></i>%s</span>", c.rgb(), c.name());
    }
    page.raw("</p>");
    for (Panel panel : content.panels()) {
      page.add("<figure class=\"panel\" style=\"--tiles:%d\"><figcaption>%s</figcaption><div>", panel.tiles().size(),
          panel.title());
      for (Tile tile : panel.tiles()) {
        page.add(
            "<span><img loading=\"lazy\" alt=\"%s: %s\" src=\"%s\"><small>%s</small></span>",
            panel.title(), tile.caption(), new Markup(Html.dataUrl(tile.picture())), tile.caption());
      }
      page.raw("</div></figure>");
    }
    page.raw("</section>");
  }

  /** IoU per class of all runs, on the first tested data set. */
  private void classBars() {
    if (testedData().isEmpty()) {
      return;
    }
    String data = testedData().iterator().next();
    page.add("<section><h2>Classes</h2><p class=\"note\">IoU on %s, per cent.", data);
    for (int i = 0; i < content.runs().size(); i++) {
      page.add(" <span class=\"key\"><i style=\"background:%s\"></i>%s</span>", colour(i), content.runs().get(i)
          .name());
    }
    page.raw("</p><div class=\"bars\">");
    for (ClassColour c : content.classes()) {
      page.add(
          "<div class=\"bar-row\"><span class=\"bar-name\"><i style=\"background:#%06x\"></i>%s</span>"
          + "<span class=\"bar-set\">", c.rgb(), c.name());
      for (int i = 0; i < content.runs().size(); i++) {
        ClassScores test = test(content.runs().get(i), data);
        double value = test == null ? Double.NaN : test.iou().getOrDefault(c.name(), Double.NaN);
        page.add(
            "<span class=\"bar\"><b style=\"width:%.2f%%;background:%s\"></b><small>%s</small></span>",
            Double.isFinite(value) ? 88 * value : 0, colour(i), percent(value));
      }
      page.add("</span><span class=\"bar-change\">%s</span></div>", classChange(data, c.name()));
    }
    page.raw("</div></section>");
  }

  private Markup classChange(String data, String name) {
    ClassScores first = test(content.runs().getFirst(), data);
    ClassScores last = test(content.runs().getLast(), data);
    if (first == null || last == null || first == last) {
      return NO_CHANGE;
    }
    return difference(last.iou().getOrDefault(name, Double.NaN) - first.iou().getOrDefault(name, Double.NaN));
  }

  /** Confusion matrix of the last run: each row a class of the truth, shares of its pixels. */
  private void confusion() {
    if (content.runs().isEmpty() || content.runs().getLast().tests().isEmpty()) {
      return;
    }
    ClassScores test = content.runs().getLast().tests().getFirst();
    if (test.confusion().isEmpty()) {
      return;
    }
    page.add(
        "<section><h2>Confusion</h2>"
        + "<p class=\"note\">%s on %s. Row: truth; column: prediction; per cent of the row.</p>",
        content.runs().getLast().name(), test.data());
    page.raw("<div class=\"scroll\"><table class=\"confusion\"><tr><th></th>");
    content.classes().forEach(c -> page.add("<th class=\"turned\"><span>%s</span></th>", c.name()));
    page.raw("</tr>");
    for (int row = 0; row < content.classes().size(); row++) {
      List<Long> counts = test.confusion().get(row);
      long total = counts.stream().mapToLong(Long::longValue).sum();
      page.add("<tr><th>%s</th>", content.classes().get(row).name());
      for (int column = 0; column < counts.size(); column++) {
        double share = total == 0 ? 0 : (double) counts.get(column) / total;
        String hue = row == column ? "var(--good)" : "var(--bad)";
        page.add(
            "<td style=\"background:color-mix(in srgb,%s %.0f%%,transparent)\" title=\"%s as %s: %s%%\">%s</td>",
            hue, 100 * Math.sqrt(share), content.classes().get(row).name(), content.classes().get(column).name(),
            percent(share), share >= 0.005 ? Math.round(100 * share) : "");
      }
      page.raw("</tr>");
    }
    page.raw("</table></div></section>");
  }

  private void facts() {
    page.raw("<section><h2>Run</h2><table class=\"facts\">");
    content.facts().forEach((name, value) -> page.add("<tr><th>%s</th><td>%s</td></tr>", name, value));
    page.raw("</table>");
    content.texts().forEach((name, text) -> page.add("<details><summary>%s</summary><pre>%s</pre></details>", name,
        text));
    page.raw("</section>");
  }
}
