package ciss.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class DemoPlanTest {
  @Test
  void aFastMachineDoesTheFullPlan() {
    DemoPlan plan = DemoPlan.of(10);
    assertSame(plan, plan.fitting(0.01, 0.02, 500));
  }

  @Test
  void aSlowMachineDoesFewerIterationsInTheSameProportion() {
    DemoPlan plan = DemoPlan.of(10);
    DemoPlan fitting = plan.fitting(0.3, 1, 500);
    assertTrue(fitting.sourceIterations() < plan.sourceIterations());
    double before = (double) plan.sourceIterations() / plan.cissIterations();
    assertEquals(before, (double) fitting.sourceIterations() / fitting.cissIterations(), 0.05);
    assertTrue(fitting.sourceIterations() * 0.3 + fitting.cissIterations() <= 500);
  }

  @Test
  void everyConditionIsTestedEquallyOften() {
    for (double minutes : new double[] {3, 10, 17, 60}) {
      assertEquals(0, DemoPlan.of(minutes).pictures().targetVal() % 4);
    }
  }
}
