package ciss.train;

import ciss.model.FeatureEncoder;
import ciss.model.Initialisation;
import ciss.model.Segmentor;
import ciss.model.Segmentors;
import ciss.nn.MemoryLevel;
import ciss.tensor.Backend;
import ciss.tensor.Draws;
import ciss.tensor.ParameterStore;
import java.util.ArrayList;
import java.util.List;

/**
 * The networks, the optimizer and the iteration of one training (method.md 2.1): student, teacher, frozen encoder. Its
 * state is what a checkpoint holds. Used by one thread.
 */
public final class Trainer implements AutoCloseable {
  /** Numbers of the networks for their initial draws. */
  private static final int STUDENT = 0;

  private static final int TEACHER = 1;
  private static final int FROZEN = 2;

  private final Backend backend;
  private final TrainerOptions options;
  private final Draws draws;
  private final List<AutoCloseable> resources = new ArrayList<>();
  private final ParameterStore studentStore;
  private final ParameterStore teacherStore;
  private final ParameterStore frozenStore;
  private final Segmentor student;
  private final Segmentor teacher;
  private final AdamW optimizer;
  private final LossLog log;
  private final Iteration iteration;
  private long finished;

  /**
   * Builds and randomly initialises the networks: each from streams of its own.
   *
   * @param level what the student's passes keep; it changes no result
   */
  public Trainer(Backend backend, TrainerOptions options, MemoryLevel level) {
    this.backend = backend;
    this.options = options;
    this.draws = new Draws(options.seed());
    UdaOptions uda = options.uda();
    boolean distance = uda != null && uda.featureDistance().lambda() > 0;
    studentStore = own(Initialisation.create(backend, Segmentors.tables(options.model()), true, draws, STUDENT));
    // The teacher copies the student before it is first asked.
    teacherStore =
        uda == null
            ? null
            : own(Initialisation.createWithoutParameters(backend, Segmentors.tables(options.model()), draws, TEACHER));
    frozenStore = distance
        ? own(Initialisation.create(backend, Segmentors.encoderTables(options.model()), false, draws, FROZEN))
        : null;
    student = Segmentors.create(options.model(), backend, studentStore, level);
    teacher = teacherStore == null ? null : Segmentors.create(options.model(), backend, teacherStore);
    FeatureEncoder frozen = distance ? Segmentors.createEncoder(options.model(), backend, frozenStore) : null;
    List<String> skipped = student.parametersWithoutGradient();
    optimizer = own(new AdamW(backend, studentStore, options.optimizer(), options.schedule(), skipped));
    log = own(new LossLog(backend));
    iteration =
        uda == null
            ? new SupervisedIteration(backend, student, optimizer, log, options.lossWeight())
            : new CissIteration(
                backend,
                student,
                teacher,
                frozen,
                uda,
                optimizer,
                log,
                options.lossWeight(),
                options.mean(),
                options.std());
  }

  private <T extends AutoCloseable> T own(T resource) {
    resources.add(resource);
    return resource;
  }

  public Backend backend() {
    return backend;
  }

  public TrainerOptions options() {
    return options;
  }

  public Segmentor student() {
    return student;
  }

  /** The mean teacher; null in supervised training. */
  public Segmentor teacher() {
    return teacher;
  }

  /** Parameters of the frozen encoder; null without feature distance. */
  public ParameterStore frozenStore() {
    return frozenStore;
  }

  public AdamW optimizer() {
    return optimizer;
  }

  /** Number of finished iterations: the 0-based number of the next one. */
  public long finished() {
    return finished;
  }

  /** Continues at this iteration (resume). */
  void setFinished(long iterations) {
    finished = iterations;
  }

  /** Learning rate of the next iteration, of parameters without factor. */
  public double learningRate() {
    return optimizer.learningRate(finished);
  }

  /**
   * Runs the next iteration; the batch lives in a region of the caller. What the device has to do may be under way at
   * return.
   *
   * @return what it logs; where a gradient is not finite, its step is not made, and asking for the log is an exception
   */
  public IterationLosses step(TrainingBatch batch, IterationListener listener) {
    IterationDraws decisions = new SeededDraws(draws, finished);
    LossLog log = iteration.run(batch, decisions, finished, listener);
    return new IterationLosses(log.read(), studentStore.gradients().table(), finished++);
  }

  @Override
  public void close() {
    for (AutoCloseable resource : resources.reversed()) {
      switch (resource) {
        case ParameterStore store -> store.close();
        case AdamW adamW -> adamW.close();
        case LossLog lossLog -> lossLog.close();
        default -> throw new IllegalStateException("not closed: " + resource);
      }
    }
  }
}
