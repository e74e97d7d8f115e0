package ciss.train;

import java.util.Map;

/**
 * Follows a training: log, checkpoints, evaluation. Called after each iteration in the order of the methods here; but
 * the log of one that does not {@linkplain #standsAlone stand alone} may come after the next was begun.
 */
public interface TrainingListener {
  /**
   * What an iteration did.
   *
   * @param finished iterations finished so far, this one included
   * @param losses logged values by the reference's names
   * @param seconds wall time from one iteration to the next, data included
   */
  record IterationReport(
      long finished, double learningRate, Map<String, Double> losses, double seconds, double dataSeconds) {}

  /**
   * Whether iteration number {@code n}, counted from 1, is logged before the next begins, and begins when the last
   * has been logged: because its state is saved or evaluated, or its intermediate results are looked at.
   */
  default boolean standsAlone(long n) {
    return false;
  }

  /**
   * What is to see the intermediate results of the iteration that will be the {@code finished + 1}-th.
   *
   * @param batch of that iteration
   */
  default IterationListener intermediate(long finished, TrainingBatch batch) {
    return IterationListener.NONE;
  }

  /** Log. */
  void report(IterationReport report);

  /** Checkpoint, when it is due. */
  default void save(Trainer trainer) {}

  /** Evaluation, when it is due. */
  default void evaluate(Trainer trainer) {}
}
