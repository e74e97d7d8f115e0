package ciss.api;

import ciss.config.CissConfig;
import ciss.config.Device;
import ciss.error.DataException;
import ciss.error.ResourceException;
import ciss.report.RunDirectory;
import ciss.tensor.Backend;
import ciss.tensor.cpu.CpuBackend;
import ciss.tensor.cuda.CudaMachine;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes the backend that a configuration asks for, and finds weight files. */
public final class Backends {
  private Backends() {}

  /**
   * @throws ResourceException if a device is asked for that this version does not offer
   */
  public static Backend create(CissConfig config) {
    return create(config.train().device().kind(), config.train().threads());
  }

  /**
   * @param threads null: all that the machine offers
   * @throws ResourceException if a device is asked for that this version does not offer
   */
  public static Backend create(Device.Kind device, Integer threads) {
    if (device == Device.Kind.CUDA) {
      throw new ResourceException(
          "--device cuda: " + CudaMachine.obstacle().orElse("this version computes on the CPU only")
              + ". Use --device cpu (or auto)");
    }
    return new CpuBackend(threads == null ? Runtime.getRuntime().availableProcessors() : threads);
  }

  /**
   * The weight file that a path stands for: the file itself, or the newest checkpoint of a work directory.
   *
   * @throws DataException if there is none
   */
  public static Path weights(Path path) {
    if (!Files.exists(path)) {
      throw new DataException(path + ": no such weight file or work directory");
    }
    if (!Files.isDirectory(path)) {
      return path;
    }
    return RunDirectory.open(path)
        .latestCheckpoint()
        .orElseThrow(() -> new DataException(path + ": this run has no checkpoint yet"));
  }
}
