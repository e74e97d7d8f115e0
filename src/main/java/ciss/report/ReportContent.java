package ciss.report;

import java.util.List;
import java.util.Map;

/**
 * What a report shows.
 *
 * @param title heading of the page
 * @param summary one or two sentences below it
 * @param classes names and colours of the classes, in the order of train ids
 * @param runs compared runs; the first is the one that the others are measured against
 * @param panels rows of pictures
 * @param facts machine, versions, command, seed, ...
 * @param texts longer texts that are folded away, such as configurations: title to text
 */
public record ReportContent(
    String title,
    String summary,
    List<ClassColour> classes,
    List<Run> runs,
    List<Panel> panels,
    Map<String, String> facts,
    Map<String, String> texts) {

  /** A class and its colour 0xRRGGBB. */
  public record ClassColour(String name, int rgb) {}

  /**
   * One run.
   *
   * @param name shown everywhere
   * @param history its log
   * @param tests its scores; the first is the headline of the page
   */
  public record Run(String name, RunHistory history, List<ClassScores> tests) {}

  /** Pictures side by side: input, truth, predictions. */
  public record Panel(String title, List<Tile> tiles) {}

  /** One picture, PNG or JPEG. */
  public record Tile(String caption, byte[] picture) {}
}
