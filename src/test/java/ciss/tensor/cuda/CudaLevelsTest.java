package ciss.tensor.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.nn.MemoryLevel;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On CUDA, a plan holds what an iteration takes, and every memory level gives the same bytes. */
class CudaLevelsTest {
  /** Without cuDNN, for which plans count more than these small maps take. */
  @ParameterizedTest
  @ValueSource(strings = {"FP32", "BF16"})
  void thePlannedWorkspaceSufficesAndGradientsDoNotDependOnTheLevel(String precision)
      throws IOException, InterruptedException {
    CudaProcess.Output output = CudaProcess.run(Map.of("CISS_CUDNN", "none"), CudaLevels.class, precision);
    assertEquals(0, output.exit(), () -> String.join("\n", output.lines()));
    List<String[]> levels = output.lines().stream().map(line -> line.split(" ")).toList();
    assertEquals(MemoryLevel.values().length, levels.size());
    for (String[] level : levels) {
      long planned = Long.parseLong(level[1]);
      long used = Long.parseLong(level[3]);
      assertEquals(planned, Long.parseLong(level[2]), level[0] + ": reserved");
      assertTrue(used <= planned && used > 0.8 * planned, String.join(" ", level));
      assertEquals(levels.getFirst()[4], level[4], level[0] + ": gradients");
      assertEquals(levels.getFirst()[5], level[5], level[0] + ": parameters");
    }
  }
}
