package ciss.tensor;

import ciss.error.ShapeException;
import ciss.tensor.AttentionOps.AttentionDims;
import ciss.tensor.ConvolutionOps.ConvolutionDims;
import ciss.tensor.LinearOps.LinearDims;
import java.util.Arrays;

/**
 * The shape checks of operations, shared by the backends so that a mistake reads the same everywhere: {@code linear: x is F32
 * [2,4096,64], expected F32 [1,8192,32] or another shape of as many elements}. All throw {@link ShapeException}.
 */
public final class OperationChecks {
  private OperationChecks() {}

  /** {@code x} holds as many values of its type as {@code sizes} say; axes may be folded in another way. */
  public static void operand(String operation, String name, Tensor x, DType dtype, int... sizes) {
    long elements = 1;
    for (int size : sizes) {
      elements *= size;
    }
    if (x.isAbsent() || x.dtype() != dtype || x.elements() != elements) {
      throw new ShapeException(
          "%s: %s is %s, expected %s %s or another shape of as many elements"
              .formatted(operation, name, x, dtype, Arrays.toString(sizes).replace(" ", "")));
    }
  }

  /** {@link #operand} of float32 values. */
  public static void floats(String operation, String name, Tensor x, int... sizes) {
    operand(operation, name, x, DType.F32, sizes);
  }

  /** {@link #floats}, or absent. */
  public static void optionalFloats(String operation, String name, Tensor x, int... sizes) {
    if (!x.isAbsent()) {
      operand(operation, name, x, DType.F32, sizes);
    }
  }

  /** {@link #operand} of one of the types of {@link Backend#activations}. */
  public static void activations(String operation, String name, Tensor x, int... sizes) {
    operand(operation, name, x, x.dtype() == DType.BF16 ? DType.BF16 : DType.F32, sizes);
  }

  /** Throws unless {@code holds}; the message says what was found and what was expected. */
  public static void require(boolean holds, String operation, String message, Object... values) {
    if (!holds) {
      throw new ShapeException(operation + ": " + message.formatted(values));
    }
  }

  /**
   * {@link LinearOps}: x {@code [slabs,rows,in]}, weight {@code [out,slabs*in]}, y {@code [rows,out]}; or their gradients.
   */
  public static void linear(String operation, LinearDims d, Tensor x, Tensor weight, Tensor bias, Tensor y) {
    require(d.slabs() > 0 && d.in() > 0 && d.out() > 0, operation, "no channels in %s", d);
    activations(operation, "x or its gradient", x, d.slabs(), d.rows(), d.in());
    floats(operation, "weight", weight, d.out(), d.slabs() * d.in());
    optionalFloats(operation, "bias", bias, d.out());
    activations(operation, "y or its gradient", y, d.rows(), d.out());
  }

  /** {@link LinearOps#linearSlab}. */
  public static void linearSlab(LinearDims d, int slab, Tensor x, Tensor weight, Tensor y) {
    require(0 <= slab && slab < d.slabs(), "linearSlab", "no slab %d in %s", slab, d);
    activations("linearSlab", "x", x, d.rows(), d.in());
    floats("linearSlab", "weight", weight, d.out(), d.slabs() * d.in());
    activations("linearSlab", "y", y, d.rows(), d.out());
  }

  /**
   * {@link ConvolutionOps}: x {@code [slabs,n,h,w,in]}, weight {@code [out,slabs*in,kernel,kernel]}, y {@code
   * [n,hOut,wOut,out]}; or their gradients.
   */
  public static void convolution(String operation, ConvolutionDims d, Tensor x, Tensor weight, Tensor bias, Tensor y) {
    require(d.slabs() > 0 && d.in() > 0 && d.out() > 0, operation, "no channels in %s", d);
    require(
        d.kernel() > 0 && d.stride() > 0 && d.dilation() > 0 && d.padding() >= 0,
        operation,
        "kernel, stride and dilation must be positive, padding at least 0: %s",
        d);
    int reach = d.dilation() * (d.kernel() - 1) + 1;
    require(
        d.h() + 2 * d.padding() >= reach && d.w() + 2 * d.padding() >= reach,
        operation,
        "a map of %d x %d with padding %d is smaller than the kernel's %d pixels",
        d.h(), d.w(), d.padding(), reach);
    activations(operation, "x or its gradient", x, d.slabs(), d.n(), d.h(), d.w(), d.in());
    floats(operation, "weight", weight, d.out(), d.slabs() * d.in(), d.kernel(), d.kernel());
    optionalFloats(operation, "bias", bias, d.out());
    activations(operation, "y or its gradient", y, d.n(), d.hOut(), d.wOut(), d.out());
  }

  /** {@link AttentionOps}: q and o {@code [n,tokens,c]}, kv {@code [n,keys,2c]}, logSumExp {@code [n,heads,tokens]}. */
  public static void attention(String operation, AttentionDims d, Tensor q, Tensor kv, Tensor o, Tensor logSumExp) {
    require(d.keys() > 0 && d.headDim() > 0, operation, "no keys or channels in %s", d);
    activations(operation, "q", q, d.n(), d.tokens(), d.channels());
    operand(operation, "kv", kv, q.dtype(), d.n(), d.keys(), 2 * d.channels());
    operand(operation, "o", o, q.dtype(), d.n(), d.tokens(), d.channels());
    floats(operation, "logSumExp", logSumExp, d.n(), d.heads(), d.tokens());
  }
}
