package ciss.tensor.cuda;

import ciss.tensor.DType;
import ciss.tensor.NormOps;
import ciss.tensor.Shape;
import ciss.tensor.ShapeChecks;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/**
 * {@link NormOps} by {@code kernels/layer_norm.cu} and {@code batch_norm.cu}. Rows are cut into parts that depend on shapes
 * only; sums over the rows are sums of the parts in their order.
 */
interface CudaNormOps extends NormOps {
  /** Warps, and so rows, of a block of layer norm's forward. */
  int LAYER_NORM_ROWS = 8;

  /** Rows that a block of a backward or of batch norm takes at least; layer norm's takes at most 256. */
  int MIN_ROWS = 32;
  int MAX_LAYER_NORM_ROWS = 256;

  /** Channels of a block of batch norm's sums, and threads of its merging kernels. */
  int CHANNELS = 32;
  int MERGE_THREADS = 128;

  /** Device and memory of this backend. */
  CudaContext cuda();

  @Override
  default void layerNorm(Tensor x, Tensor weight, Tensor bias, double eps, Tensor y, Tensor mean, Tensor rstd) {
    ShapeChecks.layerNorm(x, weight, bias, y, mean, rstd);
    int c = Math.toIntExact(weight.elements());
    int rows = Math.toIntExact(x.elements() / c);
    cuda()
        .launch(byTypes(x, y, Kernels.LAYER_NORM_FORWARD, Kernels.LAYER_NORM_FORWARD_BF16_F32))
        .pointer(x)
        .pointer(weight)
        .pointer(bias)
        .pointer(y)
        .pointer(mean)
        .pointer(rstd)
        .integer(rows)
        .integer(c)
        .number(eps)
        .over(Reductions.blocks(rows, LAYER_NORM_ROWS));
  }

  /** The kernel for x and for an output (or its gradient) of the same type or float32. */
  private static Kernel byTypes(Tensor x, Tensor y, TypedKernel same, Kernel toFloats) {
    return x.dtype() == y.dtype() ? same.of(x) : toFloats;
  }

  @Override
  default void layerNormBackward(
      Tensor x, Tensor weight, Tensor mean, Tensor rstd, Tensor dy, Tensor dx, Tensor dWeight, Tensor dBias) {
    ShapeChecks.layerNormBackward("layerNormBackward", x, weight, mean, rstd, dy, dx, dWeight, dBias);
    backward(x, weight, mean, rstd, dy, dx, dWeight, dBias, false);
  }

  @Override
  default void layerNormBackwardAccumulate(
      Tensor x, Tensor weight, Tensor mean, Tensor rstd, Tensor dy, Tensor dx, Tensor dWeight, Tensor dBias) {
    ShapeChecks.layerNormBackward("layerNormBackwardAccumulate", x, weight, mean, rstd, dy, dx, dWeight, dBias);
    backward(x, weight, mean, rstd, dy, dx, dWeight, dBias, true);
  }

  private static int layerNormRows(long rows) {
    return Math.min(Reductions.rowsPerPart(rows, MIN_ROWS), MAX_LAYER_NORM_ROWS);
  }

  /** Parts of the sums of the gradients of a layer norm's parameters. */
  static int layerNormParts(long rows) {
    return Reductions.parts(rows, layerNormRows(rows));
  }

  /** Parts of the sums of a batch norm. */
  static int batchNormParts(long rows) {
    return Reductions.parts(rows, Reductions.rowsPerPart(rows, MIN_ROWS));
  }

  private void backward(
      Tensor x, Tensor weight, Tensor mean, Tensor rstd, Tensor dy, Tensor dx, Tensor dWeight, Tensor dBias,
      boolean accumulate) {
    int c = Math.toIntExact(weight.elements());
    int rows = Math.toIntExact(x.elements() / c);
    int rowsPerBlock = layerNormRows(rows);
    int blocks = layerNormParts(rows);
    try (Workspace.Frame frame = cuda().workspace().frame()) {
      long partials = frame.take(blocks, 2, c).address();
      cuda()
          .launch(byTypes(x, dy, Kernels.LAYER_NORM_BACKWARD, Kernels.LAYER_NORM_BACKWARD_BF16_F32))
          .pointer(x)
          .pointer(weight)
          .pointer(mean)
          .pointer(rstd)
          .pointer(dy)
          .pointer(dx)
          .pointer(partials)
          .integer(rows)
          .integer(c)
          .integer(rowsPerBlock)
          .integer(accumulate ? 1 : 0)
          .over(blocks);
      Reductions.addPartials(cuda(), partials, blocks, 2 * c, c, dWeight.address());
      Reductions.addPartials(cuda(), partials + 4L * c, blocks, 2 * c, c, dBias.address());
    }
  }

