package ciss.tensor.cuda;

import ciss.error.ShapeException;
import ciss.tensor.Storage;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import java.lang.foreign.MemorySegment;

/**
 * One NVIDIA GPU: our kernels, cuBLAS for dense products. Each family of operations is one {@code Cuda...Ops} interface; this
 * class brings them together. It has the methods of {@link ciss.tensor.Backend} and becomes one when every family is here;
 * until then nothing but tests makes one.
 *
 * <p>Operations are queued on one stream and return at once. One thread at a time uses a backend.
 */
public final class CudaBackend
    implements CudaLinearOps,
        CudaConvolutionOps,
        CudaDepthwiseOps,
        CudaNormOps,
        CudaAttentionOps,
        CudaElementwiseOps,
        CudaResampleOps,
        CudaOptimizerOps,
        AutoCloseable {
  private final CudaContext cuda;

  /**
   * @param device counted from 0
   * @param workspaceBytes temporary memory, taken at once
   * @throws ciss.error.ResourceException if there is no such GPU, driver or library, or not that much memory
   */
  public CudaBackend(int device, long workspaceBytes) {
    this.cuda = new CudaContext(device, workspaceBytes);
  }

  @Override
  public CudaContext cuda() {
    return cuda;
  }

  /** For messages and reports: {@code cuda (NVIDIA A100-SXM4-80GB)}. */
  public String name() {
    return "cuda (%s)".formatted(cuda.driver().name());
  }

  /** Zeroed memory that the caller closes. */
  public Storage allocate(long bytes) {
    CudaStorage storage = new CudaStorage(cuda.driver(), bytes);
    cuda.driver().zero(storage.address(), bytes);
    return storage;
  }

  /** The temporary memory of this backend; closed with it. */
  public Workspace workspace() {
    return cuda.workspace();
  }

  /** Copies host bytes into a tensor; {@code host} holds exactly {@code x.bytes()} bytes and may be reused at return. */
  public void upload(MemorySegment host, Tensor x) {
    requireSize("upload", host, x);
    cuda.staging().upload(host, x.address());
  }

  /** Copies a tensor to host memory after everything before it has finished. */
  public void download(Tensor x, MemorySegment host) {
    requireSize("download", host, x);
    cuda.staging().download(x.address(), host);
  }

  private static void requireSize(String operation, MemorySegment host, Tensor x) {
    if (host.byteSize() != x.bytes()) {
      throw new ShapeException(
          "%s: %s has %,d bytes, the host memory has %,d".formatted(operation, x, x.bytes(), host.byteSize()));
    }
  }

  /** Waits for everything issued so far. */
  public void synchronize() {
    cuda.driver().synchronize();
  }

  @Override
  public void close() {
    cuda.close();
  }
}
