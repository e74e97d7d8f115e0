package ciss.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LearningRateTest {
  private static final LearningRate PUBLISHED = new LearningRate(40000, 1, 0, 1500, 1e-6);

  /** Values printed by the reference for the base rate 6e-5. */
  @ParameterizedTest
  @CsvSource({
    "0, 6.000000000172534e-11",
    "1, 4.0058958501000673e-08",
    "1499, 5.7712999038501e-05",
    "1500, 5.775e-05",
    "20000, 3e-05",
    "39999, 1.5000000000031654e-09"
  })
  void followsThePublishedScheduleToTheLastDigits(long iteration, double expected) {
    assertEquals(expected, PUBLISHED.at(iteration, 6e-5), 1e-12 * expected);
  }

  @Test
  void withoutWarmUpStartsAtTheBaseRate() {
    assertEquals(0.5, new LearningRate(10, 1, 0, 0, 1).at(0, 0.5));
  }

  @Test
  void endsAtTheMinimum() {
    assertEquals(0.1, new LearningRate(10, 2, 0.1, 0, 1).at(10, 0.5), 1e-15);
  }
}
