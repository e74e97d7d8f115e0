package ciss.train;

import ciss.model.Initialisation;
import ciss.model.MixTransformer;
import ciss.model.Segmentor;
import ciss.model.SegmentorOptions;
import ciss.model.Segmentors;
import ciss.nn.Network;
import ciss.nn.NetworkTables;
import ciss.nn.Pass;
import ciss.tensor.Backend;
import ciss.tensor.DType;
import ciss.tensor.Draws;
import ciss.tensor.ParameterStore;
import ciss.tensor.Shape;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import ciss.tensor.plan.PlanBackend;
import java.util.ArrayList;
import java.util.List;

/** Times networks on one picture without a method around them: encoders, with and without backward, and segmentors. */
public final class NetworkBenchmark {
  private static final int STAGES = 4;
  private static final int WARM_UP = 2;
  private static final int LEAST_RUNS = 3;

  /** What is timed on one picture. */
  private interface Task {
    /** Runs it once; {@code picture} is {@code [1,crop,crop,3]}. */
    void run(Tensor picture);
  }

  /** A network on a backend. */
  private interface Setup {
    Task on(Backend backend, ParameterStore store);
  }

  /** One row: a network and what it does. */
  private record Row(String name, int crop, NetworkTables tables, boolean trained, Setup setup) {}

  /** Seconds of one run, best and median, and its work by the planning backend. */
  public record Timing(String name, double best, double median, double gigaFlops) {}

  private final Backend backend;

  public NetworkBenchmark(Backend backend) {
    this.backend = backend;
  }

  /** Every row for about {@code seconds}, at least three times. */
  public List<Timing> measure(double seconds) {
    List<Timing> timings = new ArrayList<>();
    for (Row row : rows()) {
      double[] times;
      try (Opened opened = new Opened(row, backend)) {
        times = opened.times(seconds);
      }
      timings.add(new Timing(row.name, times[0], times[times.length / 2], gigaFlops(row)));
    }
    return timings;
  }

  private static double gigaFlops(Row row) {
    try (PlanBackend plan = new PlanBackend();
        Opened counted = new Opened(row, plan)) {
      plan.reset();
      counted.run();
      return plan.flops() / 1e9;
    }
  }

  private static List<Row> rows() {
    return List.of(
        encoder(0, 256, false),
        encoder(0, 512, false),
        encoder(0, 256, true),
        encoder(0, 512, true),
        encoder(5, 256, false),
        encoder(5, 256, true),
        segmentor(64, 256),
        segmentor(256, 256),
        segmentor(256, 512));
  }

  private static Row encoder(int variant, int crop, boolean trained) {
    NetworkTables.Builder tables = new NetworkTables.Builder();
    MixTransformer.declare(tables, "", variant);
    String name = "encoder b%d, crop %d%s".formatted(variant, crop, trained ? ", forward and backward" : "");
    return new Row(
        name,
        crop,
        tables.build(),
        trained,
        (backend, store) -> {
          MixTransformer encoder = new MixTransformer(new Network(backend, store), "", variant, 0);
          return trained ? picture -> train(backend, encoder, picture) : picture -> encode(backend, encoder, picture);
        });
  }

  private static void encode(Backend backend, MixTransformer encoder, Tensor picture) {
    try (Workspace.Frame frame = backend.workspace().frame()) {
      encoder.forward(new Pass(backend, false, false), picture, encoder.noDrops(), 0);
    }
  }

  private static void train(Backend backend, MixTransformer encoder, Tensor picture) {
    try (Workspace.Region region = backend.workspace().region();
        Workspace.Frame frame = backend.workspace().frame()) {
      MixTransformer.Run run = encoder.forward(new Pass(backend, true, true), picture, encoder.noDrops(), STAGES);
      for (int s = 0; s < STAGES; s++) {
        backend.fill(run.dMap(s), 1);
      }
      run.backward(Tensor.ABSENT);
    }
  }

  private static Row segmentor(int channels, int crop) {
    SegmentorOptions options = SyntheticTraining.smallNetwork(channels, crop / 2);
    return new Row(
        "segmentor b0, %d channels, crop %d: 1 context and 9 detail windows".formatted(channels, crop),
        crop,
        Segmentors.tables(options),
        false,
        (backend, store) -> {
          Segmentor segmentor = Segmentors.create(options, backend, store);
          return picture -> predict(backend, segmentor, picture);
        });
  }

  private static void predict(Backend backend, Segmentor segmentor, Tensor picture) {
    try (Workspace.Frame frame = backend.workspace().frame()) {
      int h = segmentor.logitsHeight(picture.size(1));
      int w = segmentor.logitsWidth(picture.size(2));
      segmentor.encodeDecode(picture, false, frame.take(1, h, w, segmentor.classes()));
    }
  }

  /** A row with its network and picture on a backend. */
  private static final class Opened implements AutoCloseable {
    private final Backend backend;
    private final ParameterStore store;
    private final Workspace.Region region;
    private final Tensor picture;
    private final Task task;

    Opened(Row row, Backend backend) {
      this.backend = backend;
      store = Initialisation.create(backend, row.tables, row.trained, new Draws(0), 0);
      region = backend.workspace().region();
      picture = backend.workspace().keep(DType.F32, Shape.of(1, row.crop, row.crop, 3));
      backend.fill(picture, 0.5f);
      task = row.setup.on(backend, store);
    }

    void run() {
      task.run(picture);
      backend.synchronize();
    }

    /** Sorted, after a warm-up. */
    double[] times(double seconds) {
      for (int i = 0; i < WARM_UP; i++) {
        run();
      }
      List<Double> times = new ArrayList<>();
      long first = System.nanoTime();
      while (times.size() < LEAST_RUNS || System.nanoTime() - first < seconds * 1e9) {
        long start = System.nanoTime();
        run();
        times.add((System.nanoTime() - start) * 1e-9);
      }
      return times.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }

    @Override
    public void close() {
      region.close();
      store.close();
    }
  }
}
