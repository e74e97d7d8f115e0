package ciss.train;

import ciss.error.DataException;
import ciss.error.NumericsException;
import ciss.tensor.Workspace;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Runs iterations until the end or until asked to stop; after each: log, checkpoint, evaluation (method.md 2.9). On a
 * device of its own an iteration is still under way when the next is prepared, so it is logged after that; except
 * where the listener wants it {@linkplain TrainingListener#standsAlone alone}.
 */
public final class TrainingLoop {
  private static final double NANOS = 1e9;

  private final Trainer trainer;
  private final BatchSource source;
  private final TrainingListener listener;
  private Queued queued;

  /** An iteration that has been given to the device, but not logged. */
  private static final class Queued {
    private final long finished;
    private final double learningRate;
    private final double dataSeconds;
    private final List<String> files;
    private final IterationLosses losses;
    private double seconds;

    Queued(long finished, double learningRate, double dataSeconds, List<String> files, IterationLosses losses) {
      this.finished = finished;
      this.learningRate = learningRate;
      this.dataSeconds = dataSeconds;
      this.files = files;
      this.losses = losses;
    }

    Map<String, Double> values() {
      try {
        return losses.values();
      } catch (NumericsException e) {
        throw new NumericsException(e.getMessage() + "; files of the batch: " + String.join(", ", files), e);
      }
    }
  }

  private TrainingLoop(Trainer trainer, BatchSource source, TrainingListener listener) {
    this.trainer = trainer;
    this.source = source;
    this.listener = listener;
  }

  /**
   * @param iterations train until this many are finished
   * @param stop asked after each iteration
   * @return true if all iterations are finished
   * @throws NumericsException if a gradient is not finite; the message names the files of the batch
   */
  public static boolean run(
      Trainer trainer, BatchSource source, long iterations, TrainingListener listener, BooleanSupplier stop) {
    TrainingLoop loop = new TrainingLoop(trainer, source, listener);
    while (trainer.finished() < iterations) {
      loop.iterate(trainer.finished() + 1 == iterations);
      // Saved before the evaluation, which may take long enough to be killed.
      listener.save(trainer);
      listener.evaluate(trainer);
      if (stop.getAsBoolean()) {
        loop.settle();
        return trainer.finished() >= iterations;
      }
    }
    return true;
  }

  private void iterate(boolean last) {
    boolean alone = last || listener.standsAlone(trainer.finished() + 1);
    if (alone) {
      settle();
    }
    long start = System.nanoTime();
    Queued before = queued;
    queued = queue();
    if (before != null) {
      before.values();
    }
    boolean done = alone || queued.losses.isReady();
    if (done) {
      queued.values();
    }
    queued.seconds = (System.nanoTime() - start) / NANOS;
    if (before != null) {
      report(before);
    }
    if (done) {
      settle();
    }
  }

  private Queued queue() {
    double learningRate = trainer.learningRate();
    try (Workspace.Region region = trainer.backend().workspace().region()) {
      TrainingBatch batch = source.next(trainer.finished());
      IterationLosses losses = trainer.step(batch, listener.intermediate(trainer.finished(), batch));
      return new Queued(trainer.finished(), learningRate, source.waitedSeconds(), source.files(), losses);
    } catch (DataException e) {
      settle();
      throw e;
    }
  }

  /** Logs the iteration that is under way, if there is one. */
  private void settle() {
    if (queued != null) {
      Queued finished = queued;
      queued = null;
      report(finished);
    }
  }

  private void report(Queued iteration) {
    listener.report(
        new TrainingListener.IterationReport(
            iteration.finished, iteration.learningRate, iteration.values(), iteration.seconds, iteration.dataSeconds));
  }
}
