package ciss.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.data.LabelMap;
import ciss.error.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubmissionZipTest {
  @TempDir Path folder;

  private SubmissionZip zip(int... values) {
    Path labels = folder.resolve("labels");
    byte[] ids = new byte[values.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (byte) values[i];
    }
    LabelPictures.trainIds(new int[] {1, 2, 3}).write(labels.resolve("a.png"), new LabelMap(1, ids.length, ids));
    return new SubmissionZip(labels, Set.of(0, 1, 2));
  }

  private String refused(SubmissionZip zip) {
    return assertThrows(DataException.class, () -> zip.write(folder.resolve("x.zip"))).getMessage();
  }

  @Test
  void equalPredictionsGiveEqualArchives() throws IOException {
    for (String name : new String[] {"one.zip", "two.zip"}) {
      SubmissionZip zip = zip(0, 2, 1);
      zip.add("a.png", 1, 3);
      assertEquals(1, zip.write(folder.resolve(name)));
    }
    assertArrayEquals(Files.readAllBytes(folder.resolve("one.zip")), Files.readAllBytes(folder.resolve("two.zip")));
  }

  @Test
  void aWrongSizeIsRefused() {
    SubmissionZip zip = zip(0, 1);
    zip.add("a.png", 2, 1);
    assertTrue(refused(zip).contains("labels/a.png: is 1x2, its picture 2x1"));
  }

  @Test
  void aValueThatIsNoClassIsRefused() {
    SubmissionZip zip = zip(0, 255);
    zip.add("a.png", 1, 2);
    assertTrue(refused(zip).contains("holds the value 255"));
  }

  @Test
  void twoPicturesOfOneNameAreRefused() {
    SubmissionZip zip = zip(0);
    zip.add("a.png", 1, 1);
    assertThrows(DataException.class, () -> zip.add("a.png", 1, 1));
  }
}
