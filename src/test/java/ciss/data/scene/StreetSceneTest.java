package ciss.data.scene;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class StreetSceneTest {
  private static final int HEIGHT = 128;
  private static final int WIDTH = 256;

  @Test
  void sameSeedGivesTheSameBytes() {
    for (Condition condition : Condition.values()) {
      ScenePicture first = new StreetScene(7).photograph(condition, HEIGHT, WIDTH);
      ScenePicture second = new StreetScene(7).photograph(condition, HEIGHT, WIDTH);
      assertArrayEquals(first.rgb(), second.rgb());
      assertArrayEquals(first.labels(), second.labels());
    }
  }

  @Test
  void otherSeedGivesAnotherScene() {
    byte[] first = new StreetScene(1).photograph(Condition.DAY, HEIGHT, WIDTH).labels();
    byte[] second = new StreetScene(2).photograph(Condition.DAY, HEIGHT, WIDTH).labels();
    assertFalse(Arrays.equals(first, second));
  }

  @Test
  void labelsDoNotDependOnTheWeather() {
    StreetScene scene = new StreetScene(3);
    byte[] day = scene.photograph(Condition.DAY, HEIGHT, WIDTH).labels();
    for (Condition condition : Condition.values()) {
      assertArrayEquals(day, scene.photograph(condition, HEIGHT, WIDTH).labels());
    }
  }

  @Test
  void everyLabelIsATrainIdAndEveryClassOccursOften() {
    int scenes = 60;
    int[] pictures = new int[SceneClass.COUNT];
    for (int seed = 0; seed < scenes; seed++) {
      int[] pixels = new int[SceneClass.COUNT];
      for (byte label : new StreetScene(seed).photograph(Condition.FOG, 64, 128).labels()) {
        pixels[label]++;
      }
      for (int c = 0; c < SceneClass.COUNT; c++) {
        pictures[c] += pixels[c] >= 8 ? 1 : 0;
      }
    }
    for (int c = 0; c < SceneClass.COUNT; c++) {
      assertTrue(pictures[c] >= 0.15 * scenes, "class " + c + " in " + pictures[c] + " of " + scenes + " pictures");
    }
  }

  @Test
  void nightIsDarkerThanDayAndFogHasLessContrast() {
    double[] day = meanAndDeviation(Condition.DAY);
    double[] night = meanAndDeviation(Condition.NIGHT);
    double[] fog = meanAndDeviation(Condition.FOG);
    double[] snow = meanAndDeviation(Condition.SNOW);
    assertTrue(night[0] < 0.8 * day[0], "night " + night[0] + ", day " + day[0]);
    assertTrue(fog[1] < 0.8 * day[1], "fog " + fog[1] + ", day " + day[1]);
    assertTrue(snow[0] > 1.1 * day[0], "snow " + snow[0] + ", day " + day[0]);
  }

  @Test
  void anyPictureSizeWorks() {
    ScenePicture picture = new StreetScene(5).photograph(Condition.RAIN, 37, 61);
    assertEquals(37 * 61 * 3, picture.rgb().length);
    assertEquals(37 * 61, picture.labels().length);
  }

  /** Of all values of a few pictures. */
  private static double[] meanAndDeviation(Condition condition) {
    double sum = 0;
    double squares = 0;
    int count = 0;
    for (int seed = 0; seed < 4; seed++) {
      for (byte b : new StreetScene(seed).photograph(condition, 64, 128).rgb()) {
        sum += b & 255;
        squares += (double) (b & 255) * (b & 255);
        count++;
      }
    }
    double mean = sum / count;
    return new double[] {mean, Math.sqrt(squares / count - mean * mean)};
  }
}