  @Override
  default void batchNorm(
      Tensor x,
      Tensor weight,
      Tensor bias,
      double eps,
      double momentum,
      boolean relu,
      Tensor y,
      Tensor mean,
      Tensor rstd,
      Tensor runningMean,
      Tensor runningVar) {
    ShapeChecks.batchNorm(x, weight, bias, y, mean, rstd, runningMean, runningVar);
    int c = Math.toIntExact(weight.elements());
    int rows = Math.toIntExact(x.elements() / c);
    int rowsPerBlock = Reductions.rowsPerPart(rows, MIN_ROWS);
    int blocks = batchNormParts(rows);
    try (Workspace.Frame frame = cuda().workspace().frame()) {
      long partials = frame.take(DType.F64, Shape.of(blocks, 2, c)).address();
      cuda()
          .launch(Kernels.BATCH_NORM_STATISTICS.of(x))
          .pointer(x)
          .pointer(partials)
          .integer(rows)
          .integer(c)
          .integer(rowsPerBlock)
          .over(Reductions.blocks(c, CHANNELS), blocks, 1);
      cuda()
          .launch(Kernels.BATCH_NORM_MERGE_F32)
          .pointer(partials)
          .pointer(mean)
          .pointer(rstd)
          .pointer(runningMean)
          .pointer(runningVar)
          .integer(rows)
          .integer(c)
          .integer(rowsPerBlock)
          .real(eps)
          .real(momentum)
          .over(Reductions.blocks(c, MERGE_THREADS));
    }
    apply(x, weight, bias, mean.address(), rstd.address(), relu, y);
  }

  @Override
  default void batchNormInference(
      Tensor x, Tensor weight, Tensor bias, double eps, boolean relu, Tensor runningMean, Tensor runningVar, Tensor y) {
    ShapeChecks.batchNormApply("batchNormInference", x, weight, bias, runningMean, runningVar, y);
    int c = Math.toIntExact(weight.elements());
    try (Workspace.Frame frame = cuda().workspace().frame()) {
      long rstd = frame.take(c).address();
      cuda()
          .launch(Kernels.BATCH_NORM_RSTD_F32)
          .pointer(runningVar)
          .pointer(rstd)
          .integer(c)
          .real(eps)
          .over(Reductions.blocks(c, MERGE_THREADS));
      apply(x, weight, bias, runningMean.address(), rstd, relu, y);
    }
  }

  @Override
  default void batchNormApply(
      Tensor x, Tensor weight, Tensor bias, Tensor mean, Tensor rstd, boolean relu, Tensor y) {
    ShapeChecks.batchNormApply("batchNormApply", x, weight, bias, mean, rstd, y);
    apply(x, weight, bias, mean.address(), rstd.address(), relu, y);
  }

  private void apply(Tensor x, Tensor weight, Tensor bias, long mean, long rstd, boolean relu, Tensor y) {
    cuda()
        .launch(byTypes(x, y, Kernels.BATCH_NORM_APPLY, Kernels.BATCH_NORM_APPLY_BF16_F32))
        .pointer(x)
        .pointer(weight)
        .pointer(bias)
        .pointer(mean)
        .pointer(rstd)
        .pointer(y)
        .wide(x.elements())
        .integer(Math.toIntExact(weight.elements()))
        .integer(relu ? 1 : 0)
        .over(CudaContext.sweep(x.elements()));
  }

  @Override
  default void batchNormBackward(
      Tensor x,
      Tensor weight,
      Tensor bias,
      Tensor mean,
      Tensor rstd,
      boolean relu,
      Tensor dy,
      Tensor dx,
      Tensor dWeight,
      Tensor dBias) {
    ShapeChecks.batchNormBackward(x, weight, bias, mean, rstd, dy, dx, dWeight, dBias);
    int c = Math.toIntExact(weight.elements());
    int rows = Math.toIntExact(x.elements() / c);
    int rowsPerBlock = Reductions.rowsPerPart(rows, MIN_ROWS);
    int blocks = batchNormParts(rows);
    try (Workspace.Frame frame = cuda().workspace().frame()) {
      long partials = frame.take(blocks, 2, c).address();
      long means = frame.take(2, c).address();
      cuda()
          .launch(Kernels.BATCH_NORM_BACKWARD_SUMS.of(x))
          .pointer(x)
          .pointer(weight)
          .pointer(bias)
          .pointer(mean)
          .pointer(rstd)
          .pointer(dy)
          .pointer(partials)
          .integer(rows)
          .integer(c)
          .integer(rowsPerBlock)
          .integer(relu ? 1 : 0)
          .over(Reductions.blocks(c, CHANNELS), blocks, 1);
      cuda()
          .launch(Kernels.BATCH_NORM_BACKWARD_MERGE_F32)
          .pointer(partials)
          .pointer(means)
          .pointer(dWeight)
          .pointer(dBias)
          .integer(blocks)
          .integer(rows)
          .integer(c)
          .over(Reductions.blocks(c, MERGE_THREADS));
      cuda()
          .launch(Kernels.BATCH_NORM_BACKWARD.of(x))
          .pointer(x)
          .pointer(weight)
          .pointer(bias)
          .pointer(mean)
          .pointer(rstd)
          .pointer(means)
          .pointer(dy)
          .pointer(dx)
          .wide(x.elements())
          .integer(c)
          .integer(relu ? 1 : 0)
          .over(CudaContext.sweep(x.elements()));
    }
  }
}
