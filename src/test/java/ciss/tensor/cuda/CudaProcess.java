package ciss.tensor.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Starts Java on the stand-in for a GPU: in a process of its own, which a broken kernel may end. */
final class CudaProcess {
  static final Path FOLDER = Path.of("target", "cuda-on-cpu").toAbsolutePath();

  private CudaProcess() {}

  /** What a run wrote, both streams together. */
  record Output(int exit, List<String> lines) {}

  /**
   * Runs the main method of a test class.
   *
   * @param environment settings of the stand-in: see native/cuda-on-cpu/README.md
   */
  static Output run(Map<String, String> environment, Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    assumeTrue(
        Files.isRegularFile(FOLDER.resolve("libcublas.so.13")),
        "SKIPPED: no stand-in for CUDA in " + FOLDER + ", since there is no g++ here");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Xmx1g");
    command.add("-XX:+UseSerialGC");
    command.add("-D" + CudaLibraries.PATH_PROPERTY + "=" + FOLDER);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    return new Output(process.waitFor(), lines);
  }
}
