package ciss.tensor.cuda;

import static ciss.model.SmallPass.BEHIND_RELUS;
import static ciss.model.SmallPass.VALUES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.model.SmallPass;
import ciss.tensor.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network in bf16 on CUDA beside the same one in fp32. */
class CudaHalvesTest {
  @TempDir private Path folder;

  @Test
  void lossesReadValuesAndGiveGradientsNearThoseInFp32() throws IOException, InterruptedException {
    List<List<float[]>> floats = run(Precision.FP32);
    List<List<float[]>> halves = run(Precision.BF16);
    // Cotangents of the stages' maps weigh far more than those of the scores, and behind them there is no ReLU.
    assertNear(VALUES, floats.get(0).getLast(), halves.get(0).getLast(), "gradient of the encoder");
    List<float[]> expected = floats.get(1);
    for (int i = 0; i < expected.size(); i++) {
      boolean gradient = i == expected.size() - 1;
      assertNear(gradient ? BEHIND_RELUS : VALUES, expected.get(i), halves.get(1).get(i), gradient ? "gradient" : "map " + i);
    }
  }

  private static void assertNear(double bound, float[] expected, float[] found, String what) {
    double distance = SmallPass.distance(expected, found);
    assertTrue(distance < bound && distance > 0, () -> what + ": " + distance);
  }

  private List<List<float[]>> run(Precision precision) throws IOException, InterruptedException {
    Path file = folder.resolve(precision.name());
    CudaProcess.Output output = CudaProcess.run(Map.of(), CudaHalves.class, precision.name(), file.toString());
    assertEquals(0, output.exit(), () -> String.join("\n", output.lines()));
    return CudaHalves.read(file);
  }
}
