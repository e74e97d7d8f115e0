package ciss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.io.ImageWriting;
import ciss.io.Pixels;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code data check} as a user runs it, on a data set of two pictures. */
class DataCommandTest {
  @TempDir Path root;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path config;

  @BeforeEach
  void write() throws IOException {
    for (String name : List.of("one", "two")) {
      ImageWriting.writePng(root.resolve("images/" + name + ".png"), new Pixels(32, 32, 3, new byte[3072]));
      ImageWriting.writePng(root.resolve("labels/" + name + ".png"), new Pixels(32, 32, 1, new byte[1024]));
    }
    config = root.resolve("tiny.yaml");
    String set = "{dataset: folder, root: '%s', images: images, image_suffix: .png, labels: labels, label_suffix: .png"
        .formatted(root);
    Files.writeString(
        config, "base: camvid_day2dusk\ndata:\n  source: " + set + "}\n  target: " + set + "}\n  val: " + set + ", list: null}\n");
  }

  private int run(String... arguments) {
    return Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
  }

  @Test
  void aSoundConfigurationPasses() {
    assertEquals(0, run("data", "check", config.toString(), "-q"), err.toString());
    assertTrue(out.toString().contains("2 pairs   32x32   labels 0   statistics absent"), out.toString());
    assertTrue(out.toString().contains("sky               100.00 %         2  100.00 %         2\n"), out.toString());
    assertTrue(out.toString().endsWith("0 problems in 10 files\n"), out.toString());
  }

  @Test
  void aMissingLabelIsAProblem() throws IOException {
    Files.delete(root.resolve("labels/two.png"));
    assertEquals(6, run("data", "check", config.toString(), "--role", "source"), err.toString());
    assertTrue(out.toString().contains("missing label: images/two.png -> labels/two.png"), out.toString());
    assertTrue(out.toString().contains("1 problem in 4 files"), out.toString());
  }

  @Test
  void aMissingFolderIsADataError() {
    assertEquals(3, run("data", "check", config.toString(), "-o", "data.source.images=none"));
    assertTrue(err.toString().contains("data.source.images: folder"), err.toString());
  }

  @Test
  void theResultCanBeJson() {
    assertEquals(0, run("data", "check", config.toString(), "--json", "--role", "val"));
    assertTrue(out.toString().startsWith("[{\"role\":\"val\""), out.toString());
    assertTrue(out.toString().contains("\"class_pixels\":[2048,0,"), out.toString());
  }

  @Test
  void labelValuesAreShownAsRanges() {
    assertEquals("0..2,5,255", DataCommand.Check.ranges(List.of(0, 1, 2, 5, 255)));
  }

  @Test
  void browsingWritesOnePageWithoutExternalParts() throws IOException {
    Path page = root.resolve("page.html");
    assertEquals(0, run("data", "browse", config.toString(), "--n", "2", "--out", page.toString()), err.toString());
    String html = Files.readString(page);
    assertTrue(html.contains("alt=\"target stylized\"") && html.contains("</i>sky</td>\n<td>100.00 %</td><td>100 %</td>"), html);
    assertTrue(html.contains("drawn for sky, first crop"), html);
    assertTrue(!html.contains("http"), "nothing is loaded from elsewhere");
    assertEquals(2, run("data", "browse", config.toString(), "--n", "2", "--out", page.toString()));
    assertEquals(
        0, run("data", "browse", config.toString(), "--split", "val", "--out", page.toString(), "--yes"));
  }
}
