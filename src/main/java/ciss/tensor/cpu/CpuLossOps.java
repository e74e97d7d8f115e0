package ciss.tensor.cpu;

import static ciss.tensor.cpu.Kernels.ACCUMULATE_F32;
import static ciss.tensor.cpu.Kernels.ADD_DOUBLES;
import static ciss.tensor.cpu.Kernels.CROSS_ENTROPY_F32;
import static ciss.tensor.cpu.Kernels.CROSS_ENTROPY_MERGE_F32;
import static ciss.tensor.cpu.Kernels.FEATURE_DISTANCE_BACKWARD_F32;
import static ciss.tensor.cpu.Kernels.FEATURE_DISTANCE_FORWARD_F32;
import static ciss.tensor.cpu.Kernels.FEATURE_DISTANCE_MERGE_F32;
import static ciss.tensor.cpu.Kernels.FEATURE_INVARIANCE_F32;
import static ciss.tensor.cpu.Kernels.INVARIANCE_BY_CLASS_BACKWARD_F32;
import static ciss.tensor.cpu.Kernels.INVARIANCE_BY_CLASS_FORWARD_F32;
import static ciss.tensor.cpu.Kernels.INVARIANCE_BY_CLASS_MERGE_F32;

import ciss.tensor.LossOps;
import ciss.tensor.ShapeChecks;
import ciss.tensor.SweepScratch;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import java.util.Arrays;

/**
 * {@link LossOps} by {@code native/ops/cross_entropy.c} and {@code feature_losses.c}. Loss sums are doubles, one per tile,
 * added in the order of the tiles.
 */
interface CpuLossOps extends LossOps {
  /** Number of values a label can have. */
  int LABELS = 256;

  /** Threads and memory of this backend. */
  CpuContext cpu();

