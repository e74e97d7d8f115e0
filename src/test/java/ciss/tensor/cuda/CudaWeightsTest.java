package ciss.tensor.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CudaWeightsTest {
  @Test
  void productsInBf16ReadWhatParametersHold() throws IOException, InterruptedException {
    CudaProcess.Output output = CudaProcess.run(Map.of("CISS_CPU_LAZY", "1"), CudaWeights.class);
    assertEquals(List.of(), output.lines().stream().filter(line -> !line.startsWith("ok ")).toList());
    assertEquals(10, output.lines().size());
  }
}
