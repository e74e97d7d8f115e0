package ciss.tensor.cuda;

import ciss.error.NativeException;
import ciss.error.ResourceException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The kernels of one device, each loaded at its first launch. Compiled kernels are resources {@code /kernels/<file>.fatbin};
 * a folder given by {@code -Dciss.cuda.path} may hold {@code kernels_cpu.so} instead: the same kernels for a driver that runs
 * them on the CPU, which is how they are tested without a GPU.
 */
final class KernelTable implements AutoCloseable {
  private final Driver driver;
  private final Commands commands;
  private final int kind;
  private final Map<String, Driver.Module> modules = new HashMap<>();
  private final Launch[] launches = new Launch[Kernels.ALL.size()];
  private final Arena arena = Arena.ofShared();

  KernelTable(Driver driver, Commands commands) {
    this.driver = driver;
    this.commands = commands;
    this.kind = commands.kind((list, at) -> launches[(int) list[at]].issue(list, at + 1));
  }

  /** The launch of a kernel, without arguments. */
  Launch launch(Kernel kernel) {
    Launch launch = launches[kernel.index()];
    if (launch == null) {
      Driver.Function function = module(kernel.file()).function(kernel.name(), kernel.sharedBytes());
      launch = new Launch(driver, commands, kind, kernel, function, arena);
      launches[kernel.index()] = launch;
    }
    return launch.start();
  }

  /** Whether the program was built where kernels can be compiled. */
  static boolean isThere(Kernel kernel) {
    return onCpu() != null || KernelTable.class.getResource(entry(kernel.file())) != null;
  }

  private static String entry(String file) {
    return "/kernels/" + file + ".fatbin";
  }

  private Driver.Module module(String file) {
    Path forCpu = onCpu();
    return modules.computeIfAbsent(forCpu == null ? file : "", key -> load(file, forCpu));
  }

  private static Path onCpu() {
    String folder = System.getProperty(CudaLibraries.PATH_PROPERTY);
    Path image = folder == null ? null : Path.of(folder, "kernels_cpu.so");
    return image != null && Files.isRegularFile(image) ? image : null;
  }

  private Driver.Module load(String file, Path forCpu) {
    byte[] image = image(file, forCpu);
    Driver.Module module = driver.load(image);
    if (module == null) {
      throw new ResourceException(
          "CUDA: the kernels are for compute capability 8.0 or newer; %s has %d.%d"
              .formatted(driver.name(), driver.capability() / 10, driver.capability() % 10));
    }
    return module;
  }

  private static byte[] image(String file, Path forCpu) {
    String entry = entry(file);
    try (InputStream in = forCpu == null ? KernelTable.class.getResourceAsStream(entry) : Files.newInputStream(forCpu)) {
      if (in == null) {
        throw new ResourceException(
            "CUDA: jar entry %s is absent: the program was built without nvcc. Build it where CUDA 13 is installed"
                .formatted(entry));
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new NativeException((forCpu == null ? "jar entry " + entry : forCpu) + " cannot be read", e);
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
