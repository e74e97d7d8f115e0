package ciss.data.prepare;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.error.DataException;
import ciss.io.ImageFiles;
import ciss.io.ImageWriting;
import ciss.io.Pixels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreparationTest {
  @TempDir Path root;

  private Preparation preparation(String labels, boolean overwrite, boolean dryRun) {
    return new Preparation(
        new Preparation.Options(root, Path.of(labels), root, 2, overwrite, dryRun), (name, total) -> file -> {});
  }

  private void annotation(String name, String label) throws IOException {
    Path file = root.resolve("gtFine").resolve(name + "_gtFine_polygons.json");
    Files.createDirectories(file.getParent());
    Files.writeString(
        file,
        "{\"imgHeight\":4,\"imgWidth\":6,\"objects\":[{\"label\":\"" + label
            + "\",\"polygon\":[[0,0],[2,0],[2,3],[0,3]]}]}");
  }

  private Path labels(String name, byte[] values) {
    Path file = root.resolve(name);
    ImageWriting.writePng(file, new Pixels(1, values.length, 1, values));
    return file;
  }

  @Test
  void cityscapesGetsLabelsStatisticsAndLists() throws IOException {
    annotation("train/aachen/a_0", "cargroup");
    annotation("val/bonn/b_0", "sky");
    Preparation.Report report = preparation("gtFine", false, false).cityscapes();
    assertEquals(2, report.converted());
    assertEquals(1, report.counted());
    byte[] ids = ImageFiles.readLabels(root.resolve("gtFine/train/aachen/a_0_gtFine_labelTrainIds.png")).values();
    assertArrayEquals(new byte[] {13, 13, 13, -1, -1, -1}, Arrays.copyOf(ids, 6));
    assertEquals(List.of("aachen/a_0"), Files.readAllLines(root.resolve("train.txt")));
    assertEquals(List.of("bonn/b_0"), Files.readAllLines(root.resolve("val.txt")));
    assertFalse(Files.exists(root.resolve("test.txt")));
    assertTrue(Files.readString(root.resolve("sample_class_stats.json")).contains("\"13\": 12"));
  }

  @Test
  void finishedLabelsAreKeptUnlessAsked() throws IOException {
    annotation("train/aachen/a_0", "road");
    preparation("gtFine", false, false).cityscapes();
    assertEquals(0, preparation("gtFine", false, false).cityscapes().converted());
    assertEquals(1, preparation("gtFine", true, false).cityscapes().converted());
  }

  @Test
  void aDryRunWritesNothing() throws IOException {
    annotation("train/aachen/a_0", "road");
    assertEquals(1, preparation("gtFine", false, true).cityscapes().converted());
    assertFalse(Files.exists(root.resolve("sample_class_stats.json")));
  }

  @Test
  void labelIdsServeWherePolygonsAreMissing() {
    labels("gtFine/train/x/a_gtFine_labelIds.png", new byte[] {7, 11, 0});
    preparation("gtFine", false, false).cityscapes();
    assertArrayEquals(
        new byte[] {0, 2, -1},
        ImageFiles.readLabels(root.resolve("gtFine/train/x/a_gtFine_labelTrainIds.png")).values());
  }

  @Test
  void onlyNumberedFilesOfGtaAreRead() {
    labels("labels/00001.png", new byte[] {26, 3});
    labels("labels/notes.png", new byte[] {1});
    assertEquals(1, preparation("labels", false, false).gta().converted());
    assertEquals(0, preparation("labels", false, false).gta().converted(), "its own output is not read again");
  }

  @Test
  void missingAndBrokenLabelsAreDataErrors() throws IOException {
    Files.createDirectories(root.resolve("gtFine"));
    assertThrows(DataException.class, () -> preparation("gtFine", false, false).cityscapes());
    assertThrows(DataException.class, () -> preparation("none", false, false).gta());
    annotation("train/aachen/a_0", "spaceship");
    String message =
        assertThrows(DataException.class, () -> preparation("gtFine", false, false).cityscapes()).getMessage();
    assertTrue(message.contains("unknown label 'spaceship'"), message);
    Files.writeString(root.resolve("gtFine/train/aachen/a_0_gtFine_polygons.json"), "{");
    assertThrows(DataException.class, () -> preparation("gtFine", false, false).cityscapes());
  }

  @Test
  void labelsOfAnotherSizeAreFittedToTheirPictures() {
    ImageWriting.writePng(root.resolve("images/00001.png"), new Pixels(2, 3, 3, new byte[18]));
    ImageWriting.writePng(root.resolve("images/00002.png"), new Pixels(1, 2, 3, new byte[6]));
    labels("labels/00001.png", new byte[] {26, 7});
    labels("labels/00002.png", new byte[] {26, 7});
    assertEquals(1, preparation("labels", false, false).gta().refitted());
    assertArrayEquals(
        new byte[] {13, 0, -1, -1, -1, -1},
        ImageFiles.readLabels(root.resolve("labels/00001_labelTrainIds.png")).values());
    ImageWriting.writePng(root.resolve("images/00001.png"), new Pixels(1, 1, 3, new byte[3]));
    preparation("labels", true, false).gta();
    assertArrayEquals(
        new byte[] {13}, ImageFiles.readLabels(root.resolve("labels/00001_labelTrainIds.png")).values());
  }
}
