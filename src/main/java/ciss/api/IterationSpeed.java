package ciss.api;

import ciss.config.Assembly;
import ciss.config.CissConfig;
import ciss.config.Size;
import ciss.tensor.Backend;
import ciss.train.SyntheticTraining;

/** How long an iteration of a configuration takes on this machine. */
final class IterationSpeed {
  private static final int WARM_UP = 2;
  private static final int TIMED = 4;

  private IterationSpeed() {}

  /** Mean seconds of a few iterations on random pictures, without reading data. */
  static double seconds(CissConfig config) {
    Size crop = config.data().source().crop();
    try (Backend backend = Backends.create(config);
        SyntheticTraining training =
            new SyntheticTraining(
                backend, Assembly.trainer(config), config.train().batchSize(), crop.height(), crop.width())) {
      for (int i = 0; i < WARM_UP; i++) {
        training.run();
      }
      long start = System.nanoTime();
      for (int i = 0; i < TIMED; i++) {
        training.run();
      }
      return (System.nanoTime() - start) / 1e9 / TIMED;
    }
  }
}
