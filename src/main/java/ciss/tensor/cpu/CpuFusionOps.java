package ciss.tensor.cpu;

import static ciss.tensor.cpu.Kernels.ADD_DETAIL_BACKWARD_F32;
import static ciss.tensor.cpu.Kernels.ADD_DETAIL_F32;
import static ciss.tensor.cpu.Kernels.ATTEND_BACKWARD_F32;
import static ciss.tensor.cpu.Kernels.ATTEND_F32;

import ciss.tensor.Box;
import ciss.tensor.ElementwiseOps;
import ciss.tensor.FusionOps;
import ciss.tensor.IterationChecks;
import ciss.tensor.ResampleOps;
import ciss.tensor.ResampleOps.ResizeDims;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/** {@link FusionOps} by the resizes of this backend and {@code native/ops/fuse_scales.c}, row by row. */
interface CpuFusionOps extends FusionOps, ResampleOps, ElementwiseOps {
  /** Threads and memory of this backend. */
  CpuContext cpu();

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
    long w = d.x().in();
    long k = d.classes();
    long a = d.channels();
    Box inner = d.inner() == null ? new Box(0, h, 0, (int) w) : d.inner();
    cpu().parallel(d.n() * h, (row, lane) -> {
      int y = row % h;
      long cell = row * w;
      ATTEND_F32.invokeExact(
          context.address() + 4 * cell * k,
          attentionLogits.isAbsent() ? 0L : attentionLogits.address() + 4 * cell * a,
          (float) d.fixedAttention(),
          attention.address() + 4 * cell * a,
          weightedContext.address() + 4 * cell * k,
          k,
          a,
          w,
          y >= inner.y1() && y < inner.y2() ? 1L : 0L,
          (long) inner.x1(),
          (long) inner.x2());
    });
    try (Workspace.Frame frame = cpu().workspace().frame()) {
      resize(new ResizeDims(d.n(), d.y(), d.x(), d.classes()), weightedContext, fused);
      Tensor upAttention = upAttention(d, attention, frame);
      Box placed = placed(d);
      cpu().parallel(d.n() * placed.height(), (row, lane) -> {
        long at = cell(d, placed, row);
        long detailAt = detail.address() + 4L * row * placed.width() * k;
        long cells = placed.width();
        ADD_DETAIL_F32.invokeExact(upAttention.address() + 4 * at * a, detailAt, fused.address() + 4 * at * k, k, a, cells);
      });
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
    int h = d.y().in();
    long w = d.x().in();
    long k = d.classes();
    long a = d.channels();
    try (Workspace.Frame frame = cpu().workspace().frame()) {
      Tensor dWeighted = frame.take(d.n(), h, (int) w, d.classes());
      resizeBackward(new ResizeDims(d.n(), d.y(), d.x(), d.classes()), dFused, dWeighted);
      if (!dWeightedContext.isAbsent()) {
        accumulate(dWeightedContext, dWeighted);
      }
      Tensor upAttention = upAttention(d, attention, frame);
      Tensor dUpAttention = frame.take(d.n(), d.y().out(), d.x().out(), (int) a);
      fill(dUpAttention, 0);
      Box placed = placed(d);
      cpu().parallel(d.n() * placed.height(), (row, lane) -> {
        long at = cell(d, placed, row);
        long detailCell = (long) row * placed.width();
        ADD_DETAIL_BACKWARD_F32.invokeExact(
            upAttention.address() + 4 * at * a,
            detail.address() + 4 * detailCell * k,
            dFused.address() + 4 * at * k,
            dUpAttention.address() + 4 * at * a,
            dDetail.address() + 4 * detailCell * k,
            k,
            a,
            (long) placed.width());
      });
      Tensor dAttention = frame.take(d.n(), h, (int) w, (int) a);
      resizeBackward(new ResizeDims(d.n(), d.y(), d.x(), (int) a), dUpAttention, dAttention);
      cpu().parallel(d.n() * h, (row, lane) -> {
        long cell = row * w;
        ATTEND_BACKWARD_F32.invokeExact(
            context.address() + 4 * cell * k,
            attention.address() + 4 * cell * a,
            dAttention.address() + 4 * cell * a,
            dWeighted.address() + 4 * cell * k,
            dContext.address() + 4 * cell * k,
            dAttentionLogits.isAbsent() ? 0L : dAttentionLogits.address() + 4 * cell * a,
            k,
            a,
            w);
      });
    }
  }

  private Tensor upAttention(FusionDims d, Tensor attention, Workspace.Frame frame) {
    int channels = d.channels();
    Tensor up = frame.take(d.n(), d.y().out(), d.x().out(), channels);
    resize(new ResizeDims(d.n(), d.y(), d.x(), channels), attention, up);
    return up;
  }

  private static Box placed(FusionDims d) {
    return d.placed() == null ? new Box(0, d.y().out(), 0, d.x().out()) : d.placed();
  }

  /** First cell, in the fused map, of row {@code row} of the detail maps of all samples. */
  private static long cell(FusionDims d, Box placed, int row) {
    int sample = row / placed.height();
    int y = placed.y1() + row % placed.height();
    return ((long) sample * d.y().out() + y) * d.x().out() + placed.x1();
  }
}
