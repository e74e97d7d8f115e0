package ciss.train;

import ciss.model.SegmentorOptions;
import ciss.model.Segmentors;
import ciss.nn.MemoryLevel;
import ciss.tensor.OperationWork;
import ciss.tensor.ParameterTable;
import ciss.tensor.Workspace;
import ciss.tensor.plan.PlanBackend;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a training needs, counted by running one iteration on a {@link PlanBackend}.
 *
 * @param encoderParameters of one network; {@code headParameters} likewise
 * @param networks how many are held: student, teacher, frozen encoder
 * @param stateBytes parameters, gradients, moments, running statistics and the batch
 * @param batchBytes of the batch alone
 * @param workspaceBytes peak of everything temporary
 * @param work of one iteration, by operation
 */
public record TrainingPlan(
    long encoderParameters,
    long headParameters,
    int networks,
    long stateBytes,
    long batchBytes,
    long workspaceBytes,
    List<OperationWork> work) {

  /**
   * Plans {@code batchSize} crops of {@code height} x {@code width} pixels.
   *
   * @param planner makes what counts for the backend that will train
   */
  public static TrainingPlan of(
      TrainerOptions options,
      MemoryLevel level,
      Supplier<PlanBackend> planner,
      int batchSize,
      int height,
      int width) {
    long encoder = Segmentors.encoderTables(options.model()).parameters().values();
    long head = parameters(options.model()) - encoder;
    UdaOptions uda = options.uda();
    int networks = uda == null ? 1 : uda.featureDistance().lambda() > 0 ? 3 : 2;
    try (PlanBackend plan = planner.get();
        SyntheticTraining training = new SyntheticTraining(plan, options, level, batchSize, height, width)) {
      plan.reset();
      training.run();
      return new TrainingPlan(
          encoder,
          head,
          networks,
          plan.allocatedBytes(),
          training.batchBytes(),
          plan.workspace().peakBytes(),
          plan.work());
    }
  }

  private static long parameters(SegmentorOptions model) {
    return Segmentors.tables(model).parameters().values();
  }

  /** Entries of one network in order, for listings. */
  public static List<ParameterTable.Entry> entries(SegmentorOptions model) {
    return Segmentors.tables(model).parameters().entries();
  }

  /** Prepares a workspace for iterations whose batch is kept in it too. */
  public void announceTo(Workspace workspace) {
    workspace.expectPeak(workspaceBytes + batchBytes);
  }

  /** Everything together, without the program itself. */
  public long bytes() {
    return stateBytes + workspaceBytes;
  }

  /** Floating-point operations of one iteration. */
  public long flops() {
    return work.stream().mapToLong(OperationWork::flops).sum();
  }
}
