package ciss.tensor.cpu;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import ciss.error.NativeException;
import ciss.foreign.NativeLibrary;
import ciss.tensor.ConvolutionOps.ConvolutionDims;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;
import java.util.Collections;

/** Calls of the C kernels around matrix products (native/ops/matmul_transposed.c, gather.c); operands are addresses. */
final class DenseKernels {
  private static final MethodHandle CISS_MATMUL_TRANSPOSED_F32 = handle("ciss_matmul_transposed_f32", 10);
  private static final MethodHandle CISS_GATHER_ROWS_F32 = handle("ciss_gather_rows_f32", 15);
  private static final MethodHandle CISS_SCATTER_ROWS_F32 = handle("ciss_scatter_rows_f32", 13);
  private static final MethodHandle CISS_PACK_TAPS_F32 = handle("ciss_pack_taps_f32", 6);
  private static final MethodHandle CISS_UNPACK_TAPS_F32 = handle("ciss_unpack_taps_f32", 8);
  private static final MethodHandle CISS_PACK_TURNED_TAPS_F32 = handle("ciss_pack_turned_taps_f32", 7);

  private DenseKernels() {}

  /** A function of {@code count} 64-bit arguments (addresses and sizes) without result. */
  static MethodHandle handle(String function, int count) {
    MemoryLayout[] arguments = Collections.nCopies(count, JAVA_LONG).toArray(new MemoryLayout[0]);
    return NativeLibrary.CISS.handle(function, FunctionDescriptor.ofVoid(arguments));
  }

  /** {@code c [m,n] = a^T b}, or {@code +=}, with a {@code [k,m]}, b {@code [k,n]}; pitches in elements. */
  static void matmulTransposed(
      long a, long aPitch, long b, long bPitch, long m, long n, long k, boolean accumulate, long c, long cPitch) {
    try {
      CISS_MATMUL_TRANSPOSED_F32.invokeExact(a, aPitch, b, bPitch, m, n, k, accumulate ? 1L : 0L, c, cPitch);
    } catch (Throwable e) {
      throw new NativeException("ciss_matmul_transposed_f32", e);
    }
  }

  /**
   * Rows {@code [end-begin, kyEnd-kyBegin, kernel, in]} of the pixels under the kernel at output positions {@code begin} to
   * {@code end} (exclusive), counted over all images.
   *
   * @param x one slab {@code [n,h,w,in]}
   */
  static void gatherRows(ConvolutionDims d, long x, int kyBegin, int kyEnd, long begin, long end, long rows) {
    try {
      CISS_GATHER_ROWS_F32.invokeExact(
          x, (long) d.h(), (long) d.w(), (long) d.in(), (long) d.kernel(), (long) d.stride(), (long) d.padding(),
          (long) d.dilation(), (long) d.hOut(), (long) d.wOut(), (long) kyBegin, (long) kyEnd, begin, end, rows);
    } catch (Throwable e) {
      throw new NativeException("ciss_gather_rows_f32", e);
    }
  }

  /**
   * Adds rows {@code [end-begin, kernel, kernel, in]} to the pixels they came from, as far as those lie on input rows {@code
   * yBegin} to {@code yEnd} (exclusive).
   *
   * @param begin first output position, counted in this image
   * @param dx one image of one slab {@code [h,w,in]}
   */
  static void scatterRows(ConvolutionDims d, long rows, long begin, long end, long yBegin, long yEnd, long dx) {
    try {
      CISS_SCATTER_ROWS_F32.invokeExact(
          rows, (long) d.w(), (long) d.in(), (long) d.kernel(), (long) d.stride(), (long) d.padding(),
          (long) d.dilation(), (long) d.wOut(), begin, end, yBegin, yEnd, dx);
    } catch (Throwable e) {
      throw new NativeException("ciss_scatter_rows_f32", e);
    }
  }

  /** {@code packed[o,s,k,i] = weight[o,s,i,k]}. */
  static void packTaps(CpuContext cpu, ConvolutionDims d, long weight, long packed) {
    inBlocks(
        cpu,
        d.out() * d.slabs(),
        (begin, end) -> {
          try {
            CISS_PACK_TAPS_F32.invokeExact(weight, (long) d.in(), taps(d), begin, end, packed);
          } catch (Throwable e) {
            throw new NativeException("ciss_pack_taps_f32", e);
          }
        });
  }

  /** {@code dWeight[o,s,i,k] += sum over parts of packed[part,o,s,k,i]}, in the order of the parts. */
  static void unpackTaps(CpuContext cpu, ConvolutionDims d, long packed, int parts, long dWeight) {
    inBlocks(
        cpu,
        d.out() * d.slabs(),
        (begin, end) -> {
          try {
            long stride = (long) d.out() * d.slabs() * d.in() * taps(d);
            CISS_UNPACK_TAPS_F32.invokeExact(
                packed, (long) parts, stride, (long) d.in(), taps(d), begin, end, dWeight);
          } catch (Throwable e) {
            throw new NativeException("ciss_unpack_taps_f32", e);
          }
        });
  }

  /** {@code packed[s,i,taps-1-k,o] = weight[o,s,i,k]}: the kernel turned by 180 degrees. */
  static void packTurnedTaps(CpuContext cpu, ConvolutionDims d, long weight, long packed) {
    inBlocks(
        cpu,
        d.slabs() * d.in(),
        (begin, end) -> {
          try {
            CISS_PACK_TURNED_TAPS_F32.invokeExact(
                weight, (long) d.out(), (long) d.slabs() * d.in(), taps(d), begin, end, packed);
          } catch (Throwable e) {
            throw new NativeException("ciss_pack_turned_taps_f32", e);
          }
        });
  }

  private static long taps(ConvolutionDims d) {
    return (long) d.kernel() * d.kernel();
  }

  @FunctionalInterface
  private interface Block {
    void run(long begin, long end);
  }

  private static void inBlocks(CpuContext cpu, int count, Block block) {
    int size = 16;
    cpu.parallel(
        MatmulTiling.ceilDivide(count, size),
        (tile, lane) -> block.run((long) tile * size, Math.min((tile + 1) * size, count)));
  }
}
