package ciss.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.error.DataException;
import ciss.tensor.Box;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StylizationTest {
  private static FloatPicture random(int h, int w, long seed) {
    Random random = new Random(seed);
    float[] bgr = new float[3 * h * w];
    for (int i = 0; i < bgr.length; i++) {
      bgr[i] = random.nextInt(256);
    }
    return new FloatPicture(h, w, bgr);
  }

  /** One coefficient straight from the definition. */
  private static double[] coefficient(FloatPicture x, int c, int u, int v) {
    double re = 0;
    double im = 0;
    for (int y = 0; y < x.height(); y++) {
      for (int i = 0; i < x.width(); i++) {
        double angle = -2 * Math.PI * ((double) u * y / x.height() + (double) v * i / x.width());
        double value = x.bgr()[3 * (y * x.width() + i) + c];
        re += value * Math.cos(angle);
        im += value * Math.sin(angle);
      }
    }
    return new double[] {re, im};
  }

  @ParameterizedTest
  @CsvSource({"1,1,0", "1,7,3", "2,2,1", "7,9,3", "8,6,4", "13,150,5", "16,128,2"})
  void frequenciesAgreeWithTheDefinition(int h, int w, int b) {
    FloatPicture x = random(h, w, 3);
    LowFrequencies f = LowFrequencies.of(x, b);
    for (int c = 0; c < 3; c++) {
      for (int u = 0; u <= f.uMax; u++) {
        for (int v = f.vLow; v <= f.vHigh; v++) {
          double[] expected = coefficient(x, c, u, v);
          assertEquals(expected[0], f.re[c][u][v - f.vLow], 1e-9 * h * w);
          assertEquals(expected[1], f.im[c][u][v - f.vLow], 1e-9 * h * w);
        }
      }
    }
  }

  @Test
  void aPartIsTheSameAsThatPartOfTheWhole() {
    FloatPicture content = random(40, 150, 1);
    FloatPicture style = random(40, 150, 2);
    for (Stylization s : new Stylization[] {new FourierStylization(0.1), new ReinhardStylization()}) {
      int detail = s.detail(40, 150);
      Stylization.Restyling restyling =
          s.restyle(content, s.measure(content, detail), s.measure(style, detail));
      FloatPicture whole = restyling.region(content.bounds());
      Box box = new Box(3, 29, 17, 148);
      FloatPicture part = restyling.region(box);
      for (int y = 0; y < box.height(); y++) {
        for (int x = 0; x < 3 * box.width(); x++) {
          assertEquals(
              whole.bgr()[3 * (y + 3) * 150 + 51 + x], part.bgr()[3 * y * box.width() + x], 1e-4, s.getClass().getName());
        }
      }
    }
  }

  @Test
  void stylingWithItselfChangesNothing() {
    FloatPicture x = random(31, 45, 5);
    FloatPicture y = new FourierStylization(0.2).apply(x, x);
    for (int i = 0; i < y.bgr().length; i++) {
      assertEquals(x.bgr()[i], y.bgr()[i], 1e-4);
    }
  }

  @Test
  void theMeanBecomesThatOfTheStyle() {
    FloatPicture y = new FourierStylization(0).apply(random(20, 30, 1), random(20, 30, 9));
    double styleMean = coefficient(random(20, 30, 9), 1, 0, 0)[0];
    assertEquals(styleMean, coefficient(y, 1, 0, 0)[0], 1e-2);
  }

  @Test
  void picturesWhoseFrequenciesDoNotMatchAreRefused() {
    String message = assertThrows(
        DataException.class, () -> new FourierStylization(0.5).apply(random(16, 16, 1), random(12, 16, 1)))
        .getMessage();
    assertTrue(message.contains("16x16") && message.contains("12x16"), message);
  }

  @Test
  void aContentWithoutVariationGetsTheMeanOfTheStyle() {
    FloatPicture grey = new FloatPicture(2, 2, new float[] {9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9});
    for (float v : new ReinhardStylization().apply(grey, random(4, 4, 1)).bgr()) {
      assertTrue(Float.isFinite(v));
    }
  }
}
