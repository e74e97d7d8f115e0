package ciss.cli;

import ciss.error.NativeException;
import ciss.foreign.NativeLibrary;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** What the library of our kernels says about itself. */
final class NativeText {
  private static final long LONGEST = 256;

  private NativeText() {}

  /** The instruction set the kernels use on this machine: baseline, avx2 or avx512. */
  static String cpuLevel() {
    return textOf("ciss_cpu_level");
  }

  /** The compiler that built them. */
  static String buildInfo() {
    return textOf("ciss_build_info");
  }

  private static String textOf(String function) {
    try {
      MemorySegment text =
          (MemorySegment)
              NativeLibrary.CISS.handle(function, FunctionDescriptor.of(ValueLayout.ADDRESS)).invokeExact();
      return text.reinterpret(LONGEST).getString(0);
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new NativeException(function + ": the call failed", e);
    }
  }
}
