package ciss.tensor.cuda;

import ciss.error.DataException;
import ciss.error.NumericsException;
import ciss.nn.MemoryLevel;
import ciss.tensor.Precision;
import ciss.tensor.Tensor;
import ciss.train.BatchSource;
import ciss.train.Trainer;
import ciss.train.TrainerOptions;
import ciss.train.TrainingBatch;
import ciss.train.TrainingListener;
import ciss.train.TrainingLoop;
import java.util.Arrays;
import java.util.List;

/**
 * A process of its own that trains without adaptation on CUDA for four iterations, again with a batch that is not finite,
 * and with one that cannot be read: prints what happens in which order.
 */
final class CudaLoop {
  private static final long WORKSPACE = 256L << 20;
  private static final int ITERATIONS = 4;

  private CudaLoop() {}

  public static void main(String[] arguments) {
    TrainerOptions full = CudaReplay.options();
    TrainerOptions options =
        new TrainerOptions(
            full.model(), null, full.optimizer(), full.schedule(), full.lossWeight(), full.seed(), full.mean(), full.std());
    try (CudaBackend cuda = new CudaBackend(0, Precision.FP32, WORKSPACE)) {
      try (Trainer trainer = new Trainer(cuda, options, MemoryLevel.FUSED)) {
        boolean complete = TrainingLoop.run(trainer, new Batches(cuda, -1, false), ITERATIONS, new Printer(cuda), () -> false);
        System.out.println("complete " + complete);
      }
      try (Trainer trainer = new Trainer(cuda, options, MemoryLevel.FUSED)) {
        Printer printer = new Printer(cuda);
        try {
          TrainingLoop.run(trainer, new Batches(cuda, 1, false), ITERATIONS, printer, () -> false);
        } catch (NumericsException e) {
          System.out.println(e.getMessage().replaceAll(" is not finite.*; ", "; "));
        }
        float[] parameters = cuda.download(trainer.student().store().values().flat());
        System.out.println("parameters as after iteration 1: " + Arrays.equals(printer.first, parameters));
      }
      try (Trainer trainer = new Trainer(cuda, options, MemoryLevel.FUSED)) {
        TrainingLoop.run(trainer, new Batches(cuda, 1, true), ITERATIONS, new Printer(cuda), () -> false);
      } catch (DataException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  /** Batches of which one may be not a number, or absent. */
  private static final class Batches implements BatchSource {
    private final CudaBackend cuda;
    private final long broken;
    private final boolean absent;
    private long number;

    Batches(CudaBackend cuda, long broken, boolean absent) {
      this.cuda = cuda;
      this.broken = broken;
      this.absent = absent;
    }

    @Override
    public TrainingBatch next(long i) {
      number = i + 1;
      System.out.println("begin " + number);
      if (i == broken && absent) {
        throw new DataException("no picture " + number);
      }
      Tensor picture = CudaReplay.picture(cuda, (int) i, 0);
      if (i == broken) {
        cuda.fill(picture, Float.NaN);
      }
      return TrainingBatch.supervised(picture, CudaReplay.label(cuda, (int) i), new int[] {0, 3, 7, 255});
    }

    @Override
    public List<String> files() {
      return List.of("file of batch " + number);
    }

    @Override
    public double waitedSeconds() {
      return 0;
    }
  }

  private static final class Printer implements TrainingListener {
    private final CudaBackend cuda;
    private float[] first;

    Printer(CudaBackend cuda) {
      this.cuda = cuda;
    }

    @Override
    public boolean standsAlone(long n) {
      return n == 3;
    }

    @Override
    public void report(IterationReport report) {
      System.out.println("report " + report.finished());
    }

    @Override
    public void save(Trainer trainer) {
      if (trainer.finished() == 1) {
        first = cuda.download(trainer.student().store().values().flat());
      }
    }
  }
}
