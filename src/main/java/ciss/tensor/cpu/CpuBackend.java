package ciss.tensor.cpu;

import ciss.error.ShapeException;
import ciss.tensor.Backend;
import ciss.tensor.OperationScratch;
import ciss.tensor.Storage;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import java.lang.foreign.MemorySegment;

/**
 * The CPU: C kernels for the instruction set of this machine, oneDNN for dense products, one pool of threads. Each family
 * of operations is one {@code Cpu...Ops} interface; this class brings them together.
 */
public final class CpuBackend
    implements Backend,
        CpuLinearOps,
        CpuConvolutionOps,
        CpuDepthwiseOps,
        CpuNormOps,
        CpuAttentionOps,
        CpuElementwiseOps,
        CpuResampleOps,
        CpuFusionOps,
        CpuLossOps,
        CpuLabelOps,
        CpuMixOps,
        CpuPictureOps,
        CpuStylizationOps,
        CpuOptimizerOps {
  private final CpuContext cpu;

  /**
   * @param threads the calling thread included; results do not depend on it
   */
  public CpuBackend(int threads) {
    this.cpu = new CpuContext(threads);
  }

  @Override
  public CpuContext cpu() {
    return cpu;
  }

  @Override
  public String name() {
    return "cpu (%s, %d thread%s)".formatted(CpuLevel.current(), cpu.threads(), cpu.threads() == 1 ? "" : "s");
  }

  @Override
  public Storage allocate(long bytes) {
    return HostStorage.map(bytes); // fresh pages are zero
  }

  @Override
  public OperationScratch scratch() {
    return CpuScratch.INSTANCE;
  }

  @Override
  public Workspace workspace() {
    return cpu.workspace();
  }

  @Override
  public void upload(MemorySegment host, Tensor x) {
    requireSize("upload", host, x);
    MemorySegment.copy(host, 0, HostStorage.bytes(x), 0, x.bytes());
  }

  @Override
  public void download(Tensor x, MemorySegment host) {
    requireSize("download", host, x);
    MemorySegment.copy(HostStorage.bytes(x), 0, host, 0, x.bytes());
  }

  private static void requireSize(String operation, MemorySegment host, Tensor x) {
    if (host.byteSize() != x.bytes()) {
      throw new ShapeException(
          "%s: %s has %,d bytes, the host memory has %,d".formatted(operation, x, x.bytes(), host.byteSize()));
    }
  }

  @Override
  public MemorySegment hostBytes(Tensor x) {
    return HostStorage.bytes(x);
  }

  /** Nothing to wait for: every operation has finished when it returns. */
  @Override
  public void synchronize() {}

  @Override
  public void close() {
    cpu.close();
  }
}
