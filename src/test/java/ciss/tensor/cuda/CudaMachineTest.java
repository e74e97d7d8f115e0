package ciss.tensor.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What {@code ciss doctor} says about a machine that has the stand-in for CUDA's libraries. */
class CudaMachineTest {
  private static List<String> findings(Map<String, String> environment) throws IOException, InterruptedException {
    assumeTrue(KernelTable.isThere(Kernels.ALL.getFirst()), "SKIPPED: built without nvcc, so there are no kernels to find");
    CudaProcess.Output output = CudaProcess.run(environment, CudaFindings.class);
    assertEquals(0, output.exit(), () -> String.join("\n", output.lines()));
    return output.lines();
  }

  @Test
  void everyPieceIsNamedWithPlaceAndVersion() throws IOException, InterruptedException {
    List<String> lines = findings(Map.of());
    String forwarded = "  (JCuda reaches it through a forwarder)";
    assertEquals("found driver: " + CudaProcess.FOLDER.resolve("libcuda.so.1") + "  CUDA 13.0", lines.get(0));
    assertTrue(lines.get(1).startsWith("found gpu: cuda:0  cuda-on-cpu, compute capability 9.0, 16.0 GiB"), lines.get(1));
    assertEquals("found cuBLAS: " + CudaProcess.FOLDER.resolve("libcublas.so.13") + "  13.0.0" + forwarded, lines.get(2));
    assertEquals("found cuDNN: " + CudaProcess.FOLDER.resolve("libcudnn.so.9") + "  9.10.0" + forwarded, lines.get(3));
    assertEquals("found kernels: in the program", lines.get(4));
    assertEquals("usable", lines.get(5));
  }

  @Test
  void aWrongFileIsNamedAndTheRestIsStillFound() throws IOException, InterruptedException {
    List<String> lines = findings(Map.of("CISS_CUBLAS", "/nowhere/libcublas.so.13"));
    String complaint = "CISS_CUBLAS=/nowhere/libcublas.so.13: cannot be opened";
    assertTrue(lines.get(2).startsWith("missing cuBLAS: " + complaint), lines.get(2));
    assertTrue(lines.get(3).startsWith("found cuDNN: "), lines.get(3));
    assertTrue(lines.getLast().startsWith("obstacle " + complaint), lines.getLast());
  }

  @Test
  void cudnnCanBeDoneWithoutAndCublasCannot() throws IOException, InterruptedException {
    List<String> lines = findings(Map.of("CISS_CUDNN", "none"));
    assertTrue(lines.get(3).startsWith("missing cuDNN: not found"), lines.get(3));
    assertEquals("usable", lines.getLast());
    assertEquals(
        "obstacle no cuBLAS found (libcublas.so.13, libcublas.so.12)",
        findings(Map.of("CISS_CUBLAS", "none")).getLast());
  }
}
