package ciss.train;

/** One training iteration: losses, gradients, optimizer step. */
public interface Iteration {
  /**
   * Runs 0-based iteration {@code i}. Kept tensors of the batch must live in a workspace region that the caller closes
   * afterwards.
   *
   * @return the iteration's loss values; valid until the next call
   */
  LossLog run(TrainingBatch batch, IterationDraws draws, long i, IterationListener listener);
}
