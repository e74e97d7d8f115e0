package ciss.tensor.cpu;

import static ciss.tensor.cpu.Kernels.DEPTHWISE_BACKWARD_WEIGHT_F32;
import static ciss.tensor.cpu.Kernels.DEPTHWISE_BACKWARD_WEIGHT_SUM_F32;
import static ciss.tensor.cpu.Kernels.DEPTHWISE_FORWARD_F32;
import static ciss.tensor.cpu.Kernels.DEPTHWISE_GELU_FORWARD_F32;
import static ciss.tensor.cpu.Kernels.DEPTHWISE_WEIGHTS_F32;
import static ciss.tensor.cpu.Kernels.GELU_BACKWARD_F32;
import static ciss.tensor.cpu.Kernels.GELU_FORWARD_F32;

import ciss.tensor.DepthwiseOps;
import ciss.tensor.ShapeChecks;
import ciss.tensor.SweepScratch;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/**
 * {@link DepthwiseOps} by {@code native/ops/depthwise.c}, {@code depthwise_backward.c} and {@code gelu.c}. Tiles are bands
 * of image rows. The weights are brought into the order {@code [3,3,c]} at every call: 9 c floats.
 */
interface CpuDepthwiseOps extends DepthwiseOps {
  /** Threads and memory of this backend. */
  CpuContext cpu();

  @Override
  default void depthwise(DepthwiseDims d, Tensor x, Tensor weight, Tensor bias, Tensor y) {
    ShapeChecks.depthwise("depthwise", d, x, weight, bias, y);
    convolve(d, x, weight, false, bias, y, false);
  }

  /** The weights flipped: a gradient spreads where its output was gathered from. */
  @Override
  default void depthwiseBackwardInput(DepthwiseDims d, Tensor dy, Tensor weight, Tensor dx) {
    ShapeChecks.depthwise("depthwiseBackwardInput", d, dx, weight, Tensor.ABSENT, dy);
    convolve(d, dy, weight, true, Tensor.ABSENT, dx, false);
  }

  @Override
  default void depthwiseBackwardInputAccumulate(DepthwiseDims d, Tensor dy, Tensor weight, Tensor dx) {
    ShapeChecks.depthwise("depthwiseBackwardInputAccumulate", d, dx, weight, Tensor.ABSENT, dy);
    convolve(d, dy, weight, true, Tensor.ABSENT, dx, true);
  }

  private void convolve(
      DepthwiseDims d, Tensor x, Tensor weight, boolean flipped, Tensor bias, Tensor y, boolean accumulate) {
    long xAt = x.address();
    long biasAt = bias.address();
    long yAt = y.address();
    Ranges rows = Ranges.ofRows((long) d.n() * d.h(), (long) d.w() * d.c());
    try (Workspace.Frame frame = cpu().workspace().frame()) {
      long taps = taps(frame, d, weight, flipped);
      cpu().parallel(rows.count(), (tile, lane) -> {
        DEPTHWISE_FORWARD_F32.invokeExact(
            xAt, taps, biasAt, yAt, accumulate ? 1L : 0L, (long) d.h(), (long) d.w(), (long) d.c(),
            (long) d.dilation(), rows.begin(tile), rows.end(tile));
      });
    }
  }

  @Override
  default void depthwiseGelu(DepthwiseDims d, Tensor x, Tensor weight, Tensor bias, Tensor pre, Tensor y) {
    ShapeChecks.depthwise("depthwiseGelu", d, x, weight, bias, y);
    ShapeChecks.gelu("depthwiseGelu", pre, y);
    long xAt = x.address();
    long biasAt = bias.address();
    long preAt = pre.address();
    long yAt = y.address();
    Ranges rows = Ranges.ofRows((long) d.n() * d.h(), (long) d.w() * d.c());
    try (Workspace.Frame frame = cpu().workspace().frame()) {
      long taps = taps(frame, d, weight, false);
      cpu().parallel(rows.count(), (tile, lane) -> {
        DEPTHWISE_GELU_FORWARD_F32.invokeExact(
            xAt, taps, biasAt, preAt, yAt, (long) d.h(), (long) d.w(), (long) d.c(), (long) d.dilation(),
            rows.begin(tile), rows.end(tile));
      });
    }
  }

  /** The weights as {@code [3,3,c]}. */
  private long taps(Workspace.Frame frame, DepthwiseDims d, Tensor weight, boolean flipped) {
    long weightAt = weight.address();
    long taps = frame.take(3, 3, d.c()).address();
    cpu().parallel(1, (tile, lane) -> {
      DEPTHWISE_WEIGHTS_F32.invokeExact(weightAt, taps, (long) d.c(), flipped ? 1L : 0L);
    });
    return taps;
  }

  /** Tiles are blocks of channels of chunks of rows; the sums of the chunks are added in order. */
  @Override
  default void depthwiseBackwardWeight(DepthwiseDims d, Tensor x, Tensor dy, Tensor dWeight, Tensor dBias) {
    ShapeChecks.depthwise("depthwiseBackwardWeight", d, x, dWeight, dBias, dy);
    long xAt = x.address();
    long dyAt = dy.address();
    long dWeightAt = dWeight.address();
    long dBiasAt = dBias.address();
    long c = d.c();
    Ranges rows = new Ranges((long) d.n() * d.h(), SweepScratch.chunkPixelRows(d.w()));
    Ranges blocks = new Ranges(c, SweepScratch.CHANNEL_BLOCK);
    try (Workspace.Frame frame = cpu().workspace().frame()) {
      long partials = frame.take(rows.count(), 10, d.c()).address();
      cpu().parallel(rows.count() * blocks.count(), (tile, lane) -> {
        int chunk = tile / blocks.count();
        int block = tile % blocks.count();
        long at = 4 * blocks.begin(block);
        DEPTHWISE_BACKWARD_WEIGHT_F32.invokeExact(
            xAt + at, dyAt + at, partials + 40 * c * chunk + at, (long) d.h(), (long) d.w(), c, blocks.size(block),
            (long) d.dilation(), rows.begin(chunk), rows.end(chunk));
      });
      cpu().parallel(1, (tile, lane) -> {
        DEPTHWISE_BACKWARD_WEIGHT_SUM_F32.invokeExact(partials, (long) rows.count(), dWeightAt, dBiasAt, c);
      });
    }
  }

  @Override
  default void gelu(Tensor pre, Tensor y) {
    ShapeChecks.gelu("gelu", pre, y);
    long preAt = pre.address();
    long yAt = y.address();
    Ranges ranges = Ranges.ofElements(pre.elements());
    cpu().parallel(ranges.count(), (tile, lane) -> {
      long at = 4 * ranges.begin(tile);
      GELU_FORWARD_F32.invokeExact(preAt + at, yAt + at, ranges.size(tile));
    });
  }

  @Override
  default void geluBackward(Tensor pre, Tensor dy, Tensor dPre) {
    ShapeChecks.gelu("geluBackward", pre, dy, dPre);
    long preAt = pre.address();
    long dyAt = dy.address();
    long dPreAt = dPre.address();
    Ranges ranges = Ranges.ofElements(pre.elements());
    cpu().parallel(ranges.count(), (tile, lane) -> {
      long at = 4 * ranges.begin(tile);
      GELU_BACKWARD_F32.invokeExact(preAt + at, dyAt + at, dPreAt + at, ranges.size(tile));
    });
  }
}
