package ciss.tensor.cpu;

import static ciss.tensor.cpu.Kernels.BATCH_NORM_APPLY_F32;
import static ciss.tensor.cpu.Kernels.BATCH_NORM_BACKWARD_F32;
import static ciss.tensor.cpu.Kernels.BATCH_NORM_BACKWARD_MERGE_F32;
import static ciss.tensor.cpu.Kernels.BATCH_NORM_BACKWARD_SUMS_F32;
import static ciss.tensor.cpu.Kernels.BATCH_NORM_MERGE_F32;
import static ciss.tensor.cpu.Kernels.BATCH_NORM_RSTD_F32;
import static ciss.tensor.cpu.Kernels.BATCH_NORM_STATISTICS_F32;
import static ciss.tensor.cpu.Kernels.LAYER_NORM_BACKWARD_F32;
import static ciss.tensor.cpu.Kernels.LAYER_NORM_FORWARD_F32;

import ciss.tensor.DType;
import ciss.tensor.NormOps;
import ciss.tensor.Shape;
import ciss.tensor.ShapeChecks;
import ciss.tensor.SweepScratch;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/**
 * {@link NormOps} by {@code native/ops/layer_norm.c} and {@code batch_norm.c}. Rows are cut into chunks; sums over the rows
 * are sums of the chunks in their order.
 */
interface CpuNormOps extends NormOps {
  /** Threads and memory of this backend. */
  CpuContext cpu();

