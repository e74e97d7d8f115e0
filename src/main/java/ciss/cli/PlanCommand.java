package ciss.cli;

import ciss.api.Backends;
import ciss.config.Assembly;
import ciss.config.CissConfig;
import ciss.config.ConfigLoader;
import ciss.config.InferenceConfig;
import ciss.config.ResolvedConfig;
import ciss.config.Size;
import ciss.eval.InferencePlan;
import ciss.model.SlideInference;
import ciss.nn.MemoryLevel;
import ciss.tensor.ParameterTable;
import ciss.train.TrainerOptions;
import ciss.train.TrainingPlan;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** {@code ciss plan}: parameters, memory and work of a configuration, counted with the real model code without data. */
@Command(
    name = "plan",
    header = {"Say what a configuration needs: memory, work, parameters.", "", "  ciss plan cityscapes_to_acdc", ""})
final class PlanCommand extends CissCommand {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,5})x(\\d{1,5})");
  private static final Pattern BYTES =
      Pattern.compile("(\\d{1,9}(?:\\.\\d{1,3})?) ?(Gi?B|Mi?B)", Pattern.CASE_INSENSITIVE);

  /** What is planned. */
  enum Mode {
    TRAIN,
    TEST
  }

  @Parameters(paramLabel = "CONFIG|RUN", arity = "0..1", description = "File, work directory or built-in name.")
  private String config;

  @Option(names = "--experiment", paramLabel = "ID[:INDEX]", description = "A run of the paper instead of CONFIG.")
  private String experiment;

  @Option(
      names = "--mode",
      paramLabel = "train|test",
      defaultValue = "train",
      description = "An iteration (train, default) or a picture (test).")
  private Mode mode;

  @Option(names = "--batch", paramLabel = "N", description = "Batch size instead of the configuration's.")
  private Integer batch;

  @Option(names = "--size", paramLabel = "HxW", description = "Crop (train) or picture (test) in pixels.")
  private String size;

  @Option(names = "--fits", paramLabel = "SIZE", description = "Exit code 6 if it needs more than this, like 24GiB.")
  private String fits;

  @Option(names = "--params", description = "Only the numbers of parameters.")
  private boolean parametersOnly;

  @Option(names = "--layers", description = "Only the parameters, one by one.")
  private boolean layers;

  @Override
  public Integer call() {
    ResolvedConfig resolved = load();
    CissConfig settings = resolved.config();
    TrainerOptions options = Assembly.trainer(settings);
    if (layers) {
      TrainingPlan.entries(options.model()).forEach(this::print);
      return 0;
    }
    long limit = fits == null ? Long.MAX_VALUE : bytes(fits);
    return mode == Mode.TEST ? planTest(settings, options, limit) : planTraining(settings, options, limit);
  }

  private ResolvedConfig load() {
    if ((config == null) == (experiment == null)) {
      throw usageError("name a configuration, or a run with --experiment ID:INDEX");
    }
    if (config != null) {
      return configuration(config);
    }
    ExperimentId id = ExperimentId.parse(experiment);
    int index = id.index() == null ? 0 : id.index();
    return announced(ConfigLoader.loadExperiment(id.id(), index, configOverrides()));
  }

  private int planTraining(CissConfig settings, TrainerOptions options, long limit) {
    int n = batch == null ? settings.train().batchSize() : batch;
    Size crop = size == null ? settings.data().source().crop() : size(size);
    TrainingPlan plan = plan(settings, options, n, crop);
    if (global().json()) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("name", settings.name());
      document.put("batch_size", n);
      document.put("crop", crop.toString());
      document.put("encoder_parameters", plan.encoderParameters());
      document.put("head_parameters", plan.headParameters());
      document.put("networks", plan.networks());
      document.put("state_bytes", plan.stateBytes());
      document.put("workspace_bytes", plan.workspaceBytes());
      document.put("flops", plan.flops());
      printJson(document);
    } else {
      print(settings, plan, n, crop);
    }
    if (plan.bytes() <= limit) {
      return 0;
    }
    err().println(advice(settings, options, n, crop, plan, limit));
    return CHECK_FAILED;
  }

  private static TrainingPlan plan(CissConfig settings, TrainerOptions options, int n, Size crop) {
    return TrainingPlan.of(
        options, MemoryLevel.FUSED, () -> Backends.planner(settings), n, crop.height(), crop.width());
  }

  private void print(CissConfig settings, TrainingPlan plan, int n, Size crop) {
    String networks =
        switch (plan.networks()) {
          case 1 -> "one network";
          case 2 -> "student, teacher";
          default -> "student, teacher, ImageNet";
        };
    if (!parametersOnly) {
      line("%s   batch %d, crop %s, fp32", settings.name(), n, crop);
    }
    line(
        "parameters    encoder %s %,d   head %,d   total %,d   (%s)",
        settings.model().backbone().type().toString().toLowerCase(Locale.ROOT),
        plan.encoderParameters(),
        plan.headParameters(),
        plan.encoderParameters() + plan.headParameters(),
        networks);
    if (!parametersOnly) {
      printMemory(plan.stateBytes(), plan.workspaceBytes());
      line("work          %s per iteration", flops(plan.flops()));
    }
  }

  /** Smaller batches are the change that alters the method least. */
  private static String advice(
      CissConfig settings, TrainerOptions options, int n, Size crop, TrainingPlan plan, long limit) {
    String needs = "needs %s, %s are given".formatted(size(plan.bytes()), size(limit));
    for (int smaller = n - 1; smaller > 0; smaller--) {
      long bytes = plan(settings, options, smaller, crop).bytes();
      if (bytes <= limit) {
        return needs + ": it fits with '-o train.batch_size=%d' (%s)".formatted(smaller, size(bytes));
      }
    }
    return needs
        + ", and no batch size fits: use smaller crops (data.source.crop, data.target.crop, model.hrda.detail_crop) or a"
        + " smaller encoder (model.backbone.type)";
  }

  private int planTest(CissConfig settings, TrainerOptions options, long limit) {
    Size resize = settings.data().val().resize();
    if (size == null && resize == null) {
      throw usageError("--mode test needs --size HxW: the configuration keeps pictures as they are stored");
    }
    Size picture = size == null ? resize : size(size);
    InferencePlan plan =
        InferencePlan.of(
            options.model(),
            slide(settings.inference()),
            () -> Backends.planner(settings),
            picture.height(),
            picture.width());
    if (global().json()) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("name", settings.name());
      document.put("picture", picture.toString());
      document.put("state_bytes", plan.stateBytes());
      document.put("workspace_bytes", plan.workspaceBytes());
      document.put("flops", plan.flops());
      printJson(document);
    } else {
      line("%s   picture %s, one view, fp32", settings.name(), picture);
      printMemory(plan.stateBytes(), plan.workspaceBytes());
      line("work          %s per picture", flops(plan.flops()));
    }
    if (plan.bytes() <= limit) {
      return 0;
    }
    err().printf("needs %s, %s are given: add '-o inference.batch_windows=false'%n", size(plan.bytes()), size(limit));
    return CHECK_FAILED;
  }

  private static SlideInference.Options slide(InferenceConfig inference) {
    if (inference.mode() == InferenceConfig.Mode.WHOLE) {
      return SlideInference.Options.WHOLE;
    }
    return new SlideInference.Options(
        inference.window().height(),
        inference.window().width(),
        inference.stride().height(),
        inference.stride().width(),
        inference.batchWindows());
  }

  private void printMemory(long state, long workspace) {
    line("memory        %s", memory(state, workspace));
  }

  /** Words for bytes of networks and of what an iteration works with. */
  static String memory(long state, long workspace) {
    return "state %s   workspace %s   total %s".formatted(size(state), size(workspace), size(state + workspace));
  }

  private void print(ParameterTable.Entry entry) {
    line("%-64s %-20s %,12d", entry.name(), entry.shape(), entry.shape().elements());
  }

  private void line(String format, Object... values) {
    out().println(String.format(Locale.ROOT, format, values));
  }

  private void printJson(Map<String, Object> document) {
    out().println(JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(document));
  }

  private Size size(String text) {
    Matcher matcher = SIZE.matcher(text);
    if (!matcher.matches()) {
      throw usageError("--size " + text + ": expected HEIGHTxWIDTH, for instance 512x1024");
    }
    return new Size(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  private long bytes(String text) {
    Matcher matcher = BYTES.matcher(text);
    if (!matcher.matches()) {
      throw usageError("--fits " + text + ": expected a size like 24GiB or 800MB");
    }
    String unit = matcher.group(2).toUpperCase(Locale.ROOT);
    double step = unit.contains("I") ? 1024 : 1000;
    return (long) (Double.parseDouble(matcher.group(1)) * Math.pow(step, unit.startsWith("G") ? 3 : 2));
  }

  private static String size(long bytes) {
    boolean giga = bytes >= 1L << 30;
    return String.format(Locale.ROOT, giga ? "%.1f GiB" : "%.0f MiB", bytes / (double) (giga ? 1L << 30 : 1L << 20));
  }

  private static String flops(long flops) {
    boolean tera = flops >= 1e12;
    return String.format(Locale.ROOT, tera ? "%.1f TFLOP" : "%.1f GFLOP", flops / (tera ? 1e12 : 1e9));
  }
}
