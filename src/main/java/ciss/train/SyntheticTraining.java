package ciss.train;

import ciss.model.SegmentorOptions;
import ciss.nn.MemoryLevel;
import ciss.tensor.Backend;
import ciss.tensor.DType;
import ciss.tensor.Draws;
import ciss.tensor.LossOps;
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
  private final List<Storage> storages = new ArrayList<>();
  private final Trainer trainer;
  private final TrainingBatch batch;
  private IterationLosses last;

  /**
   * @param height of the crop that is trained on, in pixels; {@code width} likewise
   */
  public SyntheticTraining(
      Backend backend, TrainerOptions options, MemoryLevel level, int batchSize, int height, int width) {
    this.backend = backend;
    trainer = new Trainer(backend, options, level);
    batch = batch(options.model().classes(), batchSize, height, width);
  }

  /**
   * The final method of the paper (experiment 1) with MiT-B0 under an HRDA head of the given width, 19 classes, detail
   * crops of 128: small enough for a processor with two cores.
   */
  public static TrainerOptions smallSetting(int channels) {
    return new TrainerOptions(
        smallNetwork(channels, 128),
        finalMethod(),
        new AdamW.Options(
            6e-5,
            0.9,
            0.999,
            1e-8,
            0.01,
            Map.of("head", new AdamW.Factors(10, 1), "norm", new AdamW.Factors(1, 0))),
        new LearningRate(40_000, 1, 0, 1500, 1e-6),
        1,
        0,
        MEAN,
        STD);
  }

  /**
   * The network of {@link #smallSetting}.
   *
   * @param detail pixels of a side of the detail crop
   */
  static SegmentorOptions smallNetwork(int channels, int detail) {
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
            0.5, detail, detail, 8, false, true, true, false, true, channels, Double.NaN, 0.1, 0));
  }

  private static UdaOptions finalMethod() {
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

  public Trainer trainer() {
    return trainer;
  }

  /** Memory of the batch. */
  long batchBytes() {
    return storages.stream().mapToLong(Storage::bytes).sum();
  }

  /**
   * One more iteration on the same pictures, with draws of its own; waits for the one before, as {@link TrainingLoop} does.
   */
  public IterationLosses run() {
    IterationLosses before = last;
    last = trainer.step(batch, IterationListener.NONE);
    if (before != null) {
      before.values();
    }
    return last;
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
    if (picture.address() == 0) {
      return picture; // a plan
    }
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
    Storage storage = backend.allocate(shape.elements() * dtype.bytes());
    storages.add(storage);
    return Tensor.of(storage, 0, shape, dtype);
  }

  @Override
  public void close() {
    trainer.close();
    storages.forEach(Storage::close);
  }
}
