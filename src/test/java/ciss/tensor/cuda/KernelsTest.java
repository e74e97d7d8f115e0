package ciss.tensor.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What Java says of a kernel is what its C declaration says: a driver reads nonsense where they differ. */
class KernelsTest {
  @Test
  void descriptionsAreThoseOfTheDeclarations() throws IOException, InterruptedException {
    List<String> declared = CudaProcess.run(Map.of(), Registry.class).lines();
    List<String> described =
        Kernels.ALL.stream()
            .map(kernel -> "%s %s %d".formatted(kernel.name(), kernel.parameters(), kernel.threads()))
            .sorted()
            .toList();
    assertEquals(String.join("\n", declared), String.join("\n", described));
  }

  @Test
  void kernelsAreInTheFilesThatJavaLooksIn() throws IOException {
    for (Kernel kernel : Kernels.ALL) {
      String source = Files.readString(Path.of("kernels", kernel.file() + ".cu"));
      assertEquals(true, source.contains("REGISTER_KERNEL(" + kernel.name() + ")"), kernel.toString());
    }
  }

  /** Prints name, parameters and threads of every kernel in the stand-in's registry, by name. */
  static final class Registry {
    public static void main(String[] arguments) throws Throwable {
      try (Arena arena = Arena.ofConfined(); Driver driver = Driver.open(0)) {
        driver.load(Files.readAllBytes(CudaProcess.FOLDER.resolve("kernels_cpu.so")));
        SymbolLookup symbols = SymbolLookup.libraryLookup(CudaProcess.FOLDER.resolve("libcuda.so.1"), arena);
        int count = (int) handle(symbols, "count", FunctionDescriptor.of(JAVA_INT)).invokeExact();
        FunctionDescriptor text = FunctionDescriptor.of(ADDRESS, JAVA_INT);
        FunctionDescriptor number = FunctionDescriptor.of(JAVA_INT, JAVA_INT);
        Stream.Builder<String> lines = Stream.builder();
        for (int i = 0; i < count; i++) {
          lines.add("%s %s %d".formatted(
              string((MemorySegment) handle(symbols, "name", text).invokeExact(i)),
              string((MemorySegment) handle(symbols, "signature", text).invokeExact(i)),
              (int) handle(symbols, "threads", number).invokeExact(i)));
        }
        lines.build().sorted().forEach(System.out::println);
      }
    }

    private static MethodHandle handle(SymbolLookup symbols, String what, FunctionDescriptor descriptor) {
      return Linker.nativeLinker().downcallHandle(symbols.findOrThrow("ciss_cpu_kernel_" + what), descriptor);
    }

    private static String string(MemorySegment text) {
      return text.reinterpret(Long.MAX_VALUE).getString(0);
    }
  }
}
