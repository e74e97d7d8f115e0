package ciss.cli;

import ciss.error.NativeException;
import ciss.foreign.NativeLibrary;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** What the native libraries say about themselves. */
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

  /** The version of oneDNN, such as 3.13.0. */
  static String oneDnnVersion() {
    MemorySegment version = addressFrom(NativeLibrary.ONEDNN, "dnnl_version").reinterpret(3 * Integer.BYTES);
    return version.getAtIndex(ValueLayout.JAVA_INT, 0) + "." + version.getAtIndex(ValueLayout.JAVA_INT, 1) + "."
        + version.getAtIndex(ValueLayout.JAVA_INT, 2);
  }

  private static String textOf(String function) {
    return addressFrom(NativeLibrary.CISS, function).reinterpret(LONGEST).getString(0);
  }

  private static MemorySegment addressFrom(NativeLibrary library, String function) {
    try {
      return (MemorySegment) library.handle(function, FunctionDescriptor.of(ValueLayout.ADDRESS)).invokeExact();
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new NativeException(function + ": the call failed", e);
    }
  }
}
