package ciss.tensor.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * The stand-in for a GPU finds what it is there to find: native/cuda-on-cpu/tests plants a divergent barrier, a missing
 * barrier, uninitialised shared memory, a missing wait for a copy, overruns of shared and of device memory, a shuffle of
 * half a warp, missing waits between streams, and mistakes in calls.
 */
class CudaOnCpuTest {
  private static final Path FOLDER = Path.of("target", "cuda-on-cpu").toAbsolutePath();

  @Test
  void findsEveryPlantedFault() throws IOException, InterruptedException {
    check(45, "faults", FOLDER.resolve("faults.so").toString());
  }

  @Test
  void librariesComputeAndRefuseAsNvidiasDo() throws IOException, InterruptedException {
    check(30, "libraries");
  }

  /** Runs a program that prints a line per check. */
  private static void check(long checks, String program, String... arguments) throws IOException, InterruptedException {
    Path executable = FOLDER.resolve(program);
    Assumptions.assumeTrue(
        Files.isExecutable(executable), "SKIPPED: no stand-in for CUDA, since there is no g++ here");
    List<String> command = new ArrayList<>(List.of(executable.toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    assertEquals(checks, output.lines().filter(line -> line.startsWith("ok ")).count(), output);
  }
}
