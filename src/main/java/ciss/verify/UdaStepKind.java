package ciss.verify;

import ciss.model.FeatureEncoder;
import ciss.model.Segmentor;
import ciss.model.SegmentorOptions;
import ciss.model.Segmentors;
import ciss.nn.NetworkTables;
import ciss.tensor.Backend;
import ciss.tensor.FlatBuffer;
import ciss.tensor.ParameterStore;
import ciss.tensor.ParameterTable;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import ciss.train.AdamW;
import ciss.train.CissIteration;
import ciss.train.Iteration;
import ciss.train.IterationListener;
import ciss.train.LossLog;
import ciss.train.SupervisedIteration;
import ciss.train.TrainingBatch;
import ciss.train.UdaOptions;
import ciss.train.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** Kind {@code uda_step}: one or several complete training iterations (golden.md 6). */
public final class UdaStepKind implements CaseKind {
  private static final float[] MEAN = {123.675f, 116.28f, 103.53f};
  private static final float[] STD = {58.395f, 57.12f, 57.375f};

  private final Backend backend;
  private final Layout layout;

  public UdaStepKind(Backend backend) {
    this.backend = backend;
    this.layout = new Layout(backend);
  }

  @Override
  public String kind() {
    return "uda_step";
  }

  @Override
  public double boundFactor() {
    return Bound.factor(backend.precision());
  }

  @Override
  public void run(GoldenCase golden, Comparison out) {
    try (Run run = new Run(golden, out)) {
      int iterations = golden.options().get("iters").asInt();
      for (int k = 0; k < iterations; k++) {
        run.iteration(k);
      }
      run.finalState(iterations - 1);
    }
  }

  /** Networks, optimizer and iteration of one case. */
  private final class Run implements AutoCloseable {
    private final GoldenCase golden;
    private final Comparison out;
    private final List<AutoCloseable> resources = new ArrayList<>();
    private final ParameterStore student;
    private ParameterStore teacher;
    private final Segmentor segmentor;
    private final AdamW optimizer;
    private final Iteration iteration;
    private final long start;
    private final boolean supervised;

    Run(GoldenCase golden, Comparison out) {
      this.golden = golden;
      this.out = out;
      JsonNode options = golden.options();
      SegmentorOptions model = GoldenOptions.segmentor(options.get("model"));
      start = options.get("start_iter").asLong();
      student = own(GoldenNetwork.load(backend, Segmentors.tables(model), true, golden::parameter));
      segmentor = Segmentors.create(model, backend, student);
      List<String> skipped = segmentor.parametersWithoutGradient();
      optimizer =
          own(
              new AdamW(
                  backend,
                  student,
                  UdaStepOptions.optimizer(options.get("optimizer")),
                  UdaStepOptions.schedule(options.get("lr_config"), options.get("max_iters").asLong()),
                  skipped));
      out.exact("params_without_grad", new TreeSet<>(skipped), names(golden.expect().path("params_without_grad")));
      loadOptimizerState(options.path("optimizer_state"));
      LossLog log = own(new LossLog(backend));
      supervised = !options.path("uda").isObject();
      iteration = supervised
          ? new SupervisedIteration(backend, segmentor, optimizer, log, 1)
          : adaptation(options, model, log);
    }

    private <T extends AutoCloseable> T own(T resource) {
      resources.add(resource);
      return resource;
    }

    private ParameterStore generated(NetworkTables tables, long seed) {
      return GoldenNetwork.load(backend, tables, false, (name, shape) -> GoldenCase.parameter(name, shape, seed));
    }

    private Iteration adaptation(JsonNode options, SegmentorOptions model, LossLog log) {
      teacher = own(generated(Segmentors.tables(model), options.get("ema_seed").asLong()));
      UdaOptions uda = UdaStepOptions.uda(options.get("uda"));
      FeatureEncoder frozen = null;
      if (uda.featureDistance().lambda() > 0) {
        ParameterStore encoder = own(generated(Segmentors.encoderTables(model), options.get("imnet_seed").asLong()));
        frozen = Segmentors.createEncoder(model, backend, encoder);
      }
      Segmentor teacherNetwork = Segmentors.create(model, backend, teacher);
      return new CissIteration(backend, segmentor, teacherNetwork, frozen, uda, optimizer, log, 1, MEAN, STD);
    }

    private void loadOptimizerState(JsonNode state) {
      if (!state.isObject()) {
        return;
      }
      optimizer.setSteps(state.get("step").asLong());
      long seed = state.get("seed").asLong();
      fillMoments(optimizer.firstMoment(), "exp_avg.", seed, state.get("avg_scale").asDouble(), 2, -1);
      fillMoments(optimizer.secondMoment(), "exp_avg_sq.", seed, state.get("sq_scale").asDouble(), 1, 0.5);
    }

