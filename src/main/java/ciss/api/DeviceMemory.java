package ciss.api;

import ciss.config.CissConfig;
import ciss.report.HostMemory;
import ciss.tensor.cuda.CudaMachine;
import java.util.Optional;

/**
 * Memory of the device that a configuration computes on.
 *
 * @param device in words
 * @param total in bytes; {@code free} likewise
 * @param reserved of the free memory: for the program itself or for NVIDIA's libraries
 */
public record DeviceMemory(String device, long total, long free, long reserved) {
  /** Java, its compiler, the libraries and decoded pictures beside what a plan counts. */
  private static final long PROGRAM_BYTES = 512L << 20;

  /** Code and workspaces of cuBLAS and cuDNN, loaded as they are used. */
  private static final long LIBRARIES_BYTES = 768L << 20;

  /** Empty where nobody tells: on a CPU without /proc, or if the GPU that is asked for cannot be used here. */
  public static Optional<DeviceMemory> of(CissConfig config) {
    if (!Backends.isCuda(config.train().device())) {
      return HostMemory.now()
          .map(memory -> new DeviceMemory("this machine", memory.total(), memory.available(), PROGRAM_BYTES));
    }
    if (CudaMachine.obstacle().isPresent()) {
      return Optional.empty();
    }
    CudaMachine.Memory memory = CudaMachine.memory(config.train().device().index());
    return Optional.of(new DeviceMemory(memory.device(), memory.total(), memory.free(), LIBRARIES_BYTES));
  }

  /** What a plan may take. */
  public long usable() {
    return Math.max(free - reserved, 0);
  }
}
