package ciss.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.error.ConfigException;
import ciss.error.DataException;
import ciss.io.ImageWriting;
import ciss.io.Pixels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class DataSetTest {
  @TempDir Path root;

  @BeforeEach
  void write() {
    TinyDataSets.write(root, 3, 8, 16, 1);
  }

  private static void assertFails(String part, Executable call) {
    String message = assertThrows(DataException.class, call).getMessage();
    assertTrue(message.contains(part), message);
  }

  private DatasetSpec with(Path images, String suffix, Path labels, String labelSuffix, Path list) {
    return new DatasetSpec(
        "source", root, images, suffix, labels, labelSuffix, list, new LabelTable(TinyDataSets.CLASSES, 255, null));
  }

  private DataSet open(DatasetSpec spec) {
    return DataSet.open(spec, new DecodedCache(0));
  }

  @Test
  void picturesAreFoundInSubfoldersAndSortedByName() throws IOException {
    Files.createDirectories(root.resolve("images/.hidden"));
    Files.copy(root.resolve("images/a/p0.png"), root.resolve("images/.hidden/p9.png"));
    Files.writeString(root.resolve("images/readme.txt"), "no picture");
    DataSet set = TinyDataSets.open("source", root);
    assertEquals(3, set.size());
    assertEquals("a/p1", set.name(1));
    assertEquals(root.resolve("labels/a/p1_l.png"), set.labelFile(1));
    set.checkEnds();
  }

  @Test
  void aListChoosesPictures() throws IOException {
    Files.writeString(root.resolve("train.txt"), "a/p2\n\na/p0\n");
    DataSet set = open(with(Path.of("images"), ".png", Path.of("labels"), "_l.png", Path.of("train.txt")));
    assertEquals("a/p0", set.name(0));
    assertEquals(2, set.size());
  }

  @Test
  void decodedPicturesAreKeptUpToTheLimit() {
    DataSet set = TinyDataSets.open("source", root);
    assertSame(set.picture(0).bgr(), set.picture(0).bgr());
    DecodedCache small = new DecodedCache(400);
    DataSet other = DataSet.open(TinyDataSets.spec("source", root), small);
    other.picture(0);
    other.picture(1);
    assertEquals(384, small.heldBytes());
  }

  @Test
  void labelValuesCanBeMapped() {
    DatasetSpec spec = new DatasetSpec(
        "source", root, Path.of("images"), ".png", Path.of("labels"), "_l.png", null,
        new LabelTable(2, 255, Map.of(0, 1, 3, 0, -1, 255)));
    byte[] firstRow = new byte[8];
    LabelMap labels = open(spec).labels(0);
    for (int i = 0; i < 8; i++) {
      firstRow[i] = (byte) labels.at(0, 2 * i);
    }
    assertArrayEquals(new byte[] {1, -1, -1, 0, 1, -1, -1, -1}, firstRow);
    assertThrows(ConfigException.class, () -> new LabelTable(2, 255, Map.of(7, 2)));
  }

  @Test
  void aWrongLabelValueIsReportedWithItsPlace() {
    byte[] labels = new byte[128];
    labels[5 * 16 + 3] = 23;
    ImageWriting.writePng(root.resolve("labels/a/p1_l.png"), new Pixels(8, 16, 1, labels));
    assertFails("p1_l.png: holds value 23 at (x=3, y=5); allowed: 0..3 and 255", () ->
        TinyDataSets.open("source", root).labels(1));
  }

  @Test
  void sizesOfPictureAndLabelMustAgree() {
    ImageWriting.writePng(root.resolve("labels/a/p0_l.png"), new Pixels(4, 16, 1, new byte[64]));
    DataSet set = TinyDataSets.open("source", root);
    assertFails("the label is 4x16, its picture", set::checkEnds);
  }

  @Test
  void missingFilesAndFoldersAreNamed() throws IOException {
    Files.delete(root.resolve("labels/a/p2_l.png"));
    assertFails("p2_l.png: the label of a picture is missing", () -> TinyDataSets.open("source", root).checkEnds());
    assertFails("data.source.images: folder", () -> open(with(Path.of("none"), ".png", null, null, null)));
    assertFails("no picture whose name ends in '.jpg'", () -> open(with(Path.of("images"), ".jpg", null, null, null)));
    assertFails("data.source.labels: folder", () -> open(with(Path.of("images"), ".png", Path.of("x"), "", null)));
    assertFails("list of pictures cannot be read", () ->
        open(with(Path.of("images"), ".png", null, null, Path.of("none.txt"))));
    Files.writeString(root.resolve("empty.txt"), "\n");
    assertFails("list of pictures is empty", () ->
        open(with(Path.of("images"), ".png", null, null, Path.of("empty.txt"))));
    assertFails("data.source.root: folder", () -> DataSet.open(
        TinyDataSets.spec("source", root.resolve("nowhere")), new DecodedCache(0)));
  }

  @Test
  void aListedPictureThatDoesNotExistIsNamed() throws IOException {
    Files.writeString(root.resolve("l.txt"), "a/p7");
    DataSet set = open(with(Path.of("images"), ".png", null, null, Path.of("l.txt")));
    assertFails("p7.png: no such file", () -> set.picture(0));
  }
}
