package ciss.tensor.cases;

import java.util.ArrayList;
import java.util.List;

/**
 * Times one operation on a device that may be asynchronous: short calls in groups, so that waiting for the device counts
 * for little.
 */
final class CallTimer {
  /** Seconds of calls between two looks at the clock. */
  private static final double GROUP = 1e-3;
  private static final int LARGEST_GROUP = 1000;

  private CallTimer() {}

  /** Calls an operation some times in a row, then waits for the device. */
  interface Calls {
    void run(int count);
  }

  /** Seconds of one call, sorted, of calls for about so many seconds in all, after a tenth of that to warm up. */
  static double[] times(Calls calls, double seconds) {
    double once = Double.MAX_VALUE;
    long warm = System.nanoTime() + (long) (0.1e9 * seconds);
    do {
      once = Math.min(once, timeOf(calls, 1));
    } while (System.nanoTime() < warm);
    int group = (int) Math.clamp(GROUP / once, 1, LARGEST_GROUP);
    long end = System.nanoTime() + (long) (1e9 * seconds);
    List<Double> times = new ArrayList<>();
    do {
      times.add(timeOf(calls, group) / group);
    } while (System.nanoTime() < end);
    return times.stream().mapToDouble(Double::doubleValue).sorted().toArray();
  }

  private static double timeOf(Calls calls, int count) {
    long start = System.nanoTime();
    calls.run(count);
    return (System.nanoTime() - start) * 1e-9;
  }
}
