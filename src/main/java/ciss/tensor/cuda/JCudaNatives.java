package ciss.tensor.cuda;

import ciss.error.NativeException;
import ciss.foreign.NativeFiles;
import java.nio.file.Path;

/**
 * Lets JCuda's classes load their natives from our cache, where they lie under their content hash.
 *
 * <p>A JCuda class looks for its library on {@code java.library.path}, and if that fails for a file of a fixed name in the
 * folder {@code java.io.tmpdir}, which it loads as it is and makes from the jar if it is absent. That folder is shared with
 * other users and may hold an older file. So the property names our folder while such a class is initialized; Java's own
 * temporary files do not notice, as they read it once at the start of the process.
 */
final class JCudaNatives {
  private static final String FOLDER = "java.io.tmpdir";
  private static final String SUFFIX = "-12.6.0-linux-x86_64.so";

  private JCudaNatives() {}

  /**
   * Initializes a class of JCuda. The CUDA library that its native needs must have been opened before.
   *
   * @param className such as {@code jcuda.driver.JCudaDriver}
   * @param library such as {@code JCudaDriver}
   * @throws NativeException if the native cannot be found or linked
   */
  static synchronized void initialize(String className, String library) {
    Path file = NativeFiles.locate("lib" + library + SUFFIX);
    String folder = System.setProperty(FOLDER, file.getParent().toString());
    try {
      Class.forName(className, true, JCudaNatives.class.getClassLoader());
    } catch (LinkageError | ClassNotFoundException e) {
      throw new NativeException(file + ": cannot be linked for " + className + ": " + reason(e), e);
    } finally {
      System.setProperty(FOLDER, folder);
    }
  }

  /** JCuda's message is a page with two stack traces; the line that matters names a file. */
  private static String reason(Throwable e) {
    return String.valueOf(e.getMessage())
        .lines()
        .filter(line -> line.contains("cannot open shared object") || line.contains("undefined symbol"))
        .map(String::strip)
        .findFirst()
        .orElseGet(() -> String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString()));
  }
}
