package ciss.tensor.cuda;

import ciss.tensor.DType;
import ciss.tensor.LossOps;
import ciss.tensor.ResampleOps;
import ciss.tensor.Shape;
import ciss.tensor.ShapeChecks;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import java.util.Arrays;
import java.util.List;

/**
 * {@link LossOps} by {@code kernels/cross_entropy.cu} and {@code feature_losses.cu}. Loss sums are doubles, one per
 * block, added in the order of the blocks.
 */
interface CudaLossOps extends LossOps, ResampleOps {
  /** Number of values a label can have. */
  int LABELS = 256;

  /** Positions of a block: a warp each, or of the losses by class. */
  int POSITIONS_BY_WARP = 8;
  int POSITIONS_BY_CLASS = 64;

  /** Device and memory of this backend. */
  CudaContext cuda();

  @Override
  default void upsampledCrossEntropy(
      CrossEntropyDims d,
      Tensor logits,
      Tensor label,
      Tensor weight,
      double gradientFactor,
      Tensor dLogits,
      Tensor result) {
    ShapeChecks.crossEntropy(d, logits, label, weight, dLogits, result);
    int h = d.region().height();
    int w = d.region().width();
    long pixels = (long) d.n() * h * w;
    long labelWeights = cuda().step().floats(labelWeights(d));
    int blocks = Math.toIntExact(CudaContext.sweep((long) h * w));
    int parts = d.n() * blocks;
    try (Workspace.Frame frame = cuda().workspace().frame()) {
      Tensor labelAt = inRegion(frame, d, label);
      Tensor weightAt = weight.isAbsent() ? weight : inRegion(frame, d, weight);
      AxisTable down = AxisTable.of(cuda(), frame, d.y());
      AxisTable across = AxisTable.of(cuda(), frame, d.x());
      long lse = frame.take(d.n(), h, w).address();
      long partials = frame.take(DType.F64, Shape.of(parts, 2)).address();
      sizes(
              cuda()
                  .launch(Kernels.CROSS_ENTROPY_FORWARD_F32)
                  .pointer(logits)
                  .pointer(down.index())
                  .pointer(down.weight())
                  .pointer(across.index())
                  .pointer(across.weight())
                  .pointer(labelAt)
                  .pointer(weightAt)
                  .pointer(labelWeights)
                  .pointer(lse)
                  .pointer(partials),
              d)
          .over(blocks, d.n(), 1);
      cuda()
          .launch(Kernels.CROSS_ENTROPY_MERGE)
          .pointer(partials)
          .pointer(result)
          .integer(parts)
          .real(pixels)
          .over(1);
      if (!dLogits.isAbsent()) {
        sizes(
                cuda()
                    .launch(Kernels.CROSS_ENTROPY_BACKWARD_F32)
                    .pointer(logits)
                    .pointer(down.index())
                    .pointer(down.weight())
                    .pointer(down.first())
                    .pointer(across.index())
                    .pointer(across.weight())
                    .pointer(across.first())
                    .pointer(labelAt)
                    .pointer(weightAt)
                    .pointer(labelWeights)
                    .pointer(lse)
                    .pointer(dLogits),
                d)
            .number(gradientFactor / pixels)
            .over(CudaContext.sweep(dLogits.elements() / d.n()), d.n(), 1);
      }
    }
  }

  /** What a map has in the region, which moves from step to step: a copy of it, if the region is not the whole map. */
  private Tensor inRegion(Workspace.Frame frame, CrossEntropyDims d, Tensor map) {
    int h = d.region().height();
    int w = d.region().width();
    if (h == d.labelHeight() && w == d.labelWidth()) {
      return map;
    }
    Tensor part = frame.take(map.dtype(), Shape.of(d.n(), h, w, 1));
    cutWindows(map.reshape(d.n(), d.labelHeight(), d.labelWidth(), 1), List.of(d.region()), part);
    return part;
  }

  private static Launch sizes(Launch launch, CrossEntropyDims d) {
    return launch
        .integer(d.classes())
        .integer(d.y().in())
        .integer(d.x().in())
        .integer(d.region().height())
        .integer(d.region().width())
        .integer(d.region().width())
        .integer(Math.multiplyExact(d.region().height(), d.region().width()));
  }

