package ciss.data.scene;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoDataTest {
  private static final DemoData.Counts COUNTS = new DemoData.Counts(3, 2, 4, 4, 64, 128);

  @TempDir Path folder;

  @Test
  void writesEveryPictureWithItsLabelButNoLabelsForTargetTraining() throws IOException {
    DemoData.write(folder, 1, COUNTS, 2, done -> {});
    assertEquals(List.of("00000_day.png", "00001_day.png", "00002_day.png"), names("day/images/train"));
    assertEquals(names("day/images/train"), names("day/labels/train"));
    assertEquals(
        List.of("00000_night.png", "00001_fog.png", "00002_rain.png", "00003_snow.png"), names("adverse/images/train"));
    assertEquals(names("adverse/images/val"), names("adverse/labels/val"));
    assertFalse(Files.exists(folder.resolve("adverse/labels/train")));
  }

  @Test
  void labelFilesHoldTrainIdsAsPaletteIndices() throws IOException {
    DemoData.write(folder, 2, COUNTS, 1, done -> {});
    var raster = ImageIO.read(folder.resolve("day/labels/train/00000_day.png").toFile()).getRaster();
    assertEquals(1, raster.getNumBands());
    for (int y = 0; y < raster.getHeight(); y++) {
      for (int x = 0; x < raster.getWidth(); x++) {
        assertTrue(raster.getSample(x, y, 0) < SceneClass.COUNT);
      }
    }
  }

  @Test
  void threadsDoNotChangeTheBytes() throws IOException {
    DemoData.write(folder.resolve("a"), 3, COUNTS, 1, done -> {});
    DemoData.write(folder.resolve("b"), 3, COUNTS, 4, done -> {});
    for (String name : names("a/adverse/images/val")) {
      assertArrayEquals(
          Files.readAllBytes(folder.resolve("a/adverse/images/val").resolve(name)),
          Files.readAllBytes(folder.resolve("b/adverse/images/val").resolve(name)));
    }
  }

  private List<String> names(String sub) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(sub))) {
      return files.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }
}