  @Override
  default void layerNorm(Tensor x, Tensor weight, Tensor bias, double eps, Tensor y, Tensor mean, Tensor rstd) {
    ShapeChecks.layerNorm(x, weight, bias, y, mean, rstd);
    long xAt = x.address();
    long weightAt = weight.address();
    long biasAt = bias.address();
    long yAt = y.address();
    long meanAt = mean.address();
    long rstdAt = rstd.address();
    long c = weight.elements();
    Ranges rows = Ranges.ofRows(x.elements() / c, c);
    cpu().parallel(rows.count(), (tile, lane) -> {
      LAYER_NORM_FORWARD_F32.invokeExact(
          xAt, weightAt, biasAt, (float) eps, yAt, meanAt, rstdAt, rows.begin(tile), rows.end(tile), c);
    });
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

  private void backward(
      Tensor x, Tensor weight, Tensor mean, Tensor rstd, Tensor dy, Tensor dx, Tensor dWeight, Tensor dBias,
      boolean accumulate) {
    long xAt = x.address();
    long weightAt = weight.address();
    long meanAt = mean.address();
    long rstdAt = rstd.address();
    long dyAt = dy.address();
    long dxAt = dx.address();
    int c = Math.toIntExact(weight.elements());
    Ranges rows = new Ranges(x.elements() / c, SweepScratch.chunkRows(c));
    try (Workspace.Frame frame = cpu().workspace().frame()) {
      long dWeights = frame.take(rows.count(), c).address();
      long dBiases = frame.take(rows.count(), c).address();
      cpu().parallel(rows.count(), (tile, lane) -> {
        long partial = 4L * c * tile;
        LAYER_NORM_BACKWARD_F32.invokeExact(
            xAt, weightAt, meanAt, rstdAt, dyAt, dxAt, accumulate ? 1L : 0L, dWeights + partial, dBiases + partial,
            rows.begin(tile), rows.end(tile), (long) c);
      });
      Reductions.addPartials(cpu(), dWeights, rows.count(), c, dWeight.address());
      Reductions.addPartials(cpu(), dBiases, rows.count(), c, dBias.address());
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
    long xAt = x.address();
    long meanAt = mean.address();
    long rstdAt = rstd.address();
    long runningMeanAt = runningMean.address();
    long runningVarAt = runningVar.address();
    int c = Math.toIntExact(weight.elements());
    Ranges rows = new Ranges(x.elements() / c, SweepScratch.chunkRows(c));
    try (Workspace.Frame frame = cpu().workspace().frame()) {
      long partials = frame.take(DType.F64, Shape.of(rows.count(), 2, c)).address();
      cpu().parallel(rows.count(), (tile, lane) -> {
        BATCH_NORM_STATISTICS_F32.invokeExact(
            xAt, partials + 16L * c * tile, rows.begin(tile), rows.end(tile), (long) c);
      });
      cpu().parallel(1, (tile, lane) -> {
        BATCH_NORM_MERGE_F32.invokeExact(
            partials, rows.total(), rows.length(), (long) c, eps, momentum, meanAt, rstdAt, runningMeanAt, runningVarAt);
      });
    }
    apply(x, weight, bias, meanAt, rstdAt, relu, y);
  }

  @Override
  default void batchNormInference(
      Tensor x, Tensor weight, Tensor bias, double eps, boolean relu, Tensor runningMean, Tensor runningVar, Tensor y) {
    ShapeChecks.batchNormApply("batchNormInference", x, weight, bias, runningMean, runningVar, y);
    long varAt = runningVar.address();
    long c = weight.elements();
    try (Workspace.Frame frame = cpu().workspace().frame()) {
      long rstdAt = frame.take(Math.toIntExact(c)).address();
      cpu().parallel(1, (tile, lane) -> {
        BATCH_NORM_RSTD_F32.invokeExact(varAt, eps, rstdAt, c);
      });
      apply(x, weight, bias, runningMean.address(), rstdAt, relu, y);
    }
  }

  @Override
  default void batchNormApply(
      Tensor x, Tensor weight, Tensor bias, Tensor mean, Tensor rstd, boolean relu, Tensor y) {
    ShapeChecks.batchNormApply("batchNormApply", x, weight, bias, mean, rstd, y);
    apply(x, weight, bias, mean.address(), rstd.address(), relu, y);
  }

  private void apply(Tensor x, Tensor weight, Tensor bias, long meanAt, long rstdAt, boolean relu, Tensor y) {
    long xAt = x.address();
    long weightAt = weight.address();
    long biasAt = bias.address();
    long yAt = y.address();
    long c = weight.elements();
    Ranges rows = Ranges.ofRows(x.elements() / c, c);
    cpu().parallel(rows.count(), (tile, lane) -> {
      BATCH_NORM_APPLY_F32.invokeExact(
          xAt, weightAt, biasAt, meanAt, rstdAt, relu ? 1L : 0L, yAt, rows.begin(tile), rows.end(tile), c);
    });
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
    long xAt = x.address();
    long weightAt = weight.address();
    long biasAt = bias.address();
    long meanAt = mean.address();
    long rstdAt = rstd.address();
    long dyAt = dy.address();
    long dxAt = dx.address();
    long dWeightAt = dWeight.address();
    long dBiasAt = dBias.address();
    long withRelu = relu ? 1 : 0;
    int c = Math.toIntExact(weight.elements());
    Ranges rows = new Ranges(x.elements() / c, SweepScratch.chunkRows(c));
    try (Workspace.Frame frame = cpu().workspace().frame()) {
      long partials = frame.take(rows.count(), 2, c).address();
      long means = frame.take(2, c).address();
      cpu().parallel(rows.count(), (tile, lane) -> {
        BATCH_NORM_BACKWARD_SUMS_F32.invokeExact(
            xAt, weightAt, biasAt, meanAt, rstdAt, withRelu, dyAt, partials + 8L * c * tile, rows.begin(tile),
            rows.end(tile), (long) c);
      });
      cpu().parallel(1, (tile, lane) -> {
        BATCH_NORM_BACKWARD_MERGE_F32.invokeExact(
            partials, (long) rows.count(), rows.total(), (long) c, means, dWeightAt, dBiasAt);
      });
      cpu().parallel(rows.count(), (tile, lane) -> {
        BATCH_NORM_BACKWARD_F32.invokeExact(
            xAt, weightAt, biasAt, meanAt, rstdAt, withRelu, means, dyAt, dxAt, rows.begin(tile), rows.end(tile),
            (long) c);
      });
    }
  }
}
