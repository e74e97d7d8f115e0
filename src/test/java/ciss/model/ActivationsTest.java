package ciss.model;

import static ciss.model.SmallPass.BEHIND_RELUS;
import static ciss.model.SmallPass.VALUES;
import static ciss.model.SmallPass.distance;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.tensor.Backend;
import ciss.tensor.DType;
import ciss.tensor.reference.ReferenceBackend;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A network whose activations are bf16 beside the same one in float32; the arithmetic of both is double. */
class ActivationsTest {
  private static List<float[]> run(DType activations, boolean decoderFeatures) {
    try (Backend backend = new ReferenceBackend(96L << 20, activations)) {
      return SmallPass.run(backend, decoderFeatures);
    }
  }

  @Test
  void lossesReadFloatsNearThoseOfTheFloatNetwork() {
    List<float[]> exact = run(DType.F32, true);
    List<float[]> rounded = run(DType.BF16, true);
    for (int i = 0; i < exact.size(); i++) {
      boolean gradient = i == exact.size() - 1;
      double distance = distance(exact.get(i), rounded.get(i));
      assertTrue(distance < (gradient ? BEHIND_RELUS : VALUES) && distance > 0, i + ": " + distance);
    }
  }

  /** Cotangents of the stages' maps weigh far more than those of the scores, and behind them there is no ReLU. */
  @Test
  void gradientsOfTheEncoderAreNearThoseOfTheFloatNetwork() {
    double distance = distance(run(DType.F32, false).getLast(), run(DType.BF16, false).getLast());
    assertTrue(distance < VALUES && distance > 0, () -> "" + distance);
  }
}
