package ciss.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.error.DataException;
import ciss.tensor.Backend;
import ciss.tensor.Box;
import ciss.tensor.cpu.CpuBackend;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class StylizationTest {
  private static final Backend CPU = new CpuBackend(2);

  @AfterAll
  static void close() {
    CPU.close();
  }

  private static BytePicture random(int h, int w, long seed) {
    Random random = new Random(seed);
    byte[] bgr = new byte[3 * h * w];
    random.nextBytes(bgr);
    return new BytePicture(h, w, bgr);
  }

  private static double mean(BytePicture x, int c) {
    double sum = 0;
    for (int i = c; i < x.bgr().length; i += 3) {
      sum += x.bgr()[i] & 0xff;
    }
    return 3 * sum / x.bgr().length;
  }

  @Test
  void stylingWithItselfChangesNothing() {
    BytePicture x = random(31, 45, 5);
    assertArrayEquals(x.bgr(), new FourierStylization(0.2).apply(CPU, x, x).bgr());
    assertArrayEquals(x.bgr(), new ReinhardStylization().apply(CPU, x, x).bgr());
  }

  @Test
  void aViewIsThatPartOfItsPicture() {
    BytePicture x = random(31, 45, 5);
    Box box = new Box(3, 29, 7, 40);
    BytePicture y = new FourierStylization(0.2).apply(CPU, x.region(box), x.region(box));
    for (int i = 0; i < y.bgr().length; i++) {
      assertEquals(x.bgr()[x.index(3 + i / 3 / 33, 7 + i / 3 % 33) + i % 3], y.bgr()[i]);
    }
  }

  @Test
  void theMeanBecomesThatOfTheStyle() {
    byte[] grey = new byte[3 * 20 * 30];
    Arrays.fill(grey, (byte) 100);
    BytePicture content = new BytePicture(20, 30, grey);
    BytePicture style = random(20, 30, 9);
    BytePicture y = new FourierStylization(0).apply(CPU, content, style);
    assertEquals(mean(style, 1), mean(y, 1), 0.5);
  }

  @Test
  void picturesWhoseFrequenciesDoNotMatchAreRefused() {
    String message = assertThrows(
        DataException.class, () -> new FourierStylization(0.5).apply(CPU, random(16, 16, 1), random(12, 16, 1)))
        .getMessage();
    assertTrue(message.contains("16x16") && message.contains("12x16"), message);
  }

  @Test
  void aContentWithoutVariationGetsTheMeanOfTheStyle() {
    byte[] grey = new byte[12];
    Arrays.fill(grey, (byte) 9);
    BytePicture style = random(4, 4, 1);
    BytePicture y = new ReinhardStylization().apply(CPU, new BytePicture(2, 2, grey), style);
    for (int i = 3; i < y.bgr().length; i++) {
      assertEquals(y.bgr()[i % 3], y.bgr()[i]);
    }
    assertTrue(mean(y, 0) > 30, "a mean of random levels, found " + mean(y, 0));
  }
}
