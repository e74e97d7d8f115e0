package ciss.api;

import ciss.config.Assembly;
import ciss.config.CissConfig;
import ciss.config.Size;
import ciss.eval.InferencePlan;
import ciss.model.Initialisation;
import ciss.model.Segmentor;
import ciss.model.SegmentorOptions;
import ciss.model.Segmentors;
import ciss.model.SlideInference;
import ciss.report.ProcessMemory;
import ciss.tensor.Backend;
import ciss.tensor.Draws;
import ciss.tensor.ParameterStore;
import ciss.tensor.RandomStream;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import ciss.train.SyntheticTraining;
import ciss.train.TrainerOptions;
import ciss.train.TrainingPlan;
import java.util.function.Supplier;

/**
 * One forward and one training iteration of a configuration on random pictures, without warm-up: for networks that are too
 * large to repeat, time and peak memory beside what the plan says.
 */
public final class SingleRun {
  private static final int RGB = 3;

  private SingleRun() {}

  /**
   * @param plannedBytes networks, gradients, moments, batch and temporary memory
   * @param flops floating-point operations, from the plan
   * @param drawing seconds that drawing the networks took
   * @param seconds of the computation
   * @param programBytes resident before the networks were made: JVM, libraries; NaN where the system does not tell
   * @param peakBytes largest resident size of the process from then on; NaN likewise
   */
  public record Result(
      String what,
      Size size,
      long plannedBytes,
      long flops,
      double drawing,
      double seconds,
      double programBytes,
      double peakBytes) {
    /** What the computation added to the program, which is what the plan predicts. */
    public double measuredBytes() {
      return peakBytes - programBytes;
    }
  }

  /** Something that computes once. */
  private interface Computation extends AutoCloseable {
    void run();

    @Override
    void close();
  }

  /** One inference window of the configuration: a context and, with HRDA, all its detail windows. */
  public static Result window(CissConfig config) {
    Size size = config.inference().window() == null ? config.data().source().crop() : config.inference().window();
    SegmentorOptions model = Assembly.segmentor(config.model());
    InferencePlan plan = InferencePlan.of(
            model, SlideInference.Options.WHOLE, () -> Backends.planner(config), size.height(), size.width());
    try (Backend backend = Backends.create(config)) {
      backend.workspace().expectPeak(plan.workspaceBytes());
      return measure("window", size, plan.bytes(), plan.flops(), () -> new Forward(backend, model, size));
    }
  }

  /** One iteration of the configuration's training. */
  public static Result iteration(CissConfig config) {
    Size size = config.data().source().crop();
    int batch = config.train().batchSize();
    TrainerOptions options = Assembly.trainer(config);
    TrainingMemory.Choice memory = TrainingMemory.choose(config);
    TrainingPlan plan = memory.plan();
    try (Backend backend = Backends.create(config)) {
      backend.workspace().expectPeak(plan.workspaceBytes());
      return measure(
          "iteration",
          size,
          plan.bytes(),
          plan.flops(),
          () -> new Iteration(
                  new SyntheticTraining(backend, options, memory.level(), batch, size.height(), size.width())));
    }
  }

  private static Result measure(String what, Size size, long planned, long flops, Supplier<Computation> maker) {
    ProcessMemory.resetPeak();
    double program = ProcessMemory.bytes();
    long start = System.nanoTime();
    try (Computation computation = maker.get()) {
      long drawn = System.nanoTime();
      computation.run();
      long done = System.nanoTime();
      double peak = ProcessMemory.peakBytes();
      return new Result(what, size, planned, flops, (drawn - start) / 1e9, (done - drawn) / 1e9, program, peak);
    }
  }

  private record Iteration(SyntheticTraining training) implements Computation {
    @Override
    public void run() {
      training.run().values();
    }

    @Override
    public void close() {
      training.close();
    }
  }

  private static final class Forward implements Computation {
    private final Backend backend;
    private final ParameterStore store;
    private final Segmentor segmentor;
    private final Size size;

    Forward(Backend backend, SegmentorOptions model, Size size) {
      this.backend = backend;
      this.size = size;
      this.store = Initialisation.create(backend, Segmentors.tables(model), false, new Draws(0), 0);
      this.segmentor = Segmentors.create(model, backend, store);
    }

    @Override
    public void run() {
      try (Workspace.Frame frame = backend.workspace().frame()) {
        Tensor picture = frame.take(1, size.height(), size.width(), RGB);
        Tensor logits = frame.take(1, size.height(), size.width(), segmentor.classes());
        backend.upload(noise(Math.toIntExact(picture.elements())), picture);
        new SlideInference(backend, segmentor, SlideInference.Options.WHOLE).logits(picture, logits);
        backend.synchronize();
      }
    }

    private static float[] noise(int count) {
      RandomStream random = new Draws(0).stream(Draws.Purpose.SCENE, 0, 0);
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] = (float) random.uniform(-2, 2);
      }
      return values;
    }

    @Override
    public void close() {
      store.close();
    }
  }
}
