package ciss.api;

import ciss.data.scene.DemoData;

/**
 * How much the demo does: pictures and iterations for ten minutes on two cores, scaled with the minutes asked for. On a
 * machine that keeps up the numbers, and so the results, are the same every time.
 *
 * @param pictures what to draw
 * @param sourceIterations of training on clear days
 * @param cissIterations of adapting
 */
record DemoPlan(DemoData.Counts pictures, int sourceIterations, int cissIterations) {
  private static final double FULL_MINUTES = 10;
  /** Labelling a picture by sliding windows takes this share of a CISS iteration (25.0 of 22.5 GFLOP). */
  private static final double TEST_SHARE = 1.1;

  private static final int LEAST_ITERATIONS = 60;
  private static final int PICTURES = 160;
  private static final int HEIGHT = 256;
  private static final int WIDTH = 512;

  static DemoPlan of(double minutes) {
    double scale = minutes / FULL_MINUTES;
    return new DemoPlan(
        pictures(scaled(PICTURES, Math.min(scale, 4), 20)),
        scaled(1500, scale, LEAST_ITERATIONS),
        scaled(300, scale, LEAST_ITERATIONS));
  }

  /** Pictures to draw for this many labelled ones of the day; fewer for testing, at least one day of each condition. */
  static DemoData.Counts pictures(int day) {
    double scale = (double) day / PICTURES;
    return new DemoData.Counts(day, scaled(12, scale, 4), day, 4 * scaled(8, scale, 2), HEIGHT, WIDTH);
  }

  /**
   * The same with fewer iterations where the machine is too slow for all of them.
   *
   * @param sourceSeconds of an iteration of source-only training; {@code cissSeconds} of adaptation
   * @param secondsLeft for training and testing
   */
  DemoPlan fitting(double sourceSeconds, double cissSeconds, double secondsLeft) {
    double testing = 2 * (pictures.sourceVal() + pictures.targetVal()) * TEST_SHARE * cissSeconds;
    double training = sourceIterations * sourceSeconds + cissIterations * cissSeconds;
    double share = (secondsLeft - testing) / training;
    if (share >= 1) {
      return this;
    }
    return new DemoPlan(
        pictures,
        Math.max(LEAST_ITERATIONS, (int) (share * sourceIterations)),
        Math.max(LEAST_ITERATIONS, (int) (share * cissIterations)));
  }

  private static int scaled(int full, double scale, int least) {
    return Math.max(least, (int) Math.round(full * scale));
  }
}
