package ciss.tensor.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * The stand-in for a GPU finds what it is there to find: native/cuda-on-cpu/tests plants a divergent barrier, a missing
 * barrier, uninitialised shared memory, a missing wait for a copy, overruns of shared and of device memory, a shuffle of half
 * a warp, and mistakes in calls.
 */
class CudaOnCpuTest {
  @Test
  void findsEveryPlantedFault() throws IOException, InterruptedException {
    Path folder = Path.of("target", "cuda-on-cpu").toAbsolutePath();
    Assumptions.assumeTrue(
        Files.isExecutable(folder.resolve("faults")), "SKIPPED: no stand-in for CUDA, since there is no g++ here");
    Process process =
        new ProcessBuilder(folder.resolve("faults").toString(), folder.resolve("faults.so").toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    assertTrue(output.lines().filter(line -> line.startsWith("ok ")).count() > 40, output);
  }
}
