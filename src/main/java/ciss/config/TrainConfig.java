package ciss.config;

import ciss.nn.MemoryLevel;
import ciss.tensor.Precision;
import java.nio.file.Path;

/**
 * The training run.
 *
 * @param threads null = all cores the process may use
 */
public record TrainConfig(
    @Key(value = "40000", reference = "runner.max_iters", doc = "length of the training") int iterations,
    @Key(value = "2", reference = "data.samples_per_gpu", doc = "per device") int batchSize,
    @Key(value = "0", reference = "seed", doc = "of every draw") long seed,
    @Key(value = "false", reference = "deterministic", doc = "accepted; ours always is") boolean deterministic,
    @Key(value = "1", reference = "n_gpus", doc = "number of devices") int devices,
    @Key(
            value = "auto",
            ours = true,
            doc = "auto, cpu, cuda or cuda:N; auto: CUDA if 'ciss doctor' would call it usable, else CPU")
        Device device,
    @Key(value = "null", ours = true, nullable = true, doc = "null: all cores the process may use") Integer threads,
    @Key(
            value = "fp32",
            ours = true,
            doc = "arithmetic of the matrix products; tf32, and bf16, which also stores activations so, on CUDA only")
        Precision precision,
    @Key(
            value = "auto",
            ours = true,
            doc =
                "what is kept for the backward, from fastest to least memory: keep_all, fused, lean, recompute"
                    + " (blocks run forward again); auto: the fastest that fits; changes no result")
        Memory memory,
    @Key(value = "true", ours = true, reference = "--no-validate", doc = "evaluate during training") boolean validate,
    @Key(
            value = "null",
            ours = true,
            nullable = true,
            reference = "load_from",
            doc = "weights to start from; not a resume")
        Path initFrom) {

  /** How much is kept for the backward. */
  public enum Memory {
    /** The fastest level that fits. */
    AUTO(null),
    KEEP_ALL(MemoryLevel.KEEP_ALL),
    FUSED(MemoryLevel.FUSED),
    LEAN(MemoryLevel.LEAN),
    RECOMPUTE(MemoryLevel.RECOMPUTE);

    private final MemoryLevel level;

    Memory(MemoryLevel level) {
      this.level = level;
    }

    /** Null for {@link #AUTO}. */
    public MemoryLevel level() {
      return level;
    }
  }
}
