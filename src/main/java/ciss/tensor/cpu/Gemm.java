package ciss.tensor.cpu;

import java.util.concurrent.ConcurrentHashMap;

/**
 * Single-threaded matrix products, one tile of an operation at a time: by oneDNN, whose generated code is kept per shape
 * (shapes repeat from iteration to iteration), and for weight gradients by native/ops/matmul_transposed.c, which is as fast
 * and takes no memory. All lanes may call at once.
 */
final class Gemm implements AutoCloseable {
  /** Address space for oneDNN's temporary memory of one lane; only touched pages count. */
  static final long SCRATCHPAD_BYTES = 64L << 20;

  private final ConcurrentHashMap<MatmulShape, MatmulPlan> plans = new ConcurrentHashMap<>();
  private final long[] streams;
  private final HostStorage scratchpads;

  Gemm(int lanes) {
    streams = new long[lanes];
    for (int lane = 0; lane < lanes; lane++) {
      streams[lane] = OneDnn.createStream();
    }
    scratchpads = HostStorage.map(SCRATCHPAD_BYTES * lanes);
  }

  /**
   * Runs a product on the calling thread; operands are addresses.
   *
   * @param lane the lane of the calling thread
   * @param bias ignored by a shape without one
   */
  void multiply(int lane, MatmulShape shape, long src, long weights, long bias, long dst) {
    plan(shape).run(lane, src, weights, bias, dst);
  }

  /**
   * {@code c [m,n] = a^T b}, or {@code +=}, with a {@code [k,m]}, b {@code [k,n]}: the products of weight gradients. Pitches
   * are elements from row to row.
   */
  void multiplyTransposed(
      long m, long n, long k, long a, long aPitch, long b, long bPitch, boolean accumulate, long c, long cPitch) {
    DenseKernels.matmulTransposed(a, aPitch, b, bPitch, m, n, k, accumulate, c, cPitch);
  }

  MatmulPlan plan(MatmulShape shape) {
    MatmulPlan plan = plans.get(shape);
    return plan != null ? plan : plans.computeIfAbsent(shape, s -> new MatmulPlan(this, s, streams.length));
  }

  long stream(int lane) {
    return streams[lane];
  }

  long scratchpad(int lane) {
    return scratchpads.address() + SCRATCHPAD_BYTES * lane;
  }

  @Override
  public void close() {
    plans.values().forEach(MatmulPlan::close);
    for (long stream : streams) {
      OneDnn.destroyStream(stream);
    }
    scratchpads.close();
  }
}
