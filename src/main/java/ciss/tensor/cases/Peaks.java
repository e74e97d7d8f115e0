package ciss.tensor.cases;

import ciss.tensor.Backend;
import ciss.tensor.LinearOps.LinearDims;
import ciss.tensor.OperationWork;
import java.util.List;

/**
 * The most that a backend reaches on this machine now: what every other speed is compared with.
 *
 * @param gigaFlops 1e9 floating-point operations per second in matrix products
 * @param gigaBytes 1e9 bytes per second read and written by a sweep over memory
 */
public record Peaks(double gigaFlops, double gigaBytes) {
  private static final List<LinearDims> PRODUCTS =
      List.of(LinearDims.of(4096, 256, 256), LinearDims.of(2048, 768, 768), LinearDims.of(8192, 512, 256));

  /** For devices that finish the others in less time than it takes to start them. */
  private static final LinearDims LARGE_PRODUCT = LinearDims.of(8192, 4096, 4096);
  private static final double TERA = 1e3;

  /** Values of an operand that no cache holds. */
  private static final int STREAMED = 1 << 25;

  /** Both, in so many seconds each. */
  public static Peaks measure(Backend backend, double seconds) {
    return new Peaks(products(backend, seconds), bandwidth(backend, seconds));
  }

  /** Matrix products alone: takes little memory. */
  public static double products(Backend backend, double seconds) {
    double best =
        PRODUCTS.stream().mapToDouble(d -> speed(backend, d, seconds / PRODUCTS.size())).max().orElseThrow();
    return best < TERA ? best : Math.max(best, speed(backend, LARGE_PRODUCT, seconds));
  }

  private static double speed(Backend backend, LinearDims d, double seconds) {
    try (OperationBenchmark product = new OperationBenchmark(LinearCases.forward(d, true).on(backend), backend)) {
      return d.flops() / product.measure(seconds).best() / 1e9;
    }
  }

  private static double bandwidth(Backend backend, double seconds) {
    try (OperationBenchmark sweep = new OperationBenchmark(ElementwiseCases.copy(STREAMED), backend)) {
      OperationBenchmark.Timing timing = sweep.measure(seconds);
      return timing.work().bytes() / timing.best() / 1e9;
    }
  }

  /** The least seconds that so much work takes at these speeds, whichever of the two limits it (the roofline). */
  public double seconds(OperationWork work) {
    return Math.max(work.flops() / gigaFlops, work.bytes() / gigaBytes) / 1e9;
  }
}
