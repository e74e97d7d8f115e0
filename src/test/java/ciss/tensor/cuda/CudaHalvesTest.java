package ciss.tensor.cuda;

import static ciss.model.SmallPass.BEHIND_RELUS;
import static ciss.model.SmallPass.VALUES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.model.SmallPass;
import ciss.tensor.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network in bf16 on CUDA beside the same one in fp32. */
class CudaHalvesTest {
  @TempDir private Path folder;

  @Test
  void lossesReadValuesNearThoseInFp32() throws IOException, InterruptedException {
    List<Double> distances = distances(true);
    for (int i = 0; i < distances.size(); i++) {
      double bound = i == distances.size() - 1 ? BEHIND_RELUS : VALUES;
      assertTrue(distances.get(i) < bound && distances.get(i) > 0, distances.toString());
    }
  }

  /** Cotangents of the stages' maps weigh far more than those of the scores, and behind them there is no ReLU. */
  @Test
  void gradientsOfTheEncoderAreNearThoseInFp32() throws IOException, InterruptedException {
    double distance = distances(false).getLast();
    assertTrue(distance < VALUES && distance > 0, () -> "" + distance);
  }

  private List<Double> distances(boolean decoderFeatures) throws IOException, InterruptedException {
    List<float[]> floats = run(Precision.FP32, decoderFeatures);
    List<float[]> halves = run(Precision.BF16, decoderFeatures);
    List<Double> distances = new ArrayList<>();
    for (int i = 0; i < floats.size(); i++) {
      distances.add(SmallPass.distance(floats.get(i), halves.get(i)));
    }
    return distances;
  }

  private List<float[]> run(Precision precision, boolean decoderFeatures) throws IOException, InterruptedException {
    Path file = folder.resolve(precision.name());
    CudaProcess.Output output =
        CudaProcess.run(
            Map.of(), CudaHalves.class, precision.name(), String.valueOf(decoderFeatures), file.toString());
    assertEquals(0, output.exit(), () -> String.join("\n", output.lines()));
    return CudaHalves.read(file);
  }
}
