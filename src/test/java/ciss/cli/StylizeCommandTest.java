package ciss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.io.ImageFiles;
import ciss.io.ImageWriting;
import ciss.io.Pixels;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StylizeCommandTest {
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void write() {
    picture("day/a.png", 20, 30, 1);
    picture("day/b.png", 20, 30, 2);
    picture("night/n.png", 24, 26, 3);
  }

  private void picture(String name, int h, int w, long seed) {
    byte[] bgr = new byte[3 * h * w];
    new Random(seed).nextBytes(bgr);
    ImageWriting.writePng(folder.resolve(name), new Pixels(h, w, 3, bgr));
  }

  private int stylize(String content, String style, String... options) {
    String[] all = new String[options.length + 3];
    all[0] = "stylize";
    all[1] = folder.resolve(content).toString();
    all[2] = folder.resolve(style).toString();
    System.arraycopy(options, 0, all, 3, options.length);
    return Main.run(new PrintWriter(out), new PrintWriter(err), all);
  }

  @Test
  void picturesOfDifferentSizeAreCutToTheirCommonSize() {
    assertEquals(0, stylize("day/a.png", "night/n.png"), err.toString());
    assertEquals(new ImageFiles.Size(20, 26), ImageFiles.readSize(folder.resolve("day/a.n.png")));
    assertTrue(out.toString().contains("20x26 (both cut to their common size)"), out.toString());
  }

  @Test
  void severalBandwidthsGiveASheetWithARowEach() {
    Path sheet = folder.resolve("sheet.png");
    assertEquals(0, stylize("day/a.png", "day/b.png", "--bandwidth", "0.05,0.1", "--out", sheet.toString()));
    assertEquals(new ImageFiles.Size(40, 90), ImageFiles.readSize(sheet));
  }

  @Test
  void aFolderIsStylizedIntoAFolder() {
    Path results = folder.resolve("results");
    assertEquals(0, stylize("day", "night", "--method", "reinhard", "--out", results.toString()), err.toString());
    assertTrue(Files.exists(results.resolve("a.n.png")) && Files.exists(results.resolve("b.n.png")));
    assertEquals(new ImageFiles.Size(20, 30), ImageFiles.readSize(results.resolve("b.n.png")));
  }

  @Test
  void existingResultsAreKeptWithoutYes() {
    assertEquals(0, stylize("day/a.png", "day/b.png"));
    assertEquals(2, stylize("day/a.png", "day/b.png"));
    assertEquals(0, stylize("day/a.png", "day/b.png", "--yes"));
  }

  @Test
  void mistakesHaveTheirExitCodes() {
    assertEquals(3, stylize("day/none.png", "night"));
    assertEquals(2, stylize("day/a.png", "night", "--bandwidth", "2"));
    assertEquals(2, stylize("day/a.png", "night", "--method", "magic"));
  }
}
