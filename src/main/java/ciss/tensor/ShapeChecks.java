package ciss.tensor;

import static ciss.tensor.OperationChecks.activations;
import static ciss.tensor.OperationChecks.floats;
import static ciss.tensor.OperationChecks.operand;
import static ciss.tensor.OperationChecks.optionalFloats;
import static ciss.tensor.OperationChecks.require;

import ciss.tensor.DepthwiseOps.DepthwiseDims;
import ciss.tensor.ResampleOps.ResizeDims;
import java.util.List;

/**
 * The shape checks of elementwise operations, norms, depthwise convolutions, resizes, losses and labels, shared by the
 * backends as {@link OperationChecks}. All throw {@link ciss.error.ShapeException}.
 */
public final class ShapeChecks {
  private ShapeChecks() {}

  /** {@link ElementwiseOps#fill}. */
  public static void fill(Tensor x) {
    floats("fill", "x", x, sizes(x));
  }

  /** {@link ElementwiseOps#copy}. */
  public static void copy(Tensor x, Tensor y) {
    boolean converts = isActivation(x) && isActivation(y);
    operand("copy", "y", y, converts ? y.dtype() : x.dtype(), sizes(x));
  }

  /** {@link ElementwiseOps#accumulate}. */
  public static void accumulate(Tensor x, Tensor y) {
    alike("accumulate", "x", x, "y", y);
  }

  /** {@link ElementwiseOps#residual}. */
  public static void residual(Tensor x, Tensor branch, Tensor factors, Tensor y) {
    alike("residual", "x", x, "branch", branch);
    alike("residual", "x", x, "y", y);
    if (!factors.isAbsent()) {
      samples("residual", x, factors);
    }
  }

  /** {@link ElementwiseOps#scaleSamples}. */
  public static void scaleSamples(Tensor x, Tensor factors, Tensor y) {
    alike("scaleSamples", "x", x, "y", y);
    samples("scaleSamples", x, factors);
  }

  /** {@link ElementwiseOps#scaleChannels}. */
  public static void scaleChannels(Tensor x, Tensor factors, Tensor y) {
    alike("scaleChannels", "x", x, "y", y);
    require(x.shape().rank() >= 2, "scaleChannels", "x is %s, expected [n,..,c]", x);
    floats("scaleChannels", "factors", factors, x.size(0), x.size(-1));
  }

  /** {@link NormOps#layerNorm}. */
  public static void layerNorm(Tensor x, Tensor weight, Tensor bias, Tensor y, Tensor mean, Tensor rstd) {
    int rows = rows("layerNorm", x, weight);
    same("layerNorm", "weight", weight, "bias", bias);
    alikeOrFloats("layerNorm", x, "y", y);
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
    alikeOrFloats(operation, x, "dy", dy);
    alike(operation, "x", x, "dx", dx);
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
    alikeOrFloats(operation, x, "y", y);
  }

  /** {@link NormOps#batchNormBackward}. */
  public static void batchNormBackward(
      Tensor x, Tensor weight, Tensor bias, Tensor mean, Tensor rstd, Tensor dy, Tensor dx, Tensor dWeight,
      Tensor dBias) {
    batchNormApply("batchNormBackward", x, weight, bias, mean, rstd, dy);
    alike("batchNormBackward", "x", x, "y or its gradient", dy);
    alike("batchNormBackward", "x", x, "dx", dx);
    same("batchNormBackward", "weight", weight, "dWeight", dWeight);
    same("batchNormBackward", "weight", weight, "dBias", dBias);
  }

  /** {@link DepthwiseOps}: x and y, or their gradients, {@code [n,h,w,c]}; weight {@code [c,1,3,3]}. */
  public static void depthwise(String operation, DepthwiseDims d, Tensor x, Tensor weight, Tensor bias, Tensor y) {
    require(d.c() > 0 && d.dilation() > 0, operation, "channels and dilation must be positive: %s", d);
    activations(operation, "x or its gradient", x, d.n(), d.h(), d.w(), d.c());
    operand(operation, "y or its gradient", y, x.dtype(), d.n(), d.h(), d.w(), d.c());
    floats(operation, "weight", weight, d.c(), 1, 3, 3);
    optionalFloats(operation, "bias", bias, d.c());
  }

