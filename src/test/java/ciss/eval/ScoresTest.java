package ciss.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.error.DataException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScoresTest {
  private static final List<String> NAMES = List.of("road", "sky", "car");

  private static ConfusionMatrix matrix(byte[] label, byte[] prediction) {
    ConfusionMatrix m = new ConfusionMatrix(3);
    m.add(label, prediction);
    return m;
  }

  @Test
  void ignoredPixelsDoNotCount() {
    ConfusionMatrix m = matrix(new byte[] {0, 0, -1, 1}, new byte[] {0, 1, 0, 1});
    assertEquals(1, m.predicted(0));
    Scores scores = Scores.of(Metric.MIOU, m, NAMES);
    assertEquals(2.0 / 3, scores.aAcc(), 1e-12);
    assertEquals(0.5, scores.mean(), 1e-12, "an absent class drops out of the mean");
  }

  @Test
  void aClassThatIsPredictedButNeverLabelledCountsAsZero() {
    Scores scores = Scores.of(Metric.MIOU, matrix(new byte[] {0, 0}, new byte[] {0, 2}), NAMES);
    assertEquals(0.25, scores.mean(), 1e-12);
    assertTrue(Double.isNaN(scores.results().get("Acc.car")));
    assertEquals(0.0, scores.results().get("IoU.car"));
  }

  @Test
  void countsOfSeveralPicturesAddUp() {
    ConfusionMatrix sum = matrix(new byte[] {0}, new byte[] {0});
    sum.add(matrix(new byte[] {0, 1}, new byte[] {1, 1}));
    assertEquals(1, sum.count(0, 1));
    assertEquals(2, sum.union(1));
  }

  @Test
  void valuesThatAreNoClassAreRefused() {
    assertThrows(DataException.class, () -> matrix(new byte[] {3}, new byte[] {0}));
    assertThrows(DataException.class, () -> matrix(new byte[] {0}, new byte[] {3}));
    assertThrows(DataException.class, () -> matrix(new byte[] {0}, new byte[] {0, 1}));
  }
}
