package ciss.tensor;

import static ciss.tensor.OperationChecks.floats;
import static ciss.tensor.OperationChecks.operand;
import static ciss.tensor.OperationChecks.require;

import ciss.tensor.FusionOps.FusionDims;
import ciss.tensor.OptimizerOps.AdamWGroup;
import java.util.List;

/**
 * The shape checks of scale fusion, mixing and optimizer operations, shared by the backends as {@link OperationChecks}. All
 * throw {@link ciss.error.ShapeException}.
 */
public final class IterationChecks {
  private IterationChecks() {}

  /** {@link FusionOps#fuseScales} and its backward: maps on the context grid and on the fused grid. */
  public static void fuseScales(
      String operation, FusionDims d, Tensor context, Tensor logits, Tensor detail, Tensor attention, Tensor fused) {
    int h = d.y().in();
    int w = d.x().in();
    int channels = d.channels();
    require(
        d.attentionChannels() <= 1 || d.attentionChannels() == d.classes(),
        operation,
        "%d attention channels, expected 0, 1 or the %d classes",
        d.attentionChannels(),
        d.classes());
    floats(operation, "context", context, d.n(), h, w, d.classes());
    if (d.attentionChannels() > 0) {
      floats(operation, "attentionLogits", logits, d.n(), h, w, channels);
    }
    int detailHeight = d.placed() == null ? d.y().out() : d.placed().height();
    int detailWidth = d.placed() == null ? d.x().out() : d.placed().width();
    floats(operation, "detail", detail, d.n(), detailHeight, detailWidth, d.classes());
    floats(operation, "attention", attention, d.n(), h, w, channels);
    floats(operation, "fused", fused, d.n(), d.y().out(), d.x().out(), d.classes());
  }

  /** {@link MixOps#classMix}. */
  public static void classMix(
      Tensor chosen,
      Tensor label,
      Tensor source,
      Tensor target,
      Tensor pseudoLabel,
      Tensor pseudoWeight,
      Tensor mixed,
      Tensor mixedLabel,
      Tensor mixedWeight) {
    int n = label.size(0);
    int h = label.size(1);
    int w = label.size(2);
    operand("classMix", "chosen", chosen, DType.U8, n, 256);
    operand("classMix", "label", label, DType.U8, n, h, w);
    floats("classMix", "source", source, n, h, w, 3);
    floats("classMix", "target", target, n, h, w, 3);
    operand("classMix", "pseudoLabel", pseudoLabel, DType.U8, n, h, w);
    floats("classMix", "pseudoWeight", pseudoWeight, n, h, w);
    floats("classMix", "mixed", mixed, n, h, w, 3);
    operand("classMix", "mixedLabel", mixedLabel, DType.U8, n, h, w);
    floats("classMix", "mixedWeight", mixedWeight, n, h, w);
  }

  /** A picture {@code [h,w,3]}. */
  public static void picture(String operation, String name, Tensor x) {
    require(x.shape().rank() == 3, operation, "%s is %s, expected [h,w,3]", name, x);
    floats(operation, name, x, x.size(0), x.size(1), 3);
  }

  /** {@link OptimizerOps#adamW}. */
  public static void adamW(
      List<AdamWGroup> groups, Tensor gradients, Tensor parameters, Tensor first, Tensor second, Tensor nonFinite) {
    boolean one = nonFinite.isAbsent() || nonFinite.dtype() == DType.F64 && nonFinite.elements() == 1;
    require(one, "adamW", "nonFinite is %s, expected F64 [1]", nonFinite);
    int length = Math.toIntExact(parameters.elements());
    floats("adamW", "parameters", parameters, length);
    floats("adamW", "gradients", gradients, length);
    floats("adamW", "firstMoment", first, length);
    floats("adamW", "secondMoment", second, length);
    for (AdamWGroup group : groups) {
      boolean inside = group.offset() >= 0 && group.length() >= 0 && group.offset() + group.length() <= length;
      require(inside, "adamW", "%s is not inside %d parameters", group, length);
    }
  }

  /** {@link OptimizerOps#movingAverage}. */
  public static void movingAverage(Tensor student, Tensor teacher) {
    floats("movingAverage", "student", student, Math.toIntExact(teacher.elements()));
  }
}
