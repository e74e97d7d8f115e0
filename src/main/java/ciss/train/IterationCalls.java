package ciss.train;

import ciss.nn.MemoryLevel;
import ciss.tensor.DType;
import ciss.tensor.OperationScratch;
import ciss.tensor.cases.CallRecorder;
import ciss.tensor.cases.RecordedCall;
import ciss.tensor.plan.PlanBackend;
import java.util.List;

/** The operations of one training iteration with the shapes that they have in it. */
public final class IterationCalls {
  private IterationCalls() {}

  /**
   * Every distinct call of one iteration, with its count.
   *
   * @param activations of the backend that is to make the calls
   * @param height of the crop in pixels; {@code width} likewise
   */
  public static List<RecordedCall> of(
      TrainerOptions options, DType activations, int batchSize, int height, int width) {
    try (PlanBackend plan = new PlanBackend(activations, OperationScratch.NONE)) {
      CallRecorder recorder = new CallRecorder(plan);
      try (SyntheticTraining training =
          new SyntheticTraining(recorder.backend(), options, MemoryLevel.FUSED, batchSize, height, width)) {
        recorder.reset();
        training.run();
        return List.copyOf(recorder.calls());
      }
    }
  }
}
