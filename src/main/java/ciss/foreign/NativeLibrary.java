package ciss.foreign;

import ciss.error.NativeException;
import ciss.error.ResourceException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * The shared libraries this program calls, each opened at its first use and kept open until the process ends.
 *
 * <p>Where a library comes from: the folder named by {@code -Dciss.native.path}; else the jar, from which it is unpacked
 * once per user and content (see {@link NativeFiles}); else {@code target/native/lib} of a source tree.
 *
 * <p>Thread safe. Handles are meant for {@code static final} fields and {@code invokeExact}.
 */
public enum NativeLibrary {
  /** OpenMP run time of oneDNN. {@code omp_set_num_threads(1)} is due on every thread before its first oneDNN call. */
  GOMP("libgomp.so.1"),
  /** oneDNN: dense matrix products and convolutions. Its functions return a status for {@link #check}. */
  ONEDNN("libdnnl.so.3", GOMP),
  /** Our own kernels, built from {@code native/}. */
  CISS("libciss.so");

  private static final int ONEDNN_OUT_OF_MEMORY = 1;

  private final String fileName;
  private final NativeLibrary[] needed;
  private SymbolLookup symbols;
  private Path path;

  NativeLibrary(String fileName, NativeLibrary... needed) {
    this.fileName = fileName;
    this.needed = needed;
  }

  /**
   * A handle that calls one function of this library.
   *
   * @param symbol the C name, such as {@code ciss_layer_norm_forward_f32}
   * @param descriptor its C signature
   * @throws NativeException if the library cannot be found or opened, or has no such function; the message lists what
   *     was tried
   */
  public MethodHandle handle(String symbol, FunctionDescriptor descriptor, Linker.Option... options) {
    return Linker.nativeLinker().downcallHandle(address(symbol), descriptor, options);
  }

  /**
   * The address of a function or of a global variable.
   *
   * @throws NativeException as {@link #handle}
   */
  public MemorySegment address(String symbol) {
    return open()
        .find(symbol)
        .orElseThrow(
            () -> new NativeException(
                path + ": no symbol '" + symbol + "'. The library is older than the program: build it again with"
                    + " 'mvn package', or remove -Dciss.native.path."));
  }

  /** The file this library was opened from; opens it if that has not happened. */
  public synchronized Path path() {
    open();
    return path;
  }

  /**
   * Turns the status of a native call into an exception.
   *
   * @param status 0 for success
   * @param call the name of the function, for the message
   * @throws ResourceException if oneDNN ran out of memory
   * @throws NativeException for any other status but 0
   */
  public static void check(int status, String call) {
    if (status == 0) {
      return;
    }
    boolean oneDnn = call.startsWith("dnnl_");
    if (oneDnn && status == ONEDNN_OUT_OF_MEMORY) {
      throw new ResourceException(call + ": out of memory");
    }
    throw new NativeException(call + ": returned status " + status + (oneDnn ? meaning(status) : ""));
  }

  private static String meaning(int oneDnnStatus) {
    return switch (oneDnnStatus) {
      case 2 -> " (invalid arguments)";
      case 3 -> " (arguments that oneDNN does not support)";
      case 4 -> " (no implementation left to try)";
      case 5 -> " (run time error)";
      default -> "";
    };
  }

  private synchronized SymbolLookup open() {
    if (symbols == null) {
      for (NativeLibrary library : needed) {
        library.open();
      }
      path = NativeFiles.locate(fileName);
      try {
        symbols = SymbolLookup.libraryLookup(path, Arena.global());
      } catch (IllegalArgumentException e) {
        throw new NativeException(
            path + ": the system cannot open this library (" + e.getMessage() + "). It needs glibc 2.34 and libstdc++ of"
                + " gcc 11 or newer, and a file system that allows execution: CISS_CACHE names another folder.",
            e);
      }
    }
    return symbols;
  }
}
