package ciss.tensor.cuda;

import ciss.tensor.DepthwiseOps;
import ciss.tensor.ShapeChecks;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/** {@link DepthwiseOps} by {@code kernels/depthwise.cu} and {@code gelu.cu}. */
interface CudaDepthwiseOps extends DepthwiseOps {
  /** Pixels of a row that a thread walks along: {@code DEPTHWISE_STRIP}. */
  int STRIP = 8;

  /** Pixels whose products a block of the weight gradient sums at least. */
  int MIN_PIXELS = 1024;

  /** Device and memory of this backend. */
  CudaContext cuda();

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
    cuda()
        .launch(Kernels.DEPTHWISE_FORWARD.of(x))
        .pointer(x)
        .pointer(weight)
        .pointer(bias)
        .pointer(y)
        .wide((long) d.n() * d.h())
        .integer(d.h())
        .integer(d.w())
        .integer(d.c())
        .integer(d.dilation())
        .integer(flipped ? 1 : 0)
        .integer(accumulate ? 1 : 0)
        .over(blocks(d));
  }

  @Override
  default void depthwiseGelu(DepthwiseDims d, Tensor x, Tensor weight, Tensor bias, Tensor pre, Tensor y) {
    ShapeChecks.depthwise("depthwiseGelu", d, x, weight, bias, y);
    ShapeChecks.gelu("depthwiseGelu", pre, y);
    cuda()
        .launch(Kernels.DEPTHWISE_GELU_FORWARD.of(x))
        .pointer(x)
        .pointer(weight)
        .pointer(bias)
        .pointer(pre)
        .pointer(y)
        .wide((long) d.n() * d.h())
        .integer(d.h())
        .integer(d.w())
        .integer(d.c())
        .integer(d.dilation())
        .over(blocks(d));
  }

  /** A thread per strip and four channels, with 128 threads a block. */
  private static long blocks(DepthwiseDims d) {
    long strips = (long) d.n() * d.h() * Reductions.blocks(d.w(), STRIP);
    long threads = strips * (d.c() % 4 == 0 ? d.c() / 4 : d.c());
    return Math.min(Reductions.blocks(threads, 128), 1 << 16);
  }

  private static int rowsPerPart(DepthwiseDims d) {
    return Reductions.rowsPerPart((long) d.n() * d.h(), (int) Reductions.blocks(MIN_PIXELS, Math.max(d.w(), 1)));
  }

  /** Parts of the sums of a weight gradient. */
  static int rowParts(DepthwiseDims d) {
    return Reductions.parts((long) d.n() * d.h(), rowsPerPart(d));
  }

  @Override
  default void depthwiseBackwardWeight(DepthwiseDims d, Tensor x, Tensor dy, Tensor dWeight, Tensor dBias) {
    ShapeChecks.depthwise("depthwiseBackwardWeight", d, x, dWeight, dBias, dy);
    long rows = (long) d.n() * d.h();
    int rowsPerBlock = rowsPerPart(d);
    int blocks = rowParts(d);
    try (Workspace.Frame frame = cuda().workspace().frame()) {
      long partials = frame.take(blocks, 10, d.c()).address();
      cuda()
          .launch(Kernels.DEPTHWISE_BACKWARD_WEIGHT.of(x))
          .pointer(x)
          .pointer(dy)
          .pointer(partials)
          .wide(rows)
          .integer(d.h())
          .integer(d.w())
          .integer(d.c())
          .integer(d.dilation())
          .integer(rowsPerBlock)
          .over(Reductions.blocks(d.c(), 32), blocks, 1);
      cuda()
          .launch(Kernels.DEPTHWISE_BACKWARD_WEIGHT_SUM_F32)
          .pointer(partials)
          .pointer(dWeight)
          .pointer(dBias)
          .integer(blocks)
          .integer(d.c())
          .over(Reductions.blocks(d.c(), 128));
    }
  }

  @Override
  default void gelu(Tensor pre, Tensor y) {
    ShapeChecks.gelu("gelu", pre, y);
    cuda()
        .launch(Kernels.GELU_FORWARD.of(pre))
        .pointer(pre)
        .pointer(y)
        .wide(pre.elements())
        .over(CudaContext.sweep(pre.elements()));
  }

  @Override
  default void geluBackward(Tensor pre, Tensor dy, Tensor dPre) {
    ShapeChecks.gelu("geluBackward", pre, dy, dPre);
    cuda()
        .launch(Kernels.GELU_BACKWARD.of(pre))
        .pointer(pre)
        .pointer(dy)
        .pointer(dPre)
        .wide(pre.elements())
        .over(CudaContext.sweep(pre.elements()));
  }
}
