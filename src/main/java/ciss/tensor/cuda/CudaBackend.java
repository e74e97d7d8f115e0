package ciss.tensor.cuda;

import ciss.error.ShapeException;
import ciss.tensor.Backend;
import ciss.tensor.DType;
import ciss.tensor.OperationScratch;
import ciss.tensor.Mark;
import ciss.tensor.Phase;
import ciss.tensor.Precision;
import ciss.tensor.Readback;
import ciss.tensor.Storage;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import java.lang.foreign.MemorySegment;

/**
 * {@link Backend} on one NVIDIA GPU: our kernels, cuBLAS for dense products, cuDNN for convolutions where it is there. Each
 * family of operations is one {@code Cuda...Ops} interface; this class brings them together.
 *
 * <p>Operations are queued on one stream and return at once. One thread at a time uses a backend.
 */
public final class CudaBackend
    implements Backend,
        CudaLinearOps,
        CudaConvolutionOps,
        CudaDepthwiseOps,
        CudaNormOps,
        CudaAttentionOps,
        CudaElementwiseOps,
        CudaResampleOps,
        CudaFusionOps,
        CudaLossOps,
        CudaLabelOps,
        CudaMixOps,
        CudaPictureOps,
        CudaStylizationOps,
        CudaOptimizerOps {
  /** Uploads within a phase that are no larger go with its slots. */
  private static final long LARGEST_SLOT = 1 << 14;

  private final CudaContext cuda;

  /**
   * Takes memory as workspace when it is {@linkplain Workspace#expectPeak expected} or needed.
   *
   * @param device counted from 0
   * @param precision of products, convolutions and attention
   * @throws ciss.error.ResourceException if there is no such GPU, driver or library
   */
  public CudaBackend(int device, Precision precision) {
    this.cuda = new CudaContext(device, precision, 0);
  }

  /**
   * @param device counted from 0
   * @param precision of products, convolutions and attention
   * @param workspaceBytes temporary memory, taken at once; there will be no more
   * @throws ciss.error.ResourceException if there is no such GPU, driver or library, or not that much memory
   */
  public CudaBackend(int device, Precision precision, long workspaceBytes) {
    this.cuda = new CudaContext(device, precision, workspaceBytes);
  }

  @Override
  public CudaContext cuda() {
    return cuda;
  }

  /** For messages and reports: {@code cuda (NVIDIA A100-SXM4-80GB, tf32)}. */
  @Override
  public String name() {
    return "cuda (%s, %s)".formatted(cuda.driver().name(), cuda.precision());
  }

  @Override
  public DType activations() {
    return cuda.factors();
  }

  @Override
  public Precision precision() {
    return cuda.precision();
  }

  @Override
  public Storage allocate(long bytes) {
    CudaStorage storage = cuda.allocate(bytes);
    cuda.commands().zero(storage.address(), bytes);
    return storage;
  }

  @Override
  public OperationScratch scratch() {
    return CudaScratch.of(cuda.precision(), cuda.hasCudnn());
  }

  @Override
  public Workspace workspace() {
    return cuda.workspace();
  }

  @Override
  public void upload(MemorySegment host, Tensor x) {
    requireSize("upload", host, x);
    cuda.changed(x);
    if (x.bytes() <= LARGEST_SLOT && cuda.commands().inPhase()) {
      cuda.commands().copy(cuda.step().bytes(host), x.address(), x.bytes());
    } else {
      cuda.staging().upload(host, x.address());
    }
  }

  @Override
  public void download(Tensor x, MemorySegment host) {
    requireSize("download", host, x);
    cuda.staging().download(x.address(), host);
  }

  @Override
  public Readback readLater(Tensor x) {
    if (!Readbacks.takes(x)) {
      return Backend.super.readLater(x);
    }
    cuda.commands().flush();
    return cuda.readbacks().read(x);
  }

  private static void requireSize(String operation, MemorySegment host, Tensor x) {
    if (host.byteSize() != x.bytes()) {
      throw new ShapeException(
          "%s: %s has %,d bytes, the host memory has %,d".formatted(operation, x, x.bytes(), host.byteSize()));
    }
  }

  /** Recorded, and from the third occurrence on replayed as a graph: see the package's documentation. */
  @Override
  public Phase phase(String name) {
    return cuda.commands().phase(name);
  }

  @Override
  public Mark mark() {
    return cuda.commands().mark();
  }

  @Override
  public long deviceMemoryInUse() {
    return cuda.driver().totalMemory() - cuda.driver().freeMemory();
  }

  @Override
  public void synchronize() {
    cuda.commands().synchronize();
  }

  @Override
  public void close() {
    cuda.close();
  }
}
