package ciss.train;

import ciss.model.Saving;
import ciss.model.Segmentor;
import ciss.model.TrainingPass;
import ciss.tensor.Backend;
import ciss.tensor.Phase;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/** Supervised training: one pass, its segmentation loss, one step. */
public final class SupervisedIteration implements Iteration {
  private final Backend backend;
  private final Segmentor student;
  private final AdamW optimizer;
  private final LossLog log;
  private final SegmentationLoss segmentationLoss;

  public SupervisedIteration(Backend backend, Segmentor student, AdamW optimizer, LossLog log, double lossWeight) {
    this.backend = backend;
    this.student = student;
    this.optimizer = optimizer;
    this.log = log;
    this.segmentationLoss = new SegmentationLoss(backend, student, log, lossWeight);
  }

  @Override
  public LossLog run(TrainingBatch batch, IterationDraws draws, long i, IterationListener listener) {
    try (Phase phase = backend.phase("start")) {
      log.clear();
      backend.fill(student.store().gradients().flat(), 0);
    }
    try (Workspace.Region region = backend.workspace().region();
        Phase phase = backend.phase("source")) {
      TrainingPass pass = student.forwardTraining(batch.source(), draws.pass(0), Saving.EVERYTHING);
      segmentationLoss.apply(pass, batch.label(), Tensor.ABSENT, "decode.", 1);
      pass.backward();
    }
    listener.gradients();
    try (Phase phase = backend.phase("optimizer")) {
      optimizer.step(i, log.nonFinite());
    }
    return log;
  }
}
