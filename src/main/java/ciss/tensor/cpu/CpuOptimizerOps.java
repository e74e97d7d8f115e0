package ciss.tensor.cpu;

import static ciss.tensor.cpu.Kernels.ADAMW_F32;
import static ciss.tensor.cpu.Kernels.FIRST_INDEX_F64;
import static ciss.tensor.cpu.Kernels.FIRST_NON_FINITE_F32;
import static ciss.tensor.cpu.Kernels.MOVING_AVERAGE_F32;

import ciss.tensor.DType;
import ciss.tensor.IterationChecks;
import ciss.tensor.OptimizerOps;
import ciss.tensor.Shape;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** {@link OptimizerOps} by {@code native/ops/optimizer.c}: one sweep each. */
interface CpuOptimizerOps extends OptimizerOps {
  /** Threads and memory of this backend. */
  CpuContext cpu();

  @Override
  default void adamW(
      List<AdamWGroup> groups,
      double beta1,
      double beta2,
      double eps,
      long step,
      Tensor gradients,
      Tensor parameters,
      Tensor firstMoment,
      Tensor secondMoment,
      Tensor nonFinite) {
    IterationChecks.adamW(groups, gradients, parameters, firstMoment, secondMoment, nonFinite);
    if (!nonFinite.isAbsent() && HostStorage.bytes(nonFinite).get(ValueLayout.JAVA_DOUBLE, 0) >= 0) {
      return;
    }
    double correction1 = 1 - Math.pow(beta1, step);
    float rootCorrection2 = (float) Math.sqrt(1 - Math.pow(beta2, step));
    for (AdamWGroup group : groups) {
      long g = gradients.address() + 4 * group.offset();
      long p = parameters.address() + 4 * group.offset();
      long m = firstMoment.address() + 4 * group.offset();
      long v = secondMoment.address() + 4 * group.offset();
      float keep = (float) (1 - group.lr() * group.weightDecay());
      float stepSize = (float) (group.lr() / correction1);
      Ranges ranges = Ranges.ofElements(group.length());
      cpu().parallel(ranges.count(), (tile, lane) -> {
        long at = 4 * ranges.begin(tile);
        ADAMW_F32.invokeExact(
            g + at,
            p + at,
            m + at,
            v + at,
            keep,
            (float) beta1,
            (float) (1 - beta1),
            (float) beta2,
            (float) (1 - beta2),
            stepSize,
            rootCorrection2,
            (float) eps,
            ranges.size(tile));
      });
    }
  }

  @Override
  default void movingAverage(double a, Tensor student, Tensor teacher) {
    IterationChecks.movingAverage(student, teacher);
    long from = student.address();
    long to = teacher.address();
    Ranges ranges = Ranges.ofElements(teacher.elements());
    cpu().parallel(ranges.count(), (tile, lane) -> {
      long at = 4 * ranges.begin(tile);
      MOVING_AVERAGE_F32.invokeExact(from + at, to + at, (float) a, (float) (1 - a), ranges.size(tile));
    });
  }

  @Override
  default void firstNonFinite(Tensor x, Tensor index) {
    long xAt = x.address();
    Ranges ranges = Ranges.ofElements(x.elements());
    try (Workspace.Frame frame = cpu().workspace().frame()) {
      long found = frame.take(DType.F64, Shape.of(Math.max(ranges.count(), 1))).address();
      cpu().parallel(ranges.count(), (tile, lane) -> {
        FIRST_NON_FINITE_F32.invokeExact(xAt + 4 * ranges.begin(tile), found + 8L * tile, ranges.size(tile));
      });
      long indexAt = index.address();
      cpu().parallel(1, (tile, lane) -> {
        FIRST_INDEX_F64.invokeExact(found, (long) ranges.count(), ranges.length(), indexAt);
      });
    }
  }
}
