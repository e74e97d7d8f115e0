package ciss.tensor.cuda;

import ciss.tensor.Box;
import ciss.tensor.ElementwiseOps;
import ciss.tensor.FusionOps;
import ciss.tensor.IterationChecks;
import ciss.tensor.ResampleOps;
import ciss.tensor.ResampleOps.ResizeDims;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/** {@link FusionOps} by the resizes of this backend and {@code kernels/fuse_scales.cu}. */
interface CudaFusionOps extends FusionOps, ResampleOps, ElementwiseOps {
  /** Device and memory of this backend. */
  CudaContext cuda();

  @Override
  default void fuseScales(
      FusionDims d,
      Tensor context,
      Tensor attentionLogits,
      Tensor detail,
      Tensor attention,
      Tensor weightedContext,
      Tensor fused) {
    IterationChecks.fuseScales("fuseScales", d, context, attentionLogits, detail, attention, fused);
    int h = d.y().in();
    int w = d.x().in();
    Box inner = d.inner() == null ? new Box(0, h, 0, w) : d.inner();
    cuda()
        .launch(Kernels.ATTEND_F32)
        .pointer(context)
        .pointer(attentionLogits)
        .pointer(cuda().step().integers(inner.y1(), inner.y2(), inner.x1(), inner.x2()))
        .pointer(attention)
        .pointer(weightedContext)
        .integer(h)
        .integer(w)
        .integer(d.classes())
        .integer(d.channels())
        .number(d.fixedAttention())
        .over(CudaContext.sweep((long) cells(d) * d.channels()), d.n(), 1);
    try (Workspace.Frame frame = cuda().workspace().frame()) {
      resize(new ResizeDims(d.n(), d.y(), d.x(), d.classes()), weightedContext, fused);
      Tensor upAttention = upAttention(d, attention, frame);
      Box placed = placed(d);
      place(
              cuda()
                  .launch(Kernels.ADD_DETAIL_F32)
                  .pointer(upAttention)
                  .pointer(detail)
                  .pointer(cuda().step().integers(placed.y1(), placed.x1()))
                  .pointer(fused),
              d)
          .over(CudaContext.sweep(detail.elements() / d.n()), d.n(), 1);
    }
  }

  @Override
  default void fuseScalesBackward(
      FusionDims d,
      Tensor context,
      Tensor attention,
      Tensor detail,
      Tensor dFused,
      Tensor dWeightedContext,
      Tensor dContext,
      Tensor dAttentionLogits,
      Tensor dDetail) {
    IterationChecks.fuseScales("fuseScalesBackward", d, context, dAttentionLogits, detail, attention, dFused);
    int a = d.channels();
    try (Workspace.Frame frame = cuda().workspace().frame()) {
      Tensor dWeighted = frame.take(d.n(), d.y().in(), d.x().in(), d.classes());
      resizeBackward(new ResizeDims(d.n(), d.y(), d.x(), d.classes()), dFused, dWeighted);
      if (!dWeightedContext.isAbsent()) {
        accumulate(dWeightedContext, dWeighted);
      }
      Tensor upAttention = upAttention(d, attention, frame);
      Tensor dUpAttention = frame.take(d.n(), d.y().out(), d.x().out(), a);
      fill(dUpAttention, 0);
      Box placed = placed(d);
      place(
              cuda()
                  .launch(Kernels.ADD_DETAIL_BACKWARD_F32)
                  .pointer(upAttention)
                  .pointer(detail)
                  .pointer(cuda().step().integers(placed.y1(), placed.x1()))
                  .pointer(dFused)
                  .pointer(dUpAttention)
                  .pointer(dDetail),
              d)
          .over(CudaContext.sweep(detail.elements() / d.n() / d.classes() * a), d.n(), 1);
      Tensor dAttention = frame.take(d.n(), d.y().in(), d.x().in(), a);
      resizeBackward(new ResizeDims(d.n(), d.y(), d.x(), a), dUpAttention, dAttention);
      cuda()
          .launch(Kernels.ATTEND_BACKWARD_F32)
          .pointer(context)
          .pointer(attention)
          .pointer(dAttention)
          .pointer(dWeighted)
          .pointer(dContext)
          .pointer(dAttentionLogits)
          .integer(cells(d))
          .integer(d.classes())
          .integer(a)
          .over(CudaContext.sweep((long) cells(d) * a), d.n(), 1);
    }
  }

  /** Sizes of the detail maps and of the fused map. */
  private static Launch place(Launch launch, FusionDims d) {
    Box placed = placed(d);
    return launch
        .integer(placed.height())
        .integer(placed.width())
        .integer(d.y().out())
        .integer(d.x().out())
        .integer(d.classes())
        .integer(d.channels());
  }

  private Tensor upAttention(FusionDims d, Tensor attention, Workspace.Frame frame) {
    Tensor up = frame.take(d.n(), d.y().out(), d.x().out(), d.channels());
    resize(new ResizeDims(d.n(), d.y(), d.x(), d.channels()), attention, up);
    return up;
  }

  /** Cells of the context map of one sample. */
  private static int cells(FusionDims d) {
    return d.y().in() * d.x().in();
  }

  private static Box placed(FusionDims d) {
    return d.placed() == null ? new Box(0, d.y().out(), 0, d.x().out()) : d.placed();
  }
}
