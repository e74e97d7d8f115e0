package ciss.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ciss.data.LabelMap;
import ciss.io.ImageFiles;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelPicturesTest {
  @TempDir Path folder;

  @Test
  void labelIdsAreWrittenWithTheColoursOfCityscapes() {
    Path file = folder.resolve("sub/a.png");
    LabelPictures.cityscapesLabelIds().write(file, new LabelMap(1, 3, new byte[] {0, 18, -1}));
    assertArrayEquals(new byte[] {7, 33, 0}, ImageFiles.readLabels(file).values());
    assertArrayEquals(
        new byte[] {(byte) 0x80, 0x40, (byte) 0x80, 0x20, 0x0b, 0x77, 0, 0, 0}, ImageFiles.readColor(file).values());
  }

  @Test
  void trainIdsAreWrittenAsTheyAre() {
    Path file = folder.resolve("b.png");
    LabelPictures.trainIds(new int[] {0x010203}).write(file, new LabelMap(1, 2, new byte[] {0, 10}));
    assertArrayEquals(new byte[] {0, 10}, ImageFiles.readLabels(file).values());
  }
}
