package ciss.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.tensor.Draws.Purpose;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DrawsTest {
  /** Known answers of the authors' Random123 distribution (kat_vectors, philox4x32 with 10 rounds). */
  @Test
  void philoxGivesItsPublishedWords() {
    int[] zeros = new int[4];
    Philox.block(zeros, 0);
    assertArrayEquals(new int[] {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}, zeros);
    int[] ones = {-1, -1, -1, -1};
    Philox.block(ones, -1);
    assertArrayEquals(new int[] {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}, ones);
    int[] pi = {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344};
    Philox.block(pi, 0x299f31d0a4093822L);
    assertArrayEquals(new int[] {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}, pi);
  }

  @Test
  void streamIsAFunctionOfItsKey() {
    Draws draws = new Draws(3);
    RandomStream first = draws.stream(Purpose.SAMPLE, 17, 2);
    RandomStream again = new Draws(3).stream(Purpose.SAMPLE, 17, 2);
    for (int i = 0; i < 10; i++) {
      assertEquals(first.nextDouble(), again.nextDouble());
    }
  }

  @Test
  void everyPartOfTheKeyMatters() {
    Set<Double> values = new HashSet<>();
    values.add(new Draws(0).stream(Purpose.SAMPLE, 0, 0).nextDouble());
    values.add(new Draws(1).stream(Purpose.SAMPLE, 0, 0).nextDouble());
    values.add(new Draws(0).stream(Purpose.SHUFFLE, 0, 0).nextDouble());
    values.add(new Draws(0).stream(Purpose.SAMPLE, 1, 0).nextDouble());
    values.add(new Draws(0).stream(Purpose.SAMPLE, 1L << 32, 0).nextDouble());
    values.add(new Draws(0).stream(Purpose.SAMPLE, 0, 1).nextDouble());
    assertEquals(6, values.size());
  }

  @Test
  void uniformAndNormalHaveTheirMoments() {
    RandomStream stream = new Draws(5).stream(Purpose.INITIALISATION, 0, 0);
    int n = 40000;
    double mean = 0;
    double gaussianMean = 0;
    double gaussianSquare = 0;
    for (int i = 0; i < n; i++) {
      double u = stream.nextDouble();
      assertTrue(u >= 0 && u < 1);
      mean += u / n;
      double g = stream.nextGaussian();
      gaussianMean += g / n;
      gaussianSquare += g * g / n;
    }
    assertEquals(0.5, mean, 0.006);
    assertEquals(0, gaussianMean, 0.02);
    assertEquals(1, gaussianSquare, 0.03);
  }

  @Test
  void integersStayInTheirRange() {
    RandomStream stream = new Draws(5).stream(Purpose.CLASS_MIX, 0, 0);
    int[] counts = new int[3];
    for (int i = 0; i < 3000; i++) {
      counts[stream.nextInt(3)]++;
    }
    for (int count : counts) {
      assertEquals(1000, count, 120);
    }
  }

  @Test
  void permutationHoldsEveryIndexOnce() {
    int[] order = new Draws(9).stream(Purpose.SHUFFLE, 0, 0).permutation(50);
    Arrays.sort(order);
    for (int i = 0; i < 50; i++) {
      assertEquals(i, order[i]);
    }
  }
}
