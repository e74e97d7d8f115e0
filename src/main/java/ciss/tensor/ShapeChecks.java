package ciss.tensor;

import static ciss.tensor.OperationChecks.floats;
import static ciss.tensor.OperationChecks.operand;
import static ciss.tensor.OperationChecks.optionalFloats;
import static ciss.tensor.OperationChecks.require;

import ciss.tensor.DepthwiseOps.DepthwiseDims;
import ciss.tensor.ResampleOps.ResizeDims;
import java.util.List;

/**
 * The shape checks of elementwise operations, norms, depthwise convolutions and resizes, shared by the backends as {@link
 * OperationChecks}. All throw {@link ciss.error.ShapeException}.
 */
public final class ShapeChecks {
  private ShapeChecks() {}

  /** {@link ElementwiseOps#fill}. */
  public static void fill(Tensor x) {
    floats("fill", "x", x, sizes(x));
  }

  /** {@link ElementwiseOps#copy}. */
  public static void copy(Tensor x, Tensor y) {
    operand("copy", "y", y, x.dtype(), sizes(x));
  }

  /** {@link ElementwiseOps#accumulate}. */
  public static void accumulate(Tensor x, Tensor y) {
    same("accumulate", "x", x, "y", y);
  }

  /** {@link ElementwiseOps#residual}. */
  public static void residual(Tensor x, Tensor branch, Tensor factors, Tensor y) {
    same("residual", "x", x, "branch", branch);
    same("residual", "x", x, "y", y);
    if (!factors.isAbsent()) {
      samples("residual", x, factors);
    }
  }

  /** {@link ElementwiseOps#scaleSamples}. */
  public static void scaleSamples(Tensor x, Tensor factors, Tensor y) {
    same("scaleSamples", "x", x, "y", y);
    samples("scaleSamples", x, factors);
  }

  /** {@link ElementwiseOps#scaleChannels}. */
  public static void scaleChannels(Tensor x, Tensor factors, Tensor y) {
    same("scaleChannels", "x", x, "y", y);
    require(x.shape().rank() >= 2, "scaleChannels", "x is %s, expected [n,..,c]", x);
    floats("scaleChannels", "factors", factors, x.size(0), x.size(-1));
  }

  /** {@link NormOps#layerNorm}. */
  public static void layerNorm(Tensor x, Tensor weight, Tensor bias, Tensor y, Tensor mean, Tensor rstd) {
    int rows = rows("layerNorm", x, weight);
    same("layerNorm", "weight", weight, "bias", bias);
    same("layerNorm", "x", x, "y", y);
    floats("layerNorm", "mean", mean, rows);
    floats("layerNorm", "rstd", rstd, rows);
  }

  /** {@link NormOps#layerNormBackward} and its accumulating twin. */
  public static void layerNormBackward(
      String operation, Tensor x, Tensor weight, Tensor mean, Tensor rstd, Tensor dy, Tensor dx, Tensor dWeight,
      Tensor dBias) {
    int rows = rows(operation, x, weight);
    floats(operation, "mean", mean, rows);
    floats(operation, "rstd", rstd, rows);
    same(operation, "x", x, "dy", dy);
    same(operation, "x", x, "dx", dx);
    same(operation, "weight", weight, "dWeight", dWeight);
    same(operation, "weight", weight, "dBias", dBias);
  }

  /** {@link NormOps#batchNorm}. The unbiased variance needs two rows. */
  public static void batchNorm(
      Tensor x, Tensor weight, Tensor bias, Tensor y, Tensor mean, Tensor rstd, Tensor runningMean, Tensor runningVar) {
    batchNormApply("batchNorm", x, weight, bias, mean, rstd, y);
    same("batchNorm", "weight", weight, "runningMean", runningMean);
    same("batchNorm", "weight", weight, "runningVar", runningVar);
    require(
        x.elements() >= 2 * weight.elements(), "batchNorm", "x is %s: statistics need more than one value per channel", x);
  }

  /** {@link NormOps#batchNormApply} and inference. */
  public static void batchNormApply(
      String operation, Tensor x, Tensor weight, Tensor bias, Tensor mean, Tensor deviation, Tensor y) {
    rows(operation, x, weight);
    same(operation, "weight", weight, "bias", bias);
    same(operation, "weight", weight, "mean", mean);
    same(operation, "weight", weight, "rstd or variance", deviation);
    same(operation, "x", x, "y", y);
  }

