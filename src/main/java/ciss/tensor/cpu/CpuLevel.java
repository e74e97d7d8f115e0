package ciss.tensor.cpu;

import static java.lang.foreign.ValueLayout.ADDRESS;

import ciss.error.NativeException;
import ciss.foreign.NativeLibrary;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Locale;

/**
 * Instruction sets that the kernels are compiled for. The best one of the processor is used, or a lower one that the
 * environment variable {@code CISS_CPU} names; oneDNN is held to the same.
 */
enum CpuLevel {
  /** SSE2 here, SSE4.1 in oneDNN, which has nothing lower. */
  BASELINE(0x1),
  AVX2(0x7),
  /** No cap for oneDNN: it knows more than AVX-512. */
  AVX512(0);

  private static final MethodHandle CISS_CPU_LEVEL =
      NativeLibrary.CISS.handle("ciss_cpu_level", FunctionDescriptor.of(ADDRESS));

  private final int oneDnnIsa;

  CpuLevel(int oneDnnIsa) {
    this.oneDnnIsa = oneDnnIsa;
  }

  /** The level in use. */
  static CpuLevel current() {
    try {
      MemorySegment name = (MemorySegment) CISS_CPU_LEVEL.invokeExact();
      return valueOf(name.reinterpret(32).getString(0).toUpperCase(Locale.ROOT));
    } catch (Throwable e) {
      throw new NativeException("ciss_cpu_level", e);
    }
  }

  /** For {@code dnnl_set_max_cpu_isa}. */
  int oneDnnIsa() {
    return oneDnnIsa;
  }
}
