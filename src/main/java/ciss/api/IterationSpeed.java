package ciss.api;

import ciss.config.Assembly;
import ciss.config.CissConfig;
import ciss.config.Size;
import ciss.tensor.Backend;
import ciss.train.SyntheticTraining;
import java.util.Arrays;

/** How long an iteration of a configuration takes on this machine. */
final class IterationSpeed {
  private static final int WARM_UP = 3;
  private static final int TIMED = 5;

  private IterationSpeed() {}

  /** Median seconds of an iteration on random pictures, without reading data. */
  static double seconds(CissConfig config) {
    Size crop = config.data().source().crop();
    TrainingMemory.Choice memory = TrainingMemory.choose(config);
    try (Backend backend = Backends.create(config);
        SyntheticTraining training =
            new SyntheticTraining(
                backend,
                Assembly.trainer(config),
                memory.level(),
                config.train().batchSize(),
                crop.height(),
                crop.width())) {
      for (int i = 0; i < WARM_UP; i++) {
        training.run();
      }
      double[] seconds = new double[TIMED];
      for (int i = 0; i < TIMED; i++) {
        long start = System.nanoTime();
        training.run();
        seconds[i] = (System.nanoTime() - start) / 1e9;
      }
      Arrays.sort(seconds);
      return seconds[TIMED / 2];
    }
  }
}