  /** Weight of each label: 0 where ignored or no class. */
  private static float[] labelWeights(CrossEntropyDims d) {
    float[] weights = new float[LABELS];
    Arrays.fill(weights, 0, d.classes(), 1);
    System.arraycopy(d.classWeights(), 0, weights, 0, d.classWeights().length);
    if (d.ignoreIndex() >= 0 && d.ignoreIndex() < LABELS) {
      weights[d.ignoreIndex()] = 0;
    }
    return weights;
  }

  @Override
  default void featureDistance(Tensor f, Tensor g, Tensor mask, double factor, Tensor df, Tensor result) {
    ShapeChecks.featureDistance(f, g, mask, df, result);
    int c = f.size(-1);
    int positions = Math.toIntExact(f.elements() / c);
    int blocks = Math.toIntExact(Reductions.blocks(positions, POSITIONS_BY_WARP));
    try (Workspace.Frame frame = cuda().workspace().frame()) {
      long distances = frame.take(positions).address();
      long partials = frame.take(DType.F64, Shape.of(blocks, 2)).address();
      cuda()
          .launch(Kernels.FEATURE_DISTANCE_FORWARD_F32)
          .pointer(f)
          .pointer(g)
          .pointer(mask)
          .pointer(distances)
          .pointer(partials)
          .integer(positions)
          .integer(c)
          .over(blocks);
      cuda()
          .launch(Kernels.FEATURE_DISTANCE_MERGE)
          .pointer(partials)
          .pointer(result)
          .integer(blocks)
          .real(factor)
          .over(1);
      cuda()
          .launch(Kernels.FEATURE_DISTANCE_BACKWARD_F32)
          .pointer(f)
          .pointer(g)
          .pointer(mask)
          .pointer(distances)
          .pointer(result)
          .pointer(df)
          .integer(positions)
          .integer(c)
          .real(factor)
          .over(blocks);
    }
  }

  @Override
  default void featureInvariance(Tensor a, Tensor b, Norm norm, double factor, Tensor da, Tensor db, Tensor result) {
    ShapeChecks.featureInvariance("featureInvariance", a, b, Tensor.ABSENT, da, db, result);
    double share = factor / a.elements();
    int blocks = Math.toIntExact(CudaContext.sweep(a.elements()));
    try (Workspace.Frame frame = cuda().workspace().frame()) {
      long partials = frame.take(DType.F64, Shape.of(blocks)).address();
      cuda()
          .launch(Kernels.FEATURE_INVARIANCE_F32)
          .pointer(a)
          .pointer(b)
          .pointer(da)
          .pointer(db)
          .pointer(partials)
          .wide(a.elements())
          .integer(absolute(norm))
          .number(share)
          .over(blocks);
      cuda().launch(Kernels.ADD_DOUBLES).pointer(partials).pointer(result).integer(blocks).real(share).over(1);
    }
  }

  @Override
  default void featureInvarianceByClass(
      Tensor a, Tensor b, Tensor label, int classes, Norm norm, double factor, Tensor da, Tensor db, Tensor result) {
    ShapeChecks.featureInvariance("featureInvarianceByClass", a, b, label, da, db, result);
    int c = a.size(-1);
    int positions = Math.toIntExact(a.elements() / c);
    int blocks = Math.toIntExact(Reductions.blocks(positions, POSITIONS_BY_CLASS));
    try (Workspace.Frame frame = cuda().workspace().frame()) {
      long partials = frame.take(DType.F64, Shape.of(blocks, 2, LABELS)).address();
      long coefficients = frame.take(LABELS).address();
      cuda()
          .launch(Kernels.INVARIANCE_BY_CLASS_FORWARD_F32)
          .pointer(a)
          .pointer(b)
          .pointer(label)
          .pointer(partials)
          .integer(positions)
          .integer(c)
          .integer(classes)
          .integer(absolute(norm))
          .over(blocks);
      cuda()
          .launch(Kernels.INVARIANCE_BY_CLASS_MERGE)
          .pointer(partials)
          .pointer(coefficients)
          .pointer(result)
          .integer(blocks)
          .integer(c)
          .real(factor)
          .over(1);
      cuda()
          .launch(Kernels.INVARIANCE_BY_CLASS_BACKWARD_F32)
          .pointer(a)
          .pointer(b)
          .pointer(label)
          .pointer(coefficients)
          .pointer(da)
          .pointer(db)
          .integer(positions)
          .integer(c)
          .integer(absolute(norm))
          .over(Reductions.blocks(positions, POSITIONS_BY_WARP));
    }
  }

  private static int absolute(Norm norm) {
    return norm == Norm.L1 ? 1 : 0;
  }
}
