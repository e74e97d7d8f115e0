package ciss.train;

import ciss.model.FeatureEncoder;
import ciss.model.Initialisation;
import ciss.model.Segmentor;
import ciss.model.SegmentorOptions;
import ciss.model.Segmentors;
import ciss.tensor.Backend;
import ciss.tensor.DType;
import ciss.tensor.Draws;
import ciss.tensor.LossOps;
import ciss.tensor.ParameterStore;
import ciss.tensor.RandomStream;
import ciss.tensor.Shape;
import ciss.tensor.Storage;
import ciss.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The networks, optimizer and iteration of a CISS run on one batch of random pictures: what it costs, without data. On a
 * {@link ciss.tensor.plan.PlanBackend} it counts, on another it is timed.
 */
public final class SyntheticTraining implements AutoCloseable {
  private static final int[] THINGS = {6, 7, 11, 12, 13, 14, 15, 16, 17, 18};
  private static final int SEGMENT = 24;
  private static final float[] MEAN = {123.675f, 116.28f, 103.53f};
  private static final float[] STD = {58.395f, 57.12f, 57.375f};

  private final Backend backend;
  private final Draws draws = new Draws(0);
  private final List<AutoCloseable> owned = new ArrayList<>();
  private final Iteration iteration;
  private final TrainingBatch batch;
  private long next;

  /**
   * @param height of the crop that is trained on, in pixels; {@code width} likewise
   */
  public SyntheticTraining(
      Backend backend, SegmentorOptions network, UdaOptions options, int batchSize, int height, int width) {
    this.backend = backend;
    Segmentor student = segmentor(network, true, 0);
    Segmentor teacher = segmentor(network, false, 1);
    AdamW.Options rates = new AdamW.Options(6e-5, 0.9, 0.999, 1e-8, 0.01, Map.of("head", new AdamW.Factors(10, 1)));
    LearningRate schedule = new LearningRate(40_000, 1, 0, 1500, 1e-6);
    AdamW optimizer =
        own(new AdamW(backend, student.store(), rates, schedule, student.parametersWithoutGradient()));
    iteration =
        new CissIteration(
            backend,
            student,
            teacher,
            options.featureDistance().lambda() == 0 ? null : frozen(network),
            options,
            optimizer,
            own(new LossLog(backend)),
            1,
            MEAN,
            STD);
    batch = batch(network.classes(), batchSize, height, width);
  }

  /** MiT-B0 under the HRDA head of the paper with the given width, 19 classes, for crops of 256 and detail crops of 128. */
  public static SegmentorOptions smallNetwork(int channels) {
    return new SegmentorOptions(
        0,
        0.1,
        19,
        new SegmentorOptions.HeadOptions(
            SegmentorOptions.HeadType.DAFORMER,
            channels,
            channels,
            0.1,
            new SegmentorOptions.FusionOptions(
                SegmentorOptions.FusionType.ASPP, true, new int[] {1, 6, 12, 18}, 1)),
        new SegmentorOptions.HrdaOptions(
            0.5, 128, 128, 8, false, true, true, false, true, channels, Double.NaN, 0.1, 0));
  }

  /** The final method of the paper (experiment 1). */
  public static UdaOptions finalMethod() {
    View.Mix stylized = new View.Mix(View.STYLIZED, View.STYLIZED);
    return new UdaOptions(
        UdaOptions.Method.CISS,
        0.999,
        new UdaOptions.PseudoLabel(0.968f, 0, 0, View.ORIGINAL),
        new UdaOptions.Mixing(true, new double[] {0.2, 0.2, 0.2, 0.2}, 0.2),
        new UdaOptions.FeatureDistance(0.005, THINGS, 0.75),
        new UdaOptions.Source(true, false, false, true),
        new UdaOptions.Target(List.of(View.Mix.ORIGINALS), false, List.of(new View.MixPair(View.Mix.ORIGINALS, stylized))),
        new UdaOptions.Invariance(
            LossOps.Norm.L2, false, new double[] {50, 0, 0, 0, 0}, new double[] {20, 0, 0, 0, 0}, 0.75));
  }

  /** One more iteration on the same pictures, with draws of its own; waits until it is done. */
  public LossLog run() {
    LossLog log = iteration.run(batch, new SeededDraws(draws, next), next, IterationListener.NONE);
    next++;
    backend.synchronize();
    return log;
  }

  private Segmentor segmentor(SegmentorOptions network, boolean trained, int index) {
    ParameterStore store = Initialisation.create(backend, Segmentors.tables(network), trained, draws, index);
    return Segmentors.create(network, backend, own(store));
  }

  private FeatureEncoder frozen(SegmentorOptions network) {
    ParameterStore store = Initialisation.create(backend, Segmentors.encoderTables(network), false, draws, 2);
    return Segmentors.createEncoder(network, backend, own(store));
  }

  private TrainingBatch batch(int classes, int n, int height, int width) {
    return new TrainingBatch(
        picture(n, height, width, 0),
        picture(n, height, width, 1),
        label(classes, n, height, width),
        IntStream.range(0, classes).toArray(),
        picture(n, height, width, 2),
        picture(n, height, width, 3),
        Tensor.ABSENT);
  }

  private Tensor picture(int n, int height, int width, int index) {
    RandomStream random = draws.stream(Draws.Purpose.SCENE, 0, index);
    Tensor picture = allocate(DType.F32, n, height, width, 3);
    float[] values = new float[Math.toIntExact(picture.elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.uniform(-2, 2);
    }
    backend.upload(values, picture);
    return picture;
  }

  /** Squares of one class each. */
  private Tensor label(int classes, int n, int height, int width) {
    RandomStream random = draws.stream(Draws.Purpose.SCENE, 1, 0);
    int columns = width / SEGMENT + 1;
    byte[] square = new byte[n * (height / SEGMENT + 1) * columns];
    for (int i = 0; i < square.length; i++) {
      square[i] = (byte) random.nextInt(classes);
    }
    Tensor label = allocate(DType.U8, n, height, width);
    byte[] values = new byte[Math.toIntExact(label.elements())];
    for (int i = 0; i < values.length; i++) {
      int row = i / width % height + i / width / height * SEGMENT;
      values[i] = square[row / SEGMENT * columns + i % width / SEGMENT];
    }
    backend.upload(MemorySegment.ofArray(values), label);
    return label;
  }

  private Tensor allocate(DType dtype, int... sizes) {
    Shape shape = Shape.of(sizes);
    return Tensor.of(own(backend.allocate(shape.elements() * dtype.bytes())), 0, shape, dtype);
  }

  private <T extends AutoCloseable> T own(T resource) {
    owned.add(resource);
    return resource;
  }

  @Override
  public void close() {
    for (AutoCloseable resource : owned.reversed()) {
      try {
        resource.close();
      } catch (Exception e) {
        throw new IllegalStateException("closing " + resource, e);
      }
    }
  }
}
