package ciss.tensor.cpu;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import ciss.error.NativeException;
import ciss.foreign.NativeLibrary;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/**
 * What every family of CPU operations works with: the threads, the temporary memory, and a fixed piece of scratch memory
 * per lane. Like the backend, it is used by one thread at a time.
 */
final class CpuContext implements AutoCloseable {
  /** Scratch memory of one lane; only touched pages count. */
  static final long SCRATCH_BYTES = 32L << 20;

  private static final MethodHandle MEMORY_PHYSICAL =
      NativeLibrary.CISS.handle("ciss_memory_physical", FunctionDescriptor.of(JAVA_LONG));
  private static final MethodHandle MEMORY_RETURN_FREED =
      NativeLibrary.CISS.handle("ciss_memory_return_freed", FunctionDescriptor.ofVoid());
  private static final MethodHandle OMP_SET_NUM_THREADS =
      NativeLibrary.GOMP.handle("omp_set_num_threads", FunctionDescriptor.ofVoid(JAVA_INT));

  private final ThreadPool pool;
  private final Workspace workspace;
  private final HostStorage scratch;
  private final Gemm gemm;
  private Thread caller;

  /**
   * @param threads lanes, the caller's included; 1 starts no thread
   */
  CpuContext(int threads) {
    returnFreedMemory();
    workspace = new Workspace(HostStorage.reserve(physicalMemory()));
    scratch = HostStorage.map(SCRATCH_BYTES * threads);
    pool = new ThreadPool(threads, CpuContext::silenceOpenMp);
    enter();
    gemm = new Gemm(threads);
  }

  /** Lanes, the caller's included. */
  int threads() {
    return pool.threads();
  }

  /** The temporary memory of this backend. */
  Workspace workspace() {
    return workspace;
  }

  /** Dense matrix products. */
  Gemm gemm() {
    return gemm;
  }

  /**
   * Runs {@code body} for tiles 0 to {@code tiles - 1} on all lanes and waits for them. The number and sizes of tiles must
   * depend on shapes only, never on the number of threads: then every thread count gives the same bytes.
   */
  void parallel(int tiles, TileBody body) {
    enter();
    pool.run(tiles, body);
  }

  /**
   * Makes oneDNN single-threaded on the calling thread, which OpenMP keeps as a setting of each thread. Due before
   * primitives are made; {@link #parallel} does it too.
   */
  void enter() {
    Thread current = Thread.currentThread();
    if (caller != current) {
      silenceOpenMp();
      caller = current;
    }
  }

  /** Address of a tensor's first element; 0 for an absent one. */
  static long address(Tensor x) {
    return x.address();
  }

  /** Address of the {@link #SCRATCH_BYTES} bytes that belong to a lane for the duration of a tile; 4 KiB aligned. */
  long scratch(int lane) {
    return scratch.address() + SCRATCH_BYTES * lane;
  }

  private static void silenceOpenMp() {
    try {
      OMP_SET_NUM_THREADS.invokeExact(1);
    } catch (Throwable e) {
      throw new NativeException("omp_set_num_threads", e);
    }
  }

  private static void returnFreedMemory() {
    try {
      MEMORY_RETURN_FREED.invokeExact();
    } catch (Throwable e) {
      throw new NativeException("ciss_memory_return_freed", e);
    }
  }

  private static long physicalMemory() {
    try {
      return (long) MEMORY_PHYSICAL.invokeExact();
    } catch (Throwable e) {
      throw new NativeException("ciss_memory_physical", e);
    }
  }

  @Override
  public void close() {
    pool.close();
    gemm.close();
    scratch.close();
    workspace.close();
  }
}
