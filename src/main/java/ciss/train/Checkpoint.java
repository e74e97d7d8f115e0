package ciss.train;

import ciss.error.CheckpointException;
import ciss.io.ElementType;
import ciss.io.SafetensorsWriter;
import ciss.io.StoredTensor;
import ciss.io.TensorFile;
import ciss.tensor.Backend;
import ciss.tensor.FlatBuffer;
import ciss.tensor.ParameterStore;
import ciss.tensor.ParameterTable;
import ciss.train.WeightFile.Wanted;
import java.nio.file.Path;
import java.util.Map;

/**
 * The state of a training in one safetensors file: student ({@code model.}), teacher ({@code ema_model.}), frozen encoder
 * ({@code imnet_model.}), moments ({@code exp_avg.}, {@code exp_avg_sq.}), and as metadata the number of finished
 * iterations and optimizer steps. All randomness is a function of seed and iteration, so this is enough for an exact
 * resume.
 */
public final class Checkpoint {
  private static final String FIRST_MOMENT = "exp_avg.";
  private static final String SECOND_MOMENT = "exp_avg_sq.";
  private static final String ITERATION = "iteration";
  private static final String STEPS = "optimizer_steps";
  private static final Wanted ENCODER_OF_IMAGENET = new Wanted(NetworkKind.IMAGENET, true, false);

  private Checkpoint() {}

  /**
   * Writes the file beside its place, flushes it and renames it, so that an older file is intact until the new one is.
   *
   * @param metadata further entries, such as the configuration
   * @param optimizer whether to store the moments; without them the training cannot be resumed
   * @throws ciss.error.ResourceException if the disk is full or the folder cannot be written
   */
  public static void save(Trainer trainer, Path path, Map<String, String> metadata, boolean optimizer) {
    Backend backend = trainer.backend();
    SafetensorsWriter writer = new SafetensorsWriter();
    metadata.forEach(writer::metadata);
    writer.metadata(ITERATION, Long.toString(trainer.finished()));
    addNetwork(writer, NetworkKind.STUDENT.prefix(), backend, trainer.student().store());
    if (trainer.teacher() != null) {
      addNetwork(writer, NetworkKind.TEACHER.prefix(), backend, trainer.teacher().store());
    }
    if (trainer.frozenStore() != null) {
      addNetwork(writer, NetworkKind.IMAGENET.prefix(), backend, trainer.frozenStore());
    }
    if (optimizer) {
      writer.metadata(STEPS, Long.toString(trainer.optimizer().steps()));
      addBuffer(writer, FIRST_MOMENT, backend, trainer.optimizer().firstMoment());
      addBuffer(writer, SECOND_MOMENT, backend, trainer.optimizer().secondMoment());
    }
    writer.write(path);
  }

  private static void addNetwork(SafetensorsWriter writer, String prefix, Backend backend, ParameterStore store) {
    addBuffer(writer, prefix, backend, store.values());
    addBuffer(writer, prefix, backend, store.buffers());
    store.batchCounts()
        .forEach(
            (name, count) ->
                writer.add(
                    prefix + name + ".num_batches_tracked",
                    ElementType.I64,
                    new long[0],
                    java.lang.foreign.MemorySegment.ofArray(count.clone())));
  }

  private static void addBuffer(SafetensorsWriter writer, String prefix, Backend backend, FlatBuffer buffer) {
    for (ParameterTable.Entry entry : buffer.table().entries()) {
      long[] shape = new long[entry.shape().rank()];
      for (int i = 0; i < shape.length; i++) {
        shape[i] = entry.shape().size(i);
      }
      writer.add(prefix + entry.name(), ElementType.F32, shape, backend.hostBytes(buffer.get(entry.name())));
    }
  }

  /**
   * Restores a training that was saved with its optimizer.
   *
   * @throws CheckpointException if something is missing or does not fit
   */
  public static void restore(Trainer trainer, Path path) {
    Backend backend = trainer.backend();
    Map<String, String> metadata;
    try (TensorFile file = TensorFile.open(path)) {
      metadata = file.metadata();
    }
    if (!metadata.containsKey(ITERATION) || !metadata.containsKey(STEPS)) {
      throw new CheckpointException(
          "%s: cannot resume: the file holds weights only. Start a new training from it with --load-from"
              .formatted(path));
    }
    requireComplete(path, WeightFile.load(path, backend, trainer.student().store(), Wanted.network(NetworkKind.STUDENT)));
    if (trainer.teacher() != null) {
      requireComplete(path, WeightFile.load(path, backend, trainer.teacher().store(), Wanted.network(NetworkKind.TEACHER)));
    }
    if (trainer.frozenStore() != null) {
      requireComplete(path, WeightFile.load(path, backend, trainer.frozenStore(), ENCODER_OF_IMAGENET));
    }
    try (TensorFile file = TensorFile.open(path)) {
      restoreBuffer(file, FIRST_MOMENT, backend, trainer.optimizer().firstMoment());
      restoreBuffer(file, SECOND_MOMENT, backend, trainer.optimizer().secondMoment());
    }
    trainer.optimizer().setSteps(count(path, STEPS, metadata.get(STEPS)));
    trainer.setFinished(count(path, ITERATION, metadata.get(ITERATION)));
  }

  private static void requireComplete(Path path, LoadReport report) {
    if (!report.missing().isEmpty()) {
      throw new CheckpointException(
          "%s: cannot resume: %d tensors are missing, the first is '%s'"
              .formatted(path, report.missing().size(), report.missing().getFirst()));
    }
  }

  private static void restoreBuffer(TensorFile file, String prefix, Backend backend, FlatBuffer buffer) {
    for (ParameterTable.Entry entry : buffer.table().entries()) {
      StoredTensor stored = file.tensor(prefix + entry.name());
      if (stored.elementCount() != entry.shape().elements()) {
        throw new CheckpointException(
            "%s: '%s' has %d values, expected %d"
                .formatted(file.path(), stored.name(), stored.elementCount(), entry.shape().elements()));
      }
      WeightFile.requireFinite(file, stored);
      backend.upload(stored.toFloats(), buffer.get(entry.name()));
      stored.release();
    }
  }

  /** Number of finished iterations of a checkpoint, or 0 for a file with weights only. */
  public static long iterations(Path path) {
    try (TensorFile file = TensorFile.open(path)) {
      return count(path, ITERATION, file.metadata().getOrDefault(ITERATION, "0"));
    }
  }

  private static long count(Path path, String key, String value) {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new CheckpointException("%s: metadata '%s' is no number: '%s'".formatted(path, key, value), e);
    }
  }

  /** The strings that were stored with the state. */
  public static Map<String, String> metadata(Path path) {
    try (TensorFile file = TensorFile.open(path)) {
      return Map.copyOf(file.metadata());
    }
  }
}
