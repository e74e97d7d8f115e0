package ciss.tensor.cuda;

import ciss.tensor.ConvolutionOps.ConvolutionDims;
import ciss.tensor.Precision;
import ciss.tensor.Storage;
import ciss.tensor.Workspace;
import java.util.function.LongFunction;

/** What every family of CUDA operations works with. Like the backend, it is used by one thread at a time. */
final class CudaContext implements AutoCloseable {
  private final Driver driver;
  private final Precision precision;
  private final Commands commands;
  private final KernelTable kernels;
  private final Cublas cublas;
  private final Cudnn cudnn;
  private final Staging staging;
  private final Readbacks readbacks;
  private final Workspace workspace;

  /**
   * @param precision of products, convolutions and attention
   * @param workspaceBytes temporary memory of this backend, taken at once; 0: as it is expected or needed
   */
  CudaContext(int device, Precision precision, long workspaceBytes) {
    this.precision = precision;
    driver = Driver.open(device);
    commands = new Commands(driver);
    kernels = new KernelTable(driver, commands);
    cublas = new Cublas(driver, commands, precision);
    cudnn = Cudnn.openIfThere(driver, commands, precision);
    staging = new Staging(driver, commands);
    readbacks = new Readbacks(driver);
    LongFunction<Storage> reserve = bytes -> new CudaStorage(driver, commands, bytes);
    workspace = workspaceBytes == 0 ? new Workspace(reserve) : new Workspace(reserve.apply(workspaceBytes));
  }

  Driver driver() {
    driver.enter();
    return driver;
  }

  /** Of products, convolutions and attention. */
  Precision precision() {
    return precision;
  }

  /** The launch of a kernel, for arguments and grid. */
  Launch launch(Kernel kernel) {
    driver.enter();
    return kernels.launch(kernel);
  }

  Cublas cublas() {
    driver.enter();
    return cublas;
  }

  /** How cuDNN computes a convolution; null if it is not there or has no deterministic algorithm for a direction. */
  Cudnn.Plan cudnnPlan(ConvolutionDims d) {
    driver.enter();
    Cudnn.Plan plan = cudnn == null ? null : cudnn.plan(d);
    return plan != null && plan.isComplete() ? plan : null;
  }

  Commands commands() {
    driver.enter();
    return commands;
  }

  /** Slots for values that change from step to step. */
  StepParameters step() {
    driver.enter();
    return commands.slots();
  }

  Staging staging() {
    driver.enter();
    return staging;
  }

  Readbacks readbacks() {
    driver.enter();
    return readbacks;
  }

  /** The temporary memory of this backend. */
  Workspace workspace() {
    return workspace;
  }

  /** Every row of {@code y [rows,c]} := {@code row}: products and convolutions add to their bias. */
  void fillRows(long row, long y, long rows, int c) {
    launch(Kernels.FILL_ROWS_F32).pointer(row).pointer(y).wide(rows * c).integer(c).over(sweep(rows * c));
  }

  /** Blocks of 256 threads for a grid-stride loop over {@code n} elements. */
  static long sweep(long n) {
    return Math.min(Reductions.blocks(n, 256), 4096);
  }

  @Override
  public void close() {
    driver.enter();
    commands.synchronize();
    workspace.close();
    readbacks.close();
    staging.close();
    commands.close();
    if (cudnn != null) {
      cudnn.close();
    }
    cublas.close();
    kernels.close();
    driver.close();
  }
}
