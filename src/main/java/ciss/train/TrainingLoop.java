package ciss.train;

import ciss.error.NumericsException;
import ciss.tensor.Workspace;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Runs iterations until the end or until asked to stop; after each: log, checkpoint, evaluation (method.md 2.9). */
public final class TrainingLoop {
  private static final double NANOS = 1e9;

  private TrainingLoop() {}

  /**
   * @param iterations train until this many are finished
   * @param stop asked after each iteration
   * @return true if all iterations are finished
   * @throws NumericsException if a loss or gradient is not finite; the message names the files of the batch
   */
  public static boolean run(
      Trainer trainer, BatchSource source, long iterations, TrainingListener listener, BooleanSupplier stop) {
    while (trainer.finished() < iterations) {
      TrainingListener.IterationReport report = iterate(trainer, source, listener);
      listener.report(report);
      // Saved before the evaluation, which may take long enough to be killed.
      listener.save(trainer);
      listener.evaluate(trainer);
      if (stop.getAsBoolean()) {
        return trainer.finished() >= iterations;
      }
    }
    return true;
  }

  private static TrainingListener.IterationReport iterate(
      Trainer trainer, BatchSource source, TrainingListener listener) {
    long start = System.nanoTime();
    double learningRate = trainer.learningRate();
    try (Workspace.Region region = trainer.backend().workspace().region()) {
      TrainingBatch batch = source.next(trainer.finished());
      LossLog log = trainer.step(batch, listener.intermediate(trainer.finished(), batch));
      Map<String, Double> losses = log.values();
      double seconds = (System.nanoTime() - start) / NANOS;
      return new TrainingListener.IterationReport(
          trainer.finished(), learningRate, losses, seconds, source.waitedSeconds());
    } catch (NumericsException e) {
      throw new NumericsException(e.getMessage() + "; files of the batch: " + String.join(", ", source.files()), e);
    }
  }
}
