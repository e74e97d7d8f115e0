package ciss.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.model.PassDraws;
import ciss.model.PassDraws.EncoderRun;
import ciss.model.PassDraws.HeadRun;
import ciss.tensor.Box;
import ciss.tensor.Draws;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SeededDrawsTest {
  private static IterationDraws iteration(long k) {
    return new SeededDraws(new Draws(7), k);
  }

  @Test
  void answersDoNotDependOnTheOrderOfQuestions() {
    IterationDraws forwards = iteration(3);
    double blur = forwards.blurSwitch();
    double jitter = forwards.colorJitterSwitch();
    IterationDraws backwards = iteration(3);
    assertEquals(jitter, backwards.colorJitterSwitch());
    assertEquals(blur, backwards.blurSwitch());
  }

  @Test
  void iterationsAndPassesDiffer() {
    assertNotEquals(iteration(0).colorJitterSwitch(), iteration(1).colorJitterSwitch());
    Box first = iteration(0).pass(0).cropBox(512, 512, 64, 64, 8);
    Box second = iteration(0).pass(1).cropBox(512, 512, 64, 64, 8);
    assertNotEquals(first, second);
  }

  @Test
  void cropBoxesAreMultiplesInsideTheirRange() {
    for (int k = 0; k < 200; k++) {
      Box box = iteration(k).pass(0).cropBox(512, 256, 64, 3, 8);
      assertTrue(box.y1() % 8 == 0 && box.y1() <= 504 && box.height() == 512, box.toString());
      assertTrue(box.x1() % 8 == 0 && box.x1() <= 16 && box.width() == 256, box.toString());
    }
  }

  @Test
  void branchesAndChannelsAreDroppedAsOftenAsAsked() {
    int keptBranches = 0;
    int keptChannels = 0;
    for (int k = 0; k < 500; k++) {
      PassDraws pass = iteration(k).pass(1);
      for (int i = 0; i < 20; i++) {
        keptBranches += pass.keepBranch(EncoderRun.DETAIL, i, 1, 0, 0.1) ? 1 : 0;
        keptChannels += pass.keepChannel(HeadRun.ATTENTION, 1, i, 0.1) ? 1 : 0;
      }
    }
    assertEquals(0.9, keptBranches / 10000.0, 0.015);
    assertEquals(0.9, keptChannels / 10000.0, 0.015);
  }

  @Test
  void chosenClassesAreDifferentPlacesOfTheList() {
    for (int k = 0; k < 50; k++) {
      int[] chosen = iteration(k).chosenClasses(0, 9, 5);
      assertEquals(5, Arrays.stream(chosen).distinct().filter(c -> c >= 0 && c < 9).count());
    }
    assertArrayEquals(iteration(4).chosenClasses(1, 9, 5), iteration(4).chosenClasses(1, 9, 5));
  }

  @Test
  void jitterFactorsStayInTheirRanges() {
    double[] strengths = {0.2, 0.2, 0.2, 0.2};
    for (int k = 0; k < 100; k++) {
      var jitter = iteration(k).colorJitter(0, 1, strengths);
      assertTrue(jitter.brightness() >= 0.8 && jitter.brightness() < 1.2);
      assertTrue(Math.abs(jitter.hue()) <= 0.2);
      assertArrayEquals(new int[] {0, 1, 2, 3}, Arrays.stream(jitter.order()).sorted().toArray());
      double sigma = iteration(k).blurSigma(0, 1);
      assertTrue(sigma >= 0.15 && sigma < 1.15);
    }
  }
}
