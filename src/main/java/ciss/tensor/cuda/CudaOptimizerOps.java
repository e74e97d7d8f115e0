package ciss.tensor.cuda;

import ciss.tensor.DType;
import ciss.tensor.IterationChecks;
import ciss.tensor.OptimizerOps;
import ciss.tensor.Shape;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import java.util.List;

/** {@link OptimizerOps} by {@code kernels/optimizer.cu}: one sweep each. */
interface CudaOptimizerOps extends OptimizerOps {
  /** Device and memory of this backend. */
  CudaContext cuda();

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
    float[] factors = new float[2 * groups.size() + 1];
    for (int i = 0; i < groups.size(); i++) {
      AdamWGroup group = groups.get(i);
      factors[2 * i] = (float) (1 - group.lr() * group.weightDecay());
      factors[2 * i + 1] = (float) (group.lr() / (1 - Math.pow(beta1, step)));
    }
    factors[2 * groups.size()] = (float) Math.sqrt(1 - Math.pow(beta2, step));
    long slot = cuda().step().floats(factors);
    long copy = cuda().copyOf(parameters);
    for (int i = 0; i < groups.size(); i++) {
      AdamWGroup group = groups.get(i);
      long at = 4 * group.offset();
      cuda()
          .launch(Kernels.ADAMW_F32)
          .pointer(gradients.address() + at)
          .pointer(parameters.address() + at)
          .pointer(firstMoment.address() + at)
          .pointer(secondMoment.address() + at)
          .pointer(copy == 0 ? 0 : copy + at / 2)
          .pointer(slot + 8L * i)
          .pointer(slot + 8L * groups.size())
          .wide(group.length())
          .number(beta1)
          .number(1 - beta1)
          .number(beta2)
          .number(1 - beta2)
          .number(eps)
          .pointer(nonFinite)
          .over(CudaContext.sweep(group.length()));
    }
  }

  @Override
  default void movingAverage(double a, Tensor student, Tensor teacher) {
    IterationChecks.movingAverage(student, teacher);
    cuda()
        .launch(Kernels.MOVING_AVERAGE_F32)
        .pointer(student)
        .pointer(teacher)
        .pointer(cuda().copyOf(teacher))
        .pointer(cuda().step().floats((float) a, (float) (1 - a)))
        .wide(teacher.elements())
        .over(CudaContext.sweep(teacher.elements()));
  }

  @Override
  default void firstNonFinite(Tensor x, Tensor index) {
    int blocks = (int) Math.max(1, CudaContext.sweep(x.elements()));
    try (Workspace.Frame frame = cuda().workspace().frame()) {
      long found = frame.take(DType.F64, Shape.of(blocks)).address();
      cuda()
          .launch(Kernels.FIRST_NON_FINITE_F32)
          .pointer(x)
          .pointer(found)
          .wide(x.elements())
          .over(blocks);
      cuda()
          .launch(Kernels.FIRST_INDEX_F64)
          .pointer(found)
          .pointer(index)
          .integer(blocks)
          .wide(x.elements())
          .over(1);
    }
  }
}
