package ciss.train;

import java.util.List;

/** Delivers the batches of a training in order, already in device memory. */
public interface BatchSource {
  /**
   * The batch of 0-based iteration {@code i}; its tensors are kept in the workspace region that the caller has open.
   */
  TrainingBatch next(long i);

  /** Files of the batch last delivered, for error messages. */
  List<String> files();

  /** Seconds that the last {@link #next} waited for data. */
  double waitedSeconds();
}