  /**
   * Tiles are runs of source rows with the output rows below each of them. The last of these blend in the first row of the
   * next tile: its share of the gradient is kept apart and added when all tiles are done.
   */
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
    long labelAt = label.address();
    long weightAt = weight.address();
    long logitsAt = logits.address();
    long dLogitsAt = dLogits.address();
    long resultAt = result.address();
    long h = d.y().in();
    long w = d.x().in();
    long k = d.classes();
    long pixels = (long) d.n() * d.region().height() * d.region().width();
    float coefficient = (float) (gradientFactor / pixels);
    Ranges rows = new Ranges(h, SweepScratch.scoreRows(d.y(), d.x()));
    int tiles = d.n() * rows.count();
    try (Workspace.Frame frame = cpu().workspace().frame()) {
      AxisTable down = AxisTable.of(cpu(), frame, d.y());
      AxisTable across = AxisTable.of(cpu(), frame, d.x());
      long labelWeights = FrameArrays.of(frame, labelWeights(d));
      long partials = FrameArrays.doubles(frame, 2 * tiles);
      long edges = dLogits.isAbsent() ? 0 : frame.take(tiles, d.x().in(), d.classes()).address();
      cpu().parallel(tiles, (tile, lane) -> {
        long image = tile / rows.count();
        int range = tile % rows.count();
        long scoresAt = 4 * image * h * w * k;
        long corner = (image * d.labelHeight() + d.region().y1()) * d.labelWidth() + d.region().x1();
        CROSS_ENTROPY_F32.invokeExact(
            logitsAt + scoresAt, k, h, w, down.weight(), down.first(), across.index(), across.weight(),
            (long) d.x().out(), labelAt + corner, weightAt == 0 ? 0L : weightAt + 4 * corner, (long) d.labelWidth(),
            labelWeights, coefficient, dLogitsAt == 0 ? 0L : dLogitsAt + scoresAt, edges + 4 * w * k * tile,
            partials + 16L * tile, rows.begin(range), rows.end(range), cpu().scratch(lane));
      });
      if (!dLogits.isAbsent()) {
        cpu().parallel(tiles, (tile, lane) -> {
          long image = tile / rows.count();
          long next = rows.end(tile % rows.count());
          if (next < h) {
            ACCUMULATE_F32.invokeExact(edges + 4 * w * k * tile, dLogitsAt + 4 * w * k * (image * h + next), w * k);
          }
        });
      }
      cpu().parallel(1, (tile, lane) -> {
        CROSS_ENTROPY_MERGE_F32.invokeExact(partials, (long) tiles, (double) pixels, resultAt);
      });
    }
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
    long fAt = f.address();
    long gAt = g.address();
    long maskAt = mask.address();
    long dfAt = df.address();
    long resultAt = result.address();
    long c = f.size(-1);
    Ranges positions = Ranges.ofRows(f.elements() / c, c);
    try (Workspace.Frame frame = cpu().workspace().frame()) {
      long distances = frame.take(Math.toIntExact(positions.total())).address();
      long partials = FrameArrays.doubles(frame, 2 * positions.count());
      cpu().parallel(positions.count(), (tile, lane) -> {
        FEATURE_DISTANCE_FORWARD_F32.invokeExact(
            fAt, gAt, maskAt, distances, partials + 16L * tile, positions.begin(tile), positions.end(tile), c);
      });
      cpu().parallel(1, (tile, lane) -> {
        FEATURE_DISTANCE_MERGE_F32.invokeExact(partials, (long) positions.count(), factor, resultAt);
      });
      cpu().parallel(positions.count(), (tile, lane) -> {
        FEATURE_DISTANCE_BACKWARD_F32.invokeExact(
            fAt, gAt, maskAt, distances, factor, resultAt, dfAt, positions.begin(tile), positions.end(tile), c);
      });
    }
  }

  @Override
  default void featureInvariance(Tensor a, Tensor b, Norm norm, double factor, Tensor da, Tensor db, Tensor result) {
    ShapeChecks.featureInvariance("featureInvariance", a, b, Tensor.ABSENT, da, db, result);
    long aAt = a.address();
    long bAt = b.address();
    long daAt = da.address();
    long dbAt = db.address();
    long resultAt = result.address();
    double share = factor / a.elements();
    Ranges ranges = Ranges.ofElements(a.elements());
    try (Workspace.Frame frame = cpu().workspace().frame()) {
      long partials = FrameArrays.doubles(frame, ranges.count());
      cpu().parallel(ranges.count(), (tile, lane) -> {
        long at = 4 * ranges.begin(tile);
        FEATURE_INVARIANCE_F32.invokeExact(
            aAt + at, bAt + at, norm == Norm.L1 ? 1L : 0L, (float) share, daAt + at, dbAt + at, partials + 8L * tile,
            ranges.size(tile));
      });
      cpu().parallel(1, (tile, lane) -> {
        ADD_DOUBLES.invokeExact(partials, (long) ranges.count(), share, resultAt);
      });
    }
  }

  @Override
  default void featureInvarianceByClass(
      Tensor a, Tensor b, Tensor label, int classes, Norm norm, double factor, Tensor da, Tensor db, Tensor result) {
    ShapeChecks.featureInvariance("featureInvarianceByClass", a, b, label, da, db, result);
    long aAt = a.address();
    long bAt = b.address();
    long labelAt = label.address();
    long daAt = da.address();
    long dbAt = db.address();
    long resultAt = result.address();
    long absolute = norm == Norm.L1 ? 1 : 0;
    long c = a.size(-1);
    Ranges positions = Ranges.ofRows(a.elements() / c, c);
    try (Workspace.Frame frame = cpu().workspace().frame()) {
      long partials = FrameArrays.doubles(frame, 2 * LABELS * positions.count());
      long coefficients = frame.take(LABELS).address();
      cpu().parallel(positions.count(), (tile, lane) -> {
        INVARIANCE_BY_CLASS_FORWARD_F32.invokeExact(
            aAt, bAt, labelAt, absolute, (long) classes, partials + 16L * LABELS * tile, positions.begin(tile),
            positions.end(tile), c);
      });
      cpu().parallel(1, (tile, lane) -> {
        INVARIANCE_BY_CLASS_MERGE_F32.invokeExact(
            partials, (long) positions.count(), (long) classes, c, factor, coefficients, resultAt);
      });
      cpu().parallel(positions.count(), (tile, lane) -> {
        INVARIANCE_BY_CLASS_BACKWARD_F32.invokeExact(
            aAt, bAt, labelAt, absolute, coefficients, daAt, dbAt, positions.begin(tile), positions.end(tile), c);
      });
    }
  }
}
