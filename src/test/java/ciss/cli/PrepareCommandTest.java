package ciss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.io.ImageWriting;
import ciss.io.Pixels;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrepareCommandTest {
  @TempDir Path root;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int prepare(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "prepare";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return Main.run(new PrintWriter(out), new PrintWriter(err), all);
  }

  @Test
  void labelsAreConvertedAndCounted() {
    ImageWriting.writePng(root.resolve("labels/00001.png"), new Pixels(1, 2, 1, new byte[] {26, 3}));
    assertEquals(0, prepare("gta", root.toString()), err.toString());
    assertEquals("wrote 1 of 1 label files, sample_class_stats.json (1)\n", out.toString());
    assertTrue(Files.exists(root.resolve("labels/00001_labelTrainIds.png")));
  }

  @Test
  void mistakesHaveTheirExitCodes() {
    assertEquals(3, prepare("gta", root.toString()));
    assertEquals(2, prepare("gta"));
    assertEquals(2, prepare("folder", root.toString()));
    assertEquals(2, prepare("mars", root.toString()));
  }
}
