package ciss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.io.ImageWriting;
import ciss.io.Pixels;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

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

  private void grey(String name, int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    ImageWriting.writePng(root.resolve(name), new Pixels(1, values.length, 1, bytes));
  }

  @Test
  void labelsAreConvertedAndCounted() throws IOException {
    grey("images/00001.png", 1, 2);
    grey("labels/00001.png", 26, 3);
    assertEquals(0, prepare("gta", root.toString()), err.toString());
    assertEquals(
        "train      1 pictures (published: 24966)   1 labels\nwrote 1 of 1 label files, sample_class_stats.json (1)\n",
        out.toString());
    Path converted = root.resolve("labels/00001_labelTrainIds.png");
    assertEquals(
        Files.getPosixFilePermissions(root.resolve("sample_class_stats.json")), Files.getPosixFilePermissions(converted));
    assertTrue(
        Files.getPosixFilePermissions(converted).contains(PosixFilePermission.GROUP_READ),
        "others may use a data set that one prepared");
  }

  @Test
  void picturesWithoutLabelsAreSaid() {
    grey("images/00001.png", 1);
    grey("images/00002.png", 1);
    grey("labels/00001.png", 26);
    assertEquals(0, prepare("gta", root.toString()), err.toString());
    assertTrue(out.toString().contains("1 labels, 1 pictures have none\n"), out.toString());
  }

  @Test
  void acdcIsBroughtIntoItsFolders() {
    grey("rgb_anon/fog/train/GOPR1/a_rgb_anon.png", 1);
    grey("gt/fog/train/GOPR1/a_gt_labelTrainIds.png", 1);
    assertEquals(0, prepare("acdc", root.toString(), "--mode", "move"), err.toString());
    assertTrue(out.toString().startsWith("2 files moved\n"), out.toString());
    assertFalse(Files.exists(root.resolve("rgb_anon/fog/train/GOPR1/a_rgb_anon.png")));
    assertTrue(Files.exists(root.resolve("rgb_anon/train/a_rgb_anon.png")));
  }

  @Test
  void referencePicturesWithoutLabelsServeAsTarget() {
    grey("acdc/rgb_anon/fog/train_ref/GOPR1/a_rgb_ref_anon.png", 1);
    Path target = root.resolve("acdcref");
    assertEquals(0, prepare("acdc_ref", target.toString(), "--from", root.resolve("acdc").toString()), err.toString());
    assertTrue(err.toString().contains("they serve as a target, not as a source"), err.toString());
    assertFalse(Files.exists(target.resolve("sample_class_stats.json")));
  }

  @Test
  void referencePicturesWithLabelsAreCounted() throws IOException {
    grey("acdc/rgb_anon/fog/train_ref/GOPR1/a_rgb_ref_anon.png", 1);
    grey("acdc/gt/fog/train_ref/GOPR1/a_gt_ref_labelTrainIds.png", 7);
    Path target = root.resolve("acdcref");
    assertEquals(0, prepare("acdc_ref", target.toString(), "--from", root.resolve("acdc").toString()), err.toString());
    assertTrue(Files.readString(target.resolve("sample_class_stats.json")).contains("\"7\": 1"));
    assertEquals(List.of("a"), Files.readAllLines(target.resolve("train.txt")));
  }

  @Test
  void testSetsAreCountedWhereTheyLie() throws IOException {
    grey("dz/rgb_anon/val/night/GOPR1/a_rgb_anon.png", 1);
    grey("dz/gt/val/night/GOPR1/a_gt_labelTrainIds.png", 1);
    assertEquals(0, prepare("dark_zurich", root.resolve("dz").toString()), err.toString());
    assertTrue(out.toString().contains("val        1 pictures (published: 50)   1 labels"), out.toString());
    assertEquals(List.of("night/GOPR1/a"), Files.readAllLines(root.resolve("dz/val.txt")));
    String night = "NighttimeDrivingTest/leftImg8bit/test/night/b_leftImg8bit.png";
    grey(night, 1);
    assertEquals(3, prepare("nighttime_driving", root.toString()));
    assertTrue(err.toString().contains("give " + root.resolve("NighttimeDrivingTest") + " as ROOT"), err.toString());
    assertEquals(0, prepare("nighttime_driving", root.resolve("NighttimeDrivingTest").toString()), err.toString());
  }

  @Test
  void theResultCanBeJson() {
    grey("images/00001.png", 1);
    grey("labels/00001.png", 26);
    assertEquals(0, prepare("gta", root.toString(), "--json"), err.toString());
    JsonNode document = new JsonMapper().readTree(out.toString());
    assertEquals(1, document.get("labels").get("converted").asInt());
    assertEquals(1, document.get("splits").get("train").get("pictures").asInt());
  }

  @Test
  void theDrawnDataSetOfTheDemoCanBeHadAlone() throws IOException {
    assertEquals(0, prepare("demo", root.toString(), "--count", "1", "--dry-run"), err.toString());
    assertEquals("would draw 14 pictures\n", out.toString());
    assertEquals(0, prepare("demo", root.toString(), "--count", "1"), err.toString());
    assertTrue(Files.exists(root.resolve("day/labels/train/00000_day.png")));
    assertTrue(Files.exists(root.resolve("adverse/labels/val/00007_snow.png")));
    Path other = root.resolve("other");
    assertEquals(0, prepare("demo", other.toString(), "--count", "1", "--seed", "1"), err.toString());
    Path picture = Path.of("day/images/train/00000_day.png");
    assertTrue(Files.mismatch(root.resolve(picture), other.resolve(picture)) >= 0);
  }

  @Test
  void mistakesHaveTheirExitCodes() {
    assertEquals(3, prepare("gta", root.toString()));
    assertEquals(3, prepare("cityscapes", root.resolve("nowhere").toString()));
    assertEquals(2, prepare("gta"));
    assertEquals(2, prepare("folder", root.toString()));
    assertEquals(2, prepare("mars", root.toString()));
    assertEquals(2, prepare("gta", root.toString(), "--from", root.toString()));
    assertEquals(2, prepare("acdc", root.toString(), "--list", "night.txt"));
  }
}
