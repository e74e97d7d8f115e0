package ciss.tensor.cuda;

import ciss.nn.MemoryLevel;
import ciss.tensor.Precision;
import ciss.tensor.Tensor;
import ciss.tensor.plan.PlanBackend;
import ciss.train.SyntheticTraining;
import ciss.train.TrainingPlan;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * A process of its own that trains for an iteration at every memory level, from the leanest on, with a workspace of the
 * planned size.
 */
final class CudaLevels {
  private CudaLevels() {}

  /**
   * Prints for each level its name, the bytes planned, those reserved and those used in the end, and hashes of
   * gradients and parameters.
   *
   * @param arguments the precision
   */
  public static void main(String[] arguments) {
    try (CudaBackend cuda = new CudaBackend(0, Precision.valueOf(arguments[0]))) {
      for (MemoryLevel level : List.of(MemoryLevel.values()).reversed()) {
        TrainingPlan plan =
            TrainingPlan.of(
                CudaReplay.options(), level, () -> PlanBackend.like(cuda), 1, CudaReplay.CROP, CudaReplay.CROP);
        cuda.workspace().expectPeak(plan.workspaceBytes());
        cuda.workspace().restartPeak();
        try (SyntheticTraining training =
            new SyntheticTraining(cuda, CudaReplay.options(), level, 1, CudaReplay.CROP, CudaReplay.CROP)) {
          training.run();
          System.out.println(
              "%s %d %d %d %s %s"
                  .formatted(
                      level,
                      plan.workspaceBytes(),
                      cuda.workspace().reservedBytes(),
                      cuda.workspace().peakBytes(),
                      hash(cuda, training.trainer().student().store().gradients().flat()),
                      hash(cuda, training.trainer().student().store().values().flat())));
        }
      }
    }
  }

  private static String hash(CudaBackend cuda, Tensor x) {
    return HexFormat.of().toHexDigits(Arrays.hashCode(cuda.download(x)));
  }
}
