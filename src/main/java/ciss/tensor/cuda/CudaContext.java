package ciss.tensor.cuda;

import ciss.tensor.ConvolutionOps.ConvolutionDims;
import ciss.tensor.DType;
import ciss.tensor.Precision;
import ciss.tensor.Storage;
import ciss.tensor.Tensor;
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
    LongFunction<Storage> reserve = this::allocate;
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

  boolean hasCudnn() {
    return cudnn != null;
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

  /** Memory whose content is undefined. */
  CudaStorage allocate(long bytes) {
    return new CudaStorage(driver, commands, bytes, precision == Precision.BF16);
  }

  /** Every row of {@code y [rows,c]} := {@code row}: products and convolutions add to their bias. */
  void fillRows(Tensor row, Tensor y, int c) {
    launch(Kernels.FILL_ROWS.of(y))
        .pointer(row)
        .pointer(y)
        .wide(y.elements())
        .integer(c)
        .over(sweep(y.elements()));
  }

  /** Writes an activation in the other type. */
  void convert(Tensor x, long y) {
    launch(x.dtype() == DType.F32 ? Kernels.CONVERT_F32_BF16 : Kernels.CONVERT_BF16_F32)
        .pointer(x)
        .pointer(y)
        .wide(x.elements())
        .over(sweep(x.elements()));
  }

  /** What the factors of products and convolutions are read as. */
  DType factors() {
    return precision.activations();
  }

  /** The address of an activation as a product's factor: its own, or that of a rounded copy in {@code frame}. */
  long factor(Workspace.Frame frame, Tensor x) {
    if (x.dtype() == factors()) {
      return x.address();
    }
    long rounded = frame.take(factors(), x.shape()).address();
    convert(x, rounded);
    return rounded;
  }

  /** As {@link #factor}, of a parameter, for which its memory has the copy. */
  long weight(Workspace.Frame frame, Tensor weight) {
    if (factors() == DType.F32 || workspace.holds(weight)) {
      return factor(frame, weight);
    }
    return ((CudaStorage) weight.storage()).copy(this) + weight.offset() / 2;
  }

  /** The address of the current bf16 copy of a parameter; 0 if there is none. */
  long copyOf(Tensor parameter) {
    long copy = ((CudaStorage) parameter.storage()).currentCopy();
    return copy == 0 ? 0 : copy + parameter.offset() / 2;
  }

  /** Notes that an operation other than the optimiser's writes to {@code x}, which may be a parameter. */
  void changed(Tensor x) {
    ((CudaStorage) x.storage()).changed();
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
