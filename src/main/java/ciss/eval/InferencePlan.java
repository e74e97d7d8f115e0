package ciss.eval;

import ciss.model.Initialisation;
import ciss.model.Segmentor;
import ciss.model.SegmentorOptions;
import ciss.model.Segmentors;
import ciss.model.SlideInference;
import ciss.tensor.Draws;
import ciss.tensor.ParameterStore;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import ciss.tensor.plan.PlanBackend;
import java.util.function.Supplier;

/**
 * What the prediction of one picture needs, counted on a {@link PlanBackend}: one view, no test-time augmentation.
 *
 * @param stateBytes parameters and running statistics
 * @param workspaceBytes peak of everything temporary, picture and scores included
 */
public record InferencePlan(long stateBytes, long workspaceBytes, long flops) {

  /**
   * Plans a picture of {@code height} x {@code width} pixels.
   *
   * @param planner makes what counts for the backend that will predict
   */
  public static InferencePlan of(
      SegmentorOptions model, SlideInference.Options options, Supplier<PlanBackend> planner, int height, int width) {
    try (PlanBackend plan = planner.get();
        ParameterStore store = Initialisation.create(plan, Segmentors.tables(model), false, new Draws(0), 0)) {
      Segmentor segmentor = Segmentors.create(model, plan, store);
      try (Workspace.Frame frame = plan.workspace().frame()) {
        Tensor picture = frame.take(1, height, width, 3);
        Tensor logits = frame.take(1, height, width, model.classes());
        new SlideInference(plan, segmentor, options).logits(picture, logits);
      }
      return new InferencePlan(plan.allocatedBytes(), plan.workspace().peakBytes(), plan.flops());
    }
  }

  /** Everything together, without the program itself. */
  public long bytes() {
    return stateBytes + workspaceBytes;
  }
}
