package ciss.tensor.cpu;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import ciss.error.NativeException;
import ciss.foreign.NativeLibrary;
import ciss.tensor.DenseScratch;
import ciss.tensor.Workspace;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/** Sums over rows for the gradients of dense operations: by chunks of a fixed size, which are then added in order. */
final class Reductions {
  private static final int RANGE = 16384;

  private static final MethodHandle CISS_ADD_PARTIALS_F32 =
      NativeLibrary.CISS.handle(
          "ciss_add_partials_f32", FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle CISS_COLUMN_SUMS_F32 =
      NativeLibrary.CISS.handle(
          "ciss_column_sums_f32", FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));

  private Reductions() {}

  /** {@code y[i] += sum over k of partials[k*n + i]} for i below n, in the order of k. */
  static void addPartials(CpuContext cpu, long partials, int count, long n, long y) {
    cpu.parallel(
        MatmulTiling.ceilDivide(Math.toIntExact(n), RANGE),
        (tile, lane) -> {
          long begin = (long) tile * RANGE;
          try {
            CISS_ADD_PARTIALS_F32.invokeExact(
                partials + 4 * begin, (long) count, n, y + 4 * begin, Math.min(RANGE, n - begin));
          } catch (Throwable e) {
            throw new NativeException("ciss_add_partials_f32", e);
          }
        });
  }

  /** {@code sums[c] += sum over r of x[r,c]}: bias gradients. */
  static void addColumnSums(CpuContext cpu, long x, int rows, int columns, long sums) {
    int chunks = DenseScratch.columnSumChunks(rows);
    try (Workspace.Frame frame = cpu.workspace().frame()) {
      long partials = frame.take(chunks, columns).address();
      cpu.parallel(
          chunks,
          (chunk, lane) -> {
            long begin = DenseScratch.chunkStart(rows, chunks, chunk);
            long end = DenseScratch.chunkStart(rows, chunks, chunk + 1);
            try {
              CISS_COLUMN_SUMS_F32.invokeExact(
                  x + 4 * begin * columns, end - begin, (long) columns, partials + 4L * chunk * columns);
            } catch (Throwable e) {
              throw new NativeException("ciss_column_sums_f32", e);
            }
          });
      addPartials(cpu, partials, chunks, columns, sums);
    }
  }
}
