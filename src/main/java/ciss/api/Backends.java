package ciss.api;

import ciss.config.CissConfig;
import ciss.config.Device;
import ciss.error.ConfigException;
import ciss.error.DataException;
import ciss.error.ResourceException;
import ciss.report.RunDirectory;
import ciss.tensor.Backend;
import ciss.tensor.DType;
import ciss.tensor.Precision;
import ciss.tensor.cpu.CpuBackend;
import ciss.tensor.cpu.CpuScratch;
import ciss.tensor.cuda.CudaBackend;
import ciss.tensor.cuda.CudaMachine;
import ciss.tensor.cuda.CudaScratch;
import ciss.tensor.plan.PlanBackend;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Makes the backend that a configuration asks for, and finds weight files. */
public final class Backends {
  private static final String LATEST_OF_THE_REFERENCE = "latest.pth";

  private Backends() {}

  /**
   * @throws ConfigException if the CPU is asked for in another precision than fp32
   * @throws ResourceException if a GPU is asked for, or needed for the precision, and cannot be used
   */
  public static Backend create(CissConfig config) {
    return create(config.train().device(), config.train().precision(), config.train().threads());
  }

  /**
   * The CPU, or a GPU where one is asked for, or where the choice is free and a GPU can be used.
   *
   * @param threads of the CPU; null: all that the machine offers
   * @throws ConfigException if the CPU is asked for in another precision than fp32
   * @throws ResourceException if a GPU is asked for, or needed for the precision, and cannot be used
   */
  public static Backend create(Device device, Precision precision, Integer threads) {
    if (device.kind() == Device.Kind.CUDA) {
      CudaMachine.obstacle().ifPresent(obstacle -> {
        throw new ResourceException("--device " + device + ": " + obstacle + ". Use --device cpu (or auto)");
      });
      return new CudaBackend(device.index(), precision);
    }
    Optional<String> obstacle = device.kind() == Device.Kind.AUTO ? CudaMachine.obstacle() : Optional.empty();
    if (device.kind() == Device.Kind.AUTO && obstacle.isEmpty()) {
      return new CudaBackend(0, precision);
    }
    if (precision != Precision.FP32) {
      String refusal = "--precision %s needs CUDA, the CPU computes in fp32".formatted(precision);
      throw obstacle.isPresent()
          ? new ResourceException(refusal + "; " + obstacle.get() + ". Use --precision fp32")
          : new ConfigException(refusal + ". Use --precision fp32 (or --device cuda)");
    }
    return new CpuBackend(threads == null ? Runtime.getRuntime().availableProcessors() : threads);
  }

  /** Whether a GPU computes, or would if it were there. */
  static boolean isCuda(Device device) {
    return device.kind() == Device.Kind.CUDA
        || device.kind() == Device.Kind.AUTO && CudaMachine.obstacle().isEmpty();
  }

  /**
   * Makes plans for the backend that {@link #create} makes; a GPU that is asked for need not be there, and has cuDNN then.
   */
  public static PlanBackend planner(CissConfig config) {
    Precision precision = config.train().precision();
    if (!isCuda(config.train().device())) {
      return new PlanBackend(DType.F32, CpuScratch.INSTANCE);
    }
    boolean cudnn = CudaMachine.obstacle().isPresent() || CudaMachine.hasCudnn();
    return new PlanBackend(precision.activations(), CudaScratch.of(precision, cudnn));
  }

  /** What computes, in words; where the choice was free and fell on the CPU, also why. */
  public static String describe(CissConfig config, Backend backend) {
    Optional<String> obstacle =
        config.train().device().kind() == Device.Kind.AUTO ? CudaMachine.obstacle() : Optional.empty();
    return backend.name() + obstacle.map(reason -> "  as there is no CUDA: " + reason).orElse("");
  }

  /**
   * The weight file that a path stands for: the file itself, or the newest checkpoint of a work directory, ours or one of the
   * reference.
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
    if (isOfTheReference(path)) {
      return path.resolve(LATEST_OF_THE_REFERENCE);
    }
    return RunDirectory.open(path)
        .latestCheckpoint()
        .orElseThrow(() -> new DataException(path + ": this run has no checkpoint yet"));
  }

  /** Whether a folder is a work directory that the reference wrote. */
  public static boolean isOfTheReference(Path path) {
    return !RunDirectory.isRun(path) && Files.exists(path.resolve(LATEST_OF_THE_REFERENCE));
  }
}
