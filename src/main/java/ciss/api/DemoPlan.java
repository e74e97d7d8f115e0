package ciss.api;

import ciss.data.scene.DemoData;

/**
 * How much the demo does: pictures and iterations for ten minutes on two cores, scaled with the minutes asked for.
 *
 * @param pictures what to draw
 * @param sourceIterations of training on clear days
 * @param cissIterations of adapting
 */
record DemoPlan(DemoData.Counts pictures, int sourceIterations, int cissIterations) {
  private static final double FULL_MINUTES = 10;
  private static final int HEIGHT = 256;
  private static final int WIDTH = 512;

  static DemoPlan of(double minutes) {
    double scale = minutes / FULL_MINUTES;
    return new DemoPlan(
        new DemoData.Counts(
            scaled(160, Math.min(scale, 4), 20),
            scaled(12, Math.min(scale, 4), 4),
            scaled(160, Math.min(scale, 4), 20),
            4 * scaled(8, Math.min(scale, 4), 2),
            HEIGHT,
            WIDTH),
        scaled(900, scale, 60),
        scaled(400, scale, 60));
  }

  private static int scaled(int full, double scale, int least) {
    return Math.max(least, (int) Math.round(full * scale));
  }
}