  /** {@link DepthwiseOps#gelu} and its backward. */
  public static void gelu(String operation, Tensor pre, Tensor... others) {
    for (Tensor other : others) {
      alike(operation, "pre", pre, "y or gradient", other);
    }
  }

  /** {@link ResampleOps#resize}: x {@code [n,y.in,x.in,c]}, y {@code [n,y.out,x.out,c]}, or their gradients. */
  public static void resize(String operation, ResizeDims d, Tensor x, Tensor y) {
    axis(operation, d.y());
    axis(operation, d.x());
    activations(operation, "x or its gradient", x, d.n(), d.y().in(), d.x().in(), d.c());
    operand(operation, "y or its gradient", y, x.dtype(), d.n(), d.y().out(), d.x().out(), d.c());
  }

  /** An axis of a resize: cells on both sides, coordinates that do not decrease. */
  public static void axis(String operation, Axis axis) {
    require(axis.in() > 0 && axis.out() > 0 && axis.step() >= 0, operation, "cannot resize along %s", axis);
  }

  /** Windows of a map {@code [n,h,w,c]}: equal sizes, inside; tiles {@code [windows*n,wh,ww,c]}. */
  public static void windows(String operation, Tensor map, List<Box> windows, Tensor tiles) {
    require(
        map.shape().rank() == 4 && map.dtype() != DType.BF16,
        operation,
        "the map is %s, expected F32 or U8 [n,h,w,c]",
        map);
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

  /** Scores seen at label resolution: {@link LossOps#upsampledCrossEntropy} and {@link LabelOps#pseudoLabel}. */
  public static void scores(String operation, LossOps.CrossEntropyDims d, Tensor logits, Tensor label) {
    axis(operation, d.y());
    axis(operation, d.x());
    Box region = d.region();
    require(d.classes() > 0 && d.classes() <= 256, operation, "%d classes, expected 1 to 256", d.classes());
    require(
        region.height() == d.y().out() && region.width() == d.x().out(),
        operation,
        "scores are resized to %d x %d, the region is %s",
        d.y().out(), d.x().out(), region);
    require(
        region.y1() >= 0 && region.x1() >= 0 && region.y2() <= d.labelHeight() && region.x2() <= d.labelWidth(),
        operation,
        "%s is not inside of the label of %d x %d",
        region, d.labelHeight(), d.labelWidth());
    floats(operation, "logits", logits, d.n(), d.y().in(), d.x().in(), d.classes());
    operand(operation, "label", label, DType.U8, d.n(), d.labelHeight(), d.labelWidth());
  }

  /** {@link LossOps#upsampledCrossEntropy}. */
  public static void crossEntropy(
      LossOps.CrossEntropyDims d, Tensor logits, Tensor label, Tensor weight, Tensor dLogits, Tensor result) {
    scores("upsampledCrossEntropy", d, logits, label);
    int weights = d.classWeights().length;
    require(
        weights == 0 || weights == d.classes(),
        "upsampledCrossEntropy",
        "%d class weights for %d classes",
        weights, d.classes());
    optionalFloats("upsampledCrossEntropy", "weight", weight, d.n(), d.labelHeight(), d.labelWidth());
    optionalFloats("upsampledCrossEntropy", "dLogits", dLogits, sizes(logits));
    operand("upsampledCrossEntropy", "result", result, DType.F64, 2);
  }

  /** {@link LabelOps#pseudoLabel}. */
  public static void pseudoLabel(LossOps.CrossEntropyDims d, Tensor logits, Tensor label, Tensor confident) {
    scores("pseudoLabel", d, logits, label);
    require(
        d.labelHeight() == d.y().out() && d.labelWidth() == d.x().out(),
        "pseudoLabel",
        "region %s must be the whole label of %d x %d",
        d.region(), d.labelHeight(), d.labelWidth());
    operand("pseudoLabel", "confident", confident, DType.F64, 1);
  }

  /** {@link LabelOps#pseudoWeight}. */
  public static void pseudoWeight(Tensor confident, Tensor validMask, Tensor weight) {
    operand("pseudoWeight", "confident", confident, DType.F64, 1);
    require(weight.shape().rank() == 3, "pseudoWeight", "weight is %s, expected F32 [n,h,w]", weight);
    floats("pseudoWeight", "weight", weight, sizes(weight));
    if (!validMask.isAbsent()) {
      operand("pseudoWeight", "validMask", validMask, DType.U8, sizes(weight));
    }
  }

  /** {@link LossOps#featureDistance}. */
  public static void featureDistance(Tensor f, Tensor g, Tensor mask, Tensor df, Tensor result) {
    same("featureDistance", "f", f, "g", g);
    same("featureDistance", "f", f, "df", df);
    if (!mask.isAbsent()) {
      operand("featureDistance", "mask", mask, DType.U8, (int) (f.elements() / f.size(-1)));
    }
    operand("featureDistance", "result", result, DType.F64, 2);
  }

  /** {@link LossOps#featureInvariance} and its variant by class (label absent: the plain one). */
  public static void featureInvariance(
      String operation, Tensor a, Tensor b, Tensor label, Tensor da, Tensor db, Tensor result) {
    same(operation, "a", a, "b", b);
    same(operation, "a", a, "da", da);
    same(operation, "a", a, "db", db);
    if (!label.isAbsent()) {
      operand(operation, "label", label, DType.U8, (int) (a.elements() / a.size(-1)));
    }
    operand(operation, "result", result, DType.F64, 1);
  }

  /** {@link LabelOps#argmax}. */
  public static void argmax(Tensor x, Tensor label) {
    floats("argmax", "x", x, sizes(x));
    require(x.size(-1) > 0 && x.size(-1) <= 256, "argmax", "x is %s: expected 1 to 256 classes last", x);
    operand("argmax", "label", label, DType.U8, (int) (x.elements() / x.size(-1)));
  }

  /** {@link LabelOps#softmaxAccumulate}. */
  public static void softmaxAccumulate(Tensor logits, Tensor probabilities) {
    same("softmaxAccumulate", "logits", logits, "probabilities", probabilities);
  }

  /** {@link LabelOps#downscaleLabel}. */
  public static void downscaleLabel(Tensor label, int factor, int classes, Tensor reduced) {
    require(label.shape().rank() == 3, "downscaleLabel", "label is %s, expected U8 [n,H,W]", label);
    require(
        factor > 0 && classes > 0 && classes < 256,
        "downscaleLabel",
        "factor %d and %d classes, expected at least 1 and 1 to 255",
        factor, classes);
    operand("downscaleLabel", "label", label, DType.U8, sizes(label));
    operand(
        "downscaleLabel", "reduced", reduced, DType.U8, label.size(0), label.size(1) / factor, label.size(2) / factor);
  }

  /** {@link LabelOps#lookup}. */
  public static void lookup(Tensor label, Tensor table, Tensor mask) {
    operand("lookup", "label", label, DType.U8, sizes(label));
    operand("lookup", "table", table, DType.U8, 256);
    operand("lookup", "mask", mask, DType.U8, sizes(label));
  }

  private static void same(String operation, String name, Tensor x, String otherName, Tensor other) {
    floats(operation, name, x, sizes(x));
    floats(operation, otherName, other, sizes(x));
  }

  /** Two activations of the same type and size. */
  private static void alike(String operation, String name, Tensor x, String otherName, Tensor other) {
    activations(operation, name, x, sizes(x));
    operand(operation, otherName, other, x.dtype(), sizes(x));
  }

  /** An activation as large as x, and of its type or float32. */
  private static void alikeOrFloats(String operation, Tensor x, String otherName, Tensor other) {
    operand(operation, otherName, other, other.dtype() == DType.F32 ? DType.F32 : x.dtype(), sizes(x));
  }

  private static boolean isActivation(Tensor x) {
    return x.dtype() == DType.F32 || x.dtype() == DType.BF16;
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
    activations(operation, "x", x, sizes(x));
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
