package ciss.tensor.cpu;

import static ciss.tensor.cpu.Kernels.ACCUMULATE_F32;
import static ciss.tensor.cpu.Kernels.COPY_U8;
import static ciss.tensor.cpu.Kernels.FILL_F32;
import static ciss.tensor.cpu.Kernels.RESIDUAL_F32;
import static ciss.tensor.cpu.Kernels.SCALE_CHANNELS_F32;
import static ciss.tensor.cpu.Kernels.SCALE_SAMPLES_F32;

import ciss.tensor.ElementwiseOps;
import ciss.tensor.ShapeChecks;
import ciss.tensor.Tensor;

/** {@link ElementwiseOps} by {@code native/ops/elementwise.c}: one sweep each. */
interface CpuElementwiseOps extends ElementwiseOps {
  /** Threads and memory of this backend. */
  CpuContext cpu();

  @Override
  default void fill(Tensor x, float value) {
    ShapeChecks.fill(x);
    long xAt = x.address();
    Ranges ranges = Ranges.ofElements(x.elements());
    cpu().parallel(ranges.count(), (tile, lane) -> {
      FILL_F32.invokeExact(xAt + 4 * ranges.begin(tile), value, ranges.size(tile));
    });
  }

  @Override
  default void copy(Tensor x, Tensor y) {
    ShapeChecks.copy(x, y);
    long xAt = x.address();
    long yAt = y.address();
    Ranges ranges = Ranges.ofElements(x.bytes());
    cpu().parallel(ranges.count(), (tile, lane) -> {
      COPY_U8.invokeExact(xAt + ranges.begin(tile), yAt + ranges.begin(tile), ranges.size(tile));
    });
  }

  @Override
  default void accumulate(Tensor x, Tensor y) {
    ShapeChecks.accumulate(x, y);
    long xAt = x.address();
    long yAt = y.address();
    Ranges ranges = Ranges.ofElements(x.elements());
    cpu().parallel(ranges.count(), (tile, lane) -> {
      long at = 4 * ranges.begin(tile);
      ACCUMULATE_F32.invokeExact(xAt + at, yAt + at, ranges.size(tile));
    });
  }

  @Override
  default void residual(Tensor x, Tensor branch, Tensor factors, Tensor y) {
    ShapeChecks.residual(x, branch, factors, y);
    long xAt = x.address();
    long branchAt = branch.address();
    long factorsAt = factors.address();
    long yAt = y.address();
    int samples = factors.isAbsent() ? 1 : x.size(0);
    Ranges ranges = Ranges.ofElements(x.elements() / Math.max(samples, 1));
    int tiles = ranges.count();
    cpu().parallel(samples * tiles, (tile, lane) -> {
      long sample = tile / tiles;
      long at = 4 * (sample * ranges.total() + ranges.begin(tile % tiles));
      long factor = factorsAt == 0 ? 0 : factorsAt + 4 * sample;
      RESIDUAL_F32.invokeExact(xAt + at, branchAt + at, factor, yAt + at, ranges.size(tile % tiles));
    });
  }

  @Override
  default void scaleSamples(Tensor x, Tensor factors, Tensor y) {
    ShapeChecks.scaleSamples(x, factors, y);
    long xAt = x.address();
    long factorsAt = factors.address();
    long yAt = y.address();
    int samples = x.size(0);
    Ranges ranges = Ranges.ofElements(x.elements() / Math.max(samples, 1));
    int tiles = ranges.count();
    cpu().parallel(samples * tiles, (tile, lane) -> {
      long sample = tile / tiles;
      long at = 4 * (sample * ranges.total() + ranges.begin(tile % tiles));
      SCALE_SAMPLES_F32.invokeExact(xAt + at, factorsAt + 4 * sample, yAt + at, ranges.size(tile % tiles));
    });
  }

  @Override
  default void scaleChannels(Tensor x, Tensor factors, Tensor y) {
    ShapeChecks.scaleChannels(x, factors, y);
    long xAt = x.address();
    long factorsAt = factors.address();
    long yAt = y.address();
    int samples = x.size(0);
    long c = x.size(-1);
    Ranges ranges = Ranges.ofRows(x.elements() / Math.max(samples * c, 1), c);
    int tiles = ranges.count();
    cpu().parallel(samples * tiles, (tile, lane) -> {
      long sample = tile / tiles;
      long at = 4 * c * (sample * ranges.total() + ranges.begin(tile % tiles));
      SCALE_CHANNELS_F32.invokeExact(xAt + at, factorsAt + 4 * c * sample, yAt + at, ranges.size(tile % tiles), c);
    });
  }
}