    /** {@code scale * (slope*u + shift)} of the stream {@code prefix + name}. */
    private void fillMoments(FlatBuffer moments, String prefix, long seed, double scale, double slope, double shift) {
      for (ParameterTable.Entry entry : moments.table().entries()) {
        GoldenStream stream = new GoldenStream(prefix + entry.name(), seed);
        float[] values = new float[(int) entry.shape().elements()];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) (scale * (slope * stream.unit(i) + shift));
        }
        backend.upload(values, moments.get(entry.name()));
      }
    }

    void iteration(int k) {
      String suffix = golden.options().get("iters").asInt() > 1 ? "." + k : "";
      JsonNode expected = golden.expect();
      compareRates(k, expected.get("lr_and_decay").get(k));
      float[] before = backend.download(student.values().flat());
      try (Workspace.Region region = backend.workspace().region()) {
        TrainingBatch batch = batch(suffix);
        RecordedIteration draws = new RecordedIteration(golden, k, batch.source().size(0));
        LossLog log = iteration.run(batch, draws, start + k, new Recorder(k));
        compareLogs(k, log.read(), expected.get("logs").get(k));
      }
      float[] after = backend.download(student.values().flat());
      for (ParameterTable.Entry entry : student.values().table().entries()) {
        int offset = (int) entry.offset();
        String name = "out.it" + k + ".delta." + entry.name();
        if (golden.has(name)) {
          out.tensor(name, entry.shape().elements(), i -> after[offset + (int) i] - before[offset + (int) i]);
        }
      }
    }

    private void compareRates(int k, JsonNode expected) {
      List<List<Double>> found = new ArrayList<>(optimizer.ratesAndDecays(start + k));
      found.sort((a, b) -> a.get(0).equals(b.get(0)) ? a.get(1).compareTo(b.get(1)) : a.get(0).compareTo(b.get(0)));
      boolean equal = found.size() == expected.size();
      for (int i = 0; equal && i < found.size(); i++) {
        for (int j = 0; j < 2; j++) {
          double e = expected.get(i).get(j).asDouble();
          equal &= Math.abs(found.get(i).get(j) - e) <= 1e-12 * Math.abs(e);
        }
      }
      out.exact("lr_and_decay", equal ? expected.toString() : found.toString(), expected.toString());
    }

    private TrainingBatch batch(String suffix) {
      byte[] label = golden.bytes("in.gt" + suffix);
      Tensor labels = labels("in.gt" + suffix);
      int[] present = new int[label.length];
      for (int i = 0; i < label.length; i++) {
        present[i] = label[i] & 0xFF;
      }
      present = Arrays.stream(present).distinct().sorted().toArray();
      Tensor image = image("in.img" + suffix);
      if (supervised) {
        return TrainingBatch.supervised(image, labels, present);
      }
      String mask = golden.has("in.valid_pseudo_mask" + suffix) ? "in.valid_pseudo_mask" + suffix : "in.valid_pseudo_mask";
      return new TrainingBatch(
          image,
          image("in.img_stylized" + suffix),
          labels,
          present,
          image("in.target_img" + suffix),
          image("in.target_img_stylized" + suffix),
          labels(mask));
    }

    private Tensor image(String name) {
      return golden.has(name) ? layout.map(golden, name) : Tensor.ABSENT;
    }

    private Tensor labels(String name) {
      return golden.has(name) ? layout.label(golden, name) : Tensor.ABSENT;
    }

    private void compareLogs(int k, LossLog.Reading log, JsonNode expected) {
      Map<String, Double> found = log.values();
      log.undefined().forEach(name -> found.put(name, Double.NaN)); // the reference logs NaN, we log 0
      if (supervised) {
        double loss = found.entrySet().stream()
            .filter(e -> e.getKey().contains("loss"))
            .mapToDouble(Map.Entry::getValue)
            .sum();
        found.put("loss", loss);
      }
      out.exact("log.it" + k + " (names)", new TreeSet<>(found.keySet()), new TreeSet<>(expected.propertyNames()));
      for (Map.Entry<String, JsonNode> entry : expected.properties()) {
        double value = found.getOrDefault(entry.getKey(), Double.NaN);
        out.scalar("log.it" + k + "." + entry.getKey(), value, GoldenCase.number(entry.getValue()));
      }
    }

    /** Results that exist only inside an iteration. */
    private final class Recorder implements IterationListener {
      private final String prefix;
      private int mixes;

      Recorder(int k) {
        prefix = "out.it" + k + ".";
      }

      @Override
      public void pseudoLabels(Tensor label, Tensor weight) {
        compareBytes(prefix + "pseudo_label", label);
        compareFloats(prefix + "pseudo_weight", weight);
      }

      @Override
      public void mixed(View.Mix views, Tensor image, Tensor label, Tensor weight) {
        int n = mixes++;
        String name = prefix + "mixed_img." + n;
        if (golden.has(name)) {
          out.tensor(name, layout.nchw(image));
        }
        compareBytes(prefix + "mixed_label." + n, label);
        compareFloats(prefix + "mixed_weight", weight);
      }

      @Override
      public void gradients() {
        String gradients = "grad." + prefix.substring("out.".length());
        for (ParameterTable.Entry entry : student.gradients().table().entries()) {
          compareFloats(gradients + entry.name(), student.gradient(entry.name()));
        }
      }
    }

    private void compareBytes(String name, Tensor x) {
      if (golden.has(name)) {
        out.bytes(name, backend.downloadBytes(x));
      }
    }

    private void compareFloats(String name, Tensor x) {
      if (golden.has(name)) {
        out.tensor(name, backend.download(x));
      }
    }

    /** Running statistics and the teacher after the last iteration. */
    void finalState(int last) {
      String prefix = "out.it" + last + ".";
      compareAll(prefix + "student_buffer.", student.buffers());
      if (teacher != null) {
        compareAll(prefix + "teacher_buffer.", teacher.buffers());
        compareAll(prefix + "teacher.", teacher.values());
      }
      out.requireAllCompared();
    }

    private void compareAll(String prefix, FlatBuffer buffer) {
      for (ParameterTable.Entry entry : buffer.table().entries()) {
        compareFloats(prefix + entry.name(), buffer.get(entry.name()));
      }
    }

    @Override
    public void close() {
      for (AutoCloseable resource : resources.reversed()) {
        try {
          resource.close();
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }

  private static TreeSet<String> names(JsonNode list) {
    TreeSet<String> names = new TreeSet<>();
    list.forEach(name -> names.add(name.asString()));
    return names;
  }
}