  /** {@link NormOps#batchNormBackward}. */
  public static void batchNormBackward(
      Tensor x, Tensor weight, Tensor bias, Tensor mean, Tensor rstd, Tensor dy, Tensor dx, Tensor dWeight,
      Tensor dBias) {
    batchNormApply("batchNormBackward", x, weight, bias, mean, rstd, dy);
    same("batchNormBackward", "x", x, "dx", dx);
    same("batchNormBackward", "weight", weight, "dWeight", dWeight);
    same("batchNormBackward", "weight", weight, "dBias", dBias);
  }

  /** {@link DepthwiseOps}: x and y, or their gradients, {@code [n,h,w,c]}; weight {@code [c,1,3,3]}. */
  public static void depthwise(String operation, DepthwiseDims d, Tensor x, Tensor weight, Tensor bias, Tensor y) {
    require(d.c() > 0 && d.dilation() > 0, operation, "channels and dilation must be positive: %s", d);
    floats(operation, "x or its gradient", x, d.n(), d.h(), d.w(), d.c());
    floats(operation, "y or its gradient", y, d.n(), d.h(), d.w(), d.c());
    floats(operation, "weight", weight, d.c(), 1, 3, 3);
    optionalFloats(operation, "bias", bias, d.c());
  }

  /** {@link DepthwiseOps#gelu} and its backward. */
  public static void gelu(String operation, Tensor pre, Tensor... others) {
    for (Tensor other : others) {
      same(operation, "pre", pre, "y or gradient", other);
    }
  }

  /** {@link ResampleOps#resize}: x {@code [n,y.in,x.in,c]}, y {@code [n,y.out,x.out,c]}, or their gradients. */
  public static void resize(String operation, ResizeDims d, Tensor x, Tensor y) {
    axis(operation, d.y());
    axis(operation, d.x());
    floats(operation, "x or its gradient", x, d.n(), d.y().in(), d.x().in(), d.c());
    floats(operation, "y or its gradient", y, d.n(), d.y().out(), d.x().out(), d.c());
  }

  /** An axis of a resize: cells on both sides, coordinates that do not decrease. */
  public static void axis(String operation, Axis axis) {
    require(axis.in() > 0 && axis.out() > 0 && axis.step() >= 0, operation, "cannot resize along %s", axis);
  }

  /** Windows of a map {@code [n,h,w,c]}: equal sizes, inside; tiles {@code [windows*n,wh,ww,c]}. */
  public static void windows(String operation, Tensor map, List<Box> windows, Tensor tiles) {
    require(map.shape().rank() == 4, operation, "the map is %s, expected [n,h,w,c]", map);
    require(!windows.isEmpty(), operation, "no windows");
    Box first = windows.getFirst();
    for (Box box : windows) {
      require(
          box.height() == first.height() && box.width() == first.width(),
          operation,
          "windows %s and %s differ in size",
          first, box);
      require(
          box.y1() >= 0 && box.x1() >= 0 && box.y2() <= map.size(1) && box.x2() <= map.size(2)
              && box.height() > 0 && box.width() > 0,
          operation,
          "window %s is empty or not inside of %s",
          box, map);
    }
    operand(
        operation, "tiles", tiles, map.dtype(), windows.size() * map.size(0), first.height(), first.width(), map.size(3));
  }

  /** {@link ResampleOps#flip}. */
  public static void flip(Tensor x, Tensor y) {
    require(x.shape().rank() == 4, "flip", "x is %s, expected [n,h,w,c]", x);
    same("flip", "x", x, "y", y);
  }

  private static void same(String operation, String name, Tensor x, String otherName, Tensor other) {
    floats(operation, name, x, sizes(x));
    floats(operation, otherName, other, sizes(x));
  }

  private static void samples(String operation, Tensor x, Tensor factors) {
    require(x.shape().rank() >= 1, operation, "x is %s, expected [n,..]", x);
    floats(operation, "factors", factors, x.size(0));
  }

  /** Number of rows of x {@code [rows,c]}, where c is the length of weight. */
  private static int rows(String operation, Tensor x, Tensor weight) {
    floats(operation, "weight", weight, sizes(weight));
    long c = weight.elements();
    require(c > 0 && x.elements() % c == 0, operation, "x is %s: no rows of %d channels (weight %s)", x, c, weight);
    floats(operation, "x", x, sizes(x));
    return Math.toIntExact(x.elements() / c);
  }

  private static int[] sizes(Tensor x) {
    int[] sizes = new int[x.shape().rank()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = x.size(i);
    }
    return sizes;
  }
}
