package ciss.tensor.cuda;

import ciss.error.NativeException;
import ciss.error.ResourceException;
import ciss.tensor.DType;
import ciss.tensor.Precision;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import jcuda.cudaDataType;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasAtomicsMode;
import jcuda.jcublas.cublasComputeType;
import jcuda.jcublas.cublasGemmAlgo;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasMath;
import jcuda.jcublas.cublasOperation;
import jcuda.jcublas.cublasStatus;

/**
 * Dense matrix products of row-major matrices: of float32 in fp32 or tf32 arithmetic, or of bf16; sums are float32. The only
 * importer of {@code jcuda.jcublas}.
 *
 * <p>cuBLAS gives the same bytes on every run for one kind of GPU and one version, as long as one stream uses a handle, its
 * workspace is fixed and atomic additions are forbidden, all of which holds here.
 */
final class Cublas implements AutoCloseable {
  private static final long WORKSPACE_BYTES = 32L << 20;
  private static final long TRANSPOSE_A = 1;
  private static final long TRANSPOSE_B = 2;
  private static final long ACCUMULATE = 4;
  private static final long HALF_FACTORS = 8;
  private static final long HALF_RESULT = 16;

  private final Driver driver;
  private final Commands commands;
  private final int product;
  private final int computeType;
  private final cublasHandle handle = new cublasHandle();
  private final Arena arena = Arena.ofShared();
  private final Address one = new Address(arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1f).address());
  private final Address zero = new Address(arena.allocateFrom(ValueLayout.JAVA_FLOAT, 0f).address());
  private final long workspace;

  /**
   * @throws ResourceException if there is no cuBLAS
   */
  Cublas(Driver driver, Commands commands, Precision precision) {
    this.driver = driver;
    this.commands = commands;
    this.product = commands.kind(this::issue);
    this.computeType =
        precision == Precision.TF32
            ? cublasComputeType.CUBLAS_COMPUTE_32F_FAST_TF32
            : cublasComputeType.CUBLAS_COMPUTE_32F;
    initialize();
    check(JCublas2.cublasCreate(handle), "cublasCreate");
    check(JCublas2.cublasSetStream(handle, driver.stream()), "cublasSetStream");
    workspace = driver.allocate(WORKSPACE_BYTES);
    check(JCublas2.cublasSetWorkspace(handle, new Address(workspace), WORKSPACE_BYTES), "cublasSetWorkspace");
    check(
        JCublas2.cublasSetAtomicsMode(handle, cublasAtomicsMode.CUBLAS_ATOMICS_NOT_ALLOWED), "cublasSetAtomicsMode");
    check(JCublas2.cublasSetMathMode(handle, cublasMath.CUBLAS_DEFAULT_MATH), "cublasSetMathMode");
  }

  private static void initialize() {
    if (CudaLibraries.open(CudaLibraries.Piece.CUBLAS) == null) {
      throw new ResourceException(
          "CUDA: no cuBLAS found (%s). Install the CUDA toolkit, or set CISS_CUBLAS to its file"
              .formatted(CudaLibraries.Piece.CUBLAS.names()));
    }
    JCudaNatives.initialize("jcuda.jcublas.JCublas2", "JCublas2");
  }

  /** Its version as it says itself, such as 13.1.0; works without a GPU. */
  static String libraryVersion() {
    initialize();
    int[] parts = new int[3];
    int[] part = new int[1];
    for (int i = 0; i < parts.length; i++) {
      if (JCublas2.cublasGetProperty(i, part) != 0) {
        return "of an unknown version";
      }
      parts[i] = part[0];
    }
    return "%d.%d.%d".formatted(parts[0], parts[1], parts[2]);
  }

  /**
   * {@code C[m,n] = op(A)[m,k] op(B)[k,n]}, or {@code +=}. Pitches are elements from one row to the next of the matrix as it
   * lies in memory.
   *
   * @param transposeA whether A lies as {@code [k,m]}
   * @param transposeB whether B lies as {@code [n,k]}
   * @param factors type of A and B, F32 or BF16
   * @param result type of C, F32, or BF16 if A and B are; a sum is rounded to it once
   */
  void multiply(
      boolean transposeA, boolean transposeB, long m, long n, long k, DType factors, long a, long pitchA, long b,
      long pitchB, boolean accumulate, DType result, long c, long pitchC) {
    if (m == 0 || n == 0) {
      return;
    }
    commands
        .begin(product)
        .put(
            (transposeA ? TRANSPOSE_A : 0)
                | (transposeB ? TRANSPOSE_B : 0)
                | (accumulate ? ACCUMULATE : 0)
                | (factors == DType.BF16 ? HALF_FACTORS : 0)
                | (result == DType.BF16 ? HALF_RESULT : 0))
        .put(m)
        .put(n)
        .put(k)
        .put(a)
        .put(pitchA)
        .put(b)
        .put(pitchB)
        .put(c)
        .put(pitchC)
        .end();
  }

  private void issue(long[] list, int at) {
    long flags = list[at];
    long m = list[at + 1];
    long n = list[at + 2];
    long k = list[at + 3];
    int factors = number(flags & HALF_FACTORS);
    // To cuBLAS, whose matrices are column-major, our C is its transpose, and that is op(B)^T op(A)^T.
    int status =
        JCublas2.cublasGemmEx_new(
            handle,
            operation(flags & TRANSPOSE_B),
            operation(flags & TRANSPOSE_A),
            Math.toIntExact(n),
            Math.toIntExact(m),
            Math.toIntExact(k),
            one,
            new Address(list[at + 6]),
            factors,
            Math.toIntExact(list[at + 7]),
            new Address(list[at + 4]),
            factors,
            Math.toIntExact(list[at + 5]),
            (flags & ACCUMULATE) != 0 ? one : zero,
            new Address(list[at + 8]),
            number(flags & HALF_RESULT),
            Math.toIntExact(list[at + 9]),
            computeType,
            cublasGemmAlgo.CUBLAS_GEMM_DEFAULT);
    if (status != 0) {
      throw failure(status, "cublasGemmEx([%d,%d] = [%d,%d] x [%d,%d])".formatted(m, n, m, k, k, n));
    }
  }

  private static int number(long isHalf) {
    return isHalf != 0 ? cudaDataType.CUDA_R_16BF : cudaDataType.CUDA_R_32F;
  }

  private static int operation(long transpose) {
    return transpose != 0 ? cublasOperation.CUBLAS_OP_T : cublasOperation.CUBLAS_OP_N;
  }

  private static void check(int status, String call) {
    if (status != 0) {
      throw failure(status, call);
    }
  }

  private static RuntimeException failure(int status, String call) {
    String message = "%s: %s (%d)".formatted(call, cublasStatus.stringFor(status), status);
    return status == cublasStatus.CUBLAS_STATUS_ALLOC_FAILED
        ? new ResourceException(message + ": cuBLAS got no memory")
        : new NativeException(message);
  }

  @Override
  public void close() {
    JCublas2.cublasDestroy(handle);
    driver.free(workspace);
    arena.close();
  }
}
