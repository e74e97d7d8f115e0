package ciss.tensor.cpu;

import ciss.error.NativeException;
import ciss.tensor.ConvolutionOps.ConvolutionDims;
import java.lang.invoke.MethodHandle;

/** Calls of the transforms of native/ops/winograd.c, which says what they compute; operands are addresses. */
final class WinogradKernels {
  private static final int OUT_BLOCK = 16;

  private static final MethodHandle CISS_WINOGRAD_INPUT_F32 = DenseKernels.handle("ciss_winograd_input_f32", 12);
  private static final MethodHandle CISS_WINOGRAD_GRADIENT_F32 = DenseKernels.handle("ciss_winograd_gradient_f32", 11);
  private static final MethodHandle CISS_WINOGRAD_OUTPUT_F32 = DenseKernels.handle("ciss_winograd_output_f32", 10);
  private static final MethodHandle CISS_WINOGRAD_WEIGHT_F32 = DenseKernels.handle("ciss_winograd_weight_f32", 7);
  private static final MethodHandle CISS_WINOGRAD_TURNED_WEIGHT_F32 =
      DenseKernels.handle("ciss_winograd_turned_weight_f32", 7);
  private static final MethodHandle CISS_WINOGRAD_WEIGHT_GRADIENT_F32 =
      DenseKernels.handle("ciss_winograd_weight_gradient_f32", 9);

  private WinogradKernels() {}

  /** The 2x2 tiles of a map {@code [n,h,w,.]} that a convolution writes. */
  record Tiles(int n, int h, int w) {
    long across() {
      return (w + 1) / 2;
    }

    long down() {
      return (h + 1) / 2;
    }

    long count() {
      return n * down() * across();
    }
  }

  /** Frequency rows {@code fyBegin} to {@code fyEnd} of tiles {@code begin} to {@code end} of x {@code [n,h,w,c]}. */
  static void input(
      Tiles t, long x, int h, int w, int c, int padding, long begin, long end, int fyBegin, int fyEnd, long u) {
    try {
      CISS_WINOGRAD_INPUT_F32.invokeExact(
          x, (long) h, (long) w, (long) c, (long) padding, t.down(), t.across(), begin, end, (long) fyBegin,
          (long) fyEnd, u);
    } catch (Throwable e) {
      throw new NativeException("ciss_winograd_input_f32", e);
    }
  }

  /** Frequency rows of the gradient dy of the map of the tiles, c channels. */
  static void gradient(Tiles t, long dy, int c, long begin, long end, int fyBegin, int fyEnd, long v) {
    try {
      CISS_WINOGRAD_GRADIENT_F32.invokeExact(
          dy, (long) t.h(), (long) t.w(), (long) c, t.down(), t.across(), begin, end, (long) fyBegin, (long) fyEnd, v);
    } catch (Throwable e) {
      throw new NativeException("ciss_winograd_gradient_f32", e);
    }
  }

  /** Writes tiles {@code begin} to {@code end} of y, c channels; bias may be 0. */
  static void output(Tiles t, long m, long bias, int c, long begin, long end, long y) {
    try {
      CISS_WINOGRAD_OUTPUT_F32.invokeExact(
          m, bias, (long) t.h(), (long) t.w(), (long) c, t.down(), t.across(), begin, end, y);
    } catch (Throwable e) {
      throw new NativeException("ciss_winograd_output_f32", e);
    }
  }

  /** Weights {@code [out,slabs*in,3,3]} to {@code [slabs,16,in,out]}. */
  static void weight(CpuContext cpu, ConvolutionDims d, long weight, long u) {
    cpu.parallel(
        MatmulTiling.ceilDivide(d.out(), OUT_BLOCK),
        (tile, lane) -> {
          long end = Math.min((tile + 1) * OUT_BLOCK, d.out());
          try {
            CISS_WINOGRAD_WEIGHT_F32.invokeExact(
                weight, (long) d.out(), (long) d.slabs(), (long) d.in(), (long) tile * OUT_BLOCK, end, u);
          } catch (Throwable e) {
            throw new NativeException("ciss_winograd_weight_f32", e);
          }
        });
  }

  /** The same turned by 180 degrees, {@code [slabs,16,out,in]}: the weights of the backward to x. */
  static void turnedWeight(CpuContext cpu, ConvolutionDims d, long weight, long u) {
    cpu.parallel(
        MatmulTiling.ceilDivide(d.out(), OUT_BLOCK),
        (tile, lane) -> {
          long end = Math.min((tile + 1) * OUT_BLOCK, d.out());
          try {
            CISS_WINOGRAD_TURNED_WEIGHT_F32.invokeExact(
                weight, (long) d.out(), (long) d.slabs(), (long) d.in(), (long) tile * OUT_BLOCK, end, u);
          } catch (Throwable e) {
            throw new NativeException("ciss_winograd_turned_weight_f32", e);
          }
        });
  }

  /** Adds the gradient given by {@code parts} sums {@code [slabs,16,out,in]} that follow each other. */
  static void weightGradient(CpuContext cpu, ConvolutionDims d, long m, int parts, long dWeight) {
    long part = 16L * d.slabs() * d.out() * d.in();
    cpu.parallel(
        MatmulTiling.ceilDivide(d.out(), OUT_BLOCK),
        (tile, lane) -> {
          long end = Math.min((tile + 1) * OUT_BLOCK, d.out());
          try {
            CISS_WINOGRAD_WEIGHT_GRADIENT_F32.invokeExact(
                m, (long) parts, part, (long) d.out(), (long) d.slabs(), (long) d.in(), (long) tile * OUT_BLOCK, end,
                dWeight);
          } catch (Throwable e) {
            throw new NativeException("ciss_winograd_weight_gradient_f32", e);
          }
        });
  }
}
