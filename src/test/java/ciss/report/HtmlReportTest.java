package ciss.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.report.ReportContent.ClassColour;
import ciss.report.ReportContent.Panel;
import ciss.report.ReportContent.Run;
import ciss.report.ReportContent.Tile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {
  private static final Set<String> VOID = Set.of("meta", "img", "line", "rect", "path", "circle");

  @TempDir Path folder;

  private String report() {
    return HtmlReport.render(content("a <b> & \"c\""));
  }

  private ReportContent content(String title) {
    RunLog log = new RunLog(folder);
    log.start("ciss", 40, Map.of());
    for (int i = 1; i <= 40; i++) {
      log.train(i, Map.of("lr", 1e-4, "src_orig.decode.loss_seg", 3.0 / i));
    }
    log.evaluation(ClassScores.of("night", "val", 20, 0.3, Map.of("road", 0.5)));
    log.evaluation(ClassScores.of("night", "val", 40, 0.4, Map.of("road", 0.6)));
    RunHistory history = RunHistory.read(folder.resolve("log.jsonl"), "x");
    ClassScores worse = ClassScores.of("night", "val", 40, 0.301, Map.of("road", 0.5, "train", Double.NaN));
    ClassScores better =
        new ClassScores("night", "val", 40, 0.452, 0.6, 0.8, Map.of("road", 0.7, "train", 0.1), Map.of(),
            List.of(List.of(9L, 1L), List.of(0L, 0L)));
    return new ReportContent(
        title,
        "one & two",
        List.of(new ClassColour("road", 0x804080), new ClassColour("train", 0x005064)),
        List.of(new Run("source only", history, List.of(worse)), new Run("ciss", history, List.of(better))),
        List.of(new Panel("night", List.of(new Tile("input", new byte[] {(byte) 0x89, 'P'})))),
        Map.of("seed", "0"),
        Map.of("configuration", "a: <1>"));
  }

  @Test
  void nothingIsFetchedFromElsewhere() {
    String html = report();
    assertFalse(html.contains("http"), "a link");
    assertFalse(Pattern.compile("src=\"(?!data:)").matcher(html).find(), "a file");
    assertFalse(html.contains("<link"), "a style sheet");
  }

  @Test
  void everyElementIsClosed() {
    String html = report().replaceAll("(?s)<(script|style)>.*?</\\1>", "");
    Deque<String> open = new ArrayDeque<>();
    Matcher tag = Pattern.compile("<(/?)([a-z0-9]+)[^>]*?(/?)>").matcher(html);
    while (tag.find()) {
      String name = tag.group(2);
      if (VOID.contains(name)) {
        continue;
      }
      if (tag.group(1).isEmpty()) {
        open.push(name);
      } else {
        assertEquals(open.pop(), name, html.substring(Math.max(0, tag.start() - 80), tag.end()));
      }
    }
    assertTrue(open.isEmpty(), open.toString());
  }

  @Test
  void textIsEscaped() {
    assertTrue(report().contains("<title>a &lt;b&gt; &amp; &quot;c&quot;</title>"));
    assertTrue(report().contains("a: &lt;1&gt;"));
  }

  @Test
  void theGainOfTheLastRunOverTheFirstIsShown() {
    assertTrue(report().contains("+15.1"));
  }

  @Test
  void classesWithoutAScoreShowADash() {
    assertTrue(report().contains("<small>–</small>"));
  }

  @Test
  void theFileIsWritten() throws Exception {
    HtmlReport.write(folder.resolve("deep/report.html"), content("t"));
    assertTrue(Files.readString(folder.resolve("deep/report.html")).startsWith("<!DOCTYPE html>"));
  }

  @Test
  void chartsOfASingleValueAndOfNoneCanBeDrawn() {
    LineChart.Series one = new LineChart.Series("a", "", new double[] {5}, new double[] {0});
    LineChart.Series none = new LineChart.Series("b", "", new double[0], new double[0]);
    for (boolean logarithmic : new boolean[] {false, true}) {
      String svg = new LineChart("t", "x", logarithmic, List.of(one, none)).svg();
      assertFalse(svg.contains("NaN"), svg);
    }
  }

  @Test
  void numbersOnAxesAreShort() {
    assertEquals("0.25", LineChart.number(0.25));
    assertEquals("6e-5", LineChart.number(6e-5));
    assertEquals("40000", LineChart.number(40000));
    assertEquals("12.5", LineChart.number(12.5));
  }
}
