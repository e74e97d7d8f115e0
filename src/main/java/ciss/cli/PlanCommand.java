package ciss.cli;

import static ciss.api.TrainingMemory.name;
import static ciss.api.TrainingMemory.size;

import ciss.api.Backends;
import ciss.api.DeviceMemory;
import ciss.api.TrainingMemory;
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
import java.util.Optional;
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
    return mode == Mode.TEST ? planTest(settings, options) : planTraining(settings);
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

  private int planTraining(CissConfig settings) {
    int n = batch == null ? settings.train().batchSize() : batch;
    Size crop = size == null ? settings.data().source().crop() : pixels(size);
    TrainingMemory memory = new TrainingMemory(settings, n, crop);
    if (parametersOnly) {
      printParameters(settings, memory.plan(memory.candidates().getFirst()));
      return 0;
    }
    Verdict verdict = verdict(settings, memory);
    TrainingPlan plan = memory.plan(verdict.level.orElse(memory.candidates().getLast()));
    if (global().json()) {
      printJson(document(settings, memory, plan, verdict.level, n, crop));
    } else {
      line(
          "%s   batch %d, crop %s, %s, device %s",
          settings.name(), n, crop, settings.train().precision(), settings.train().device());
      printParameters(settings, plan);
      printLevels(memory, verdict.level);
      line("memory        %s", verdict.words);
      line("work          %s per iteration", flops(plan.flops()));
    }
    if (fits == null || verdict.level.isPresent()) {
      return 0;
    }
    err().println("needs " + verdict.words);
    return CHECK_FAILED;
  }

  /**
   * The level that fits into the device's free memory, or into what {@code --fits} says.
   *
   * @param level empty if none fits, or nobody knows
   */
  private record Verdict(Optional<MemoryLevel> level, String words) {}

  private Verdict verdict(CissConfig settings, TrainingMemory memory) {
    if (fits != null) {
      long limit = bytes(fits);
      Optional<MemoryLevel> level = memory.fitting(limit);
      String words =
          level
              .map(each -> "%s fits into %s".formatted(name(each), size(limit)))
              .orElseGet(
                  () ->
                      "%s, %s are given: %s"
                          .formatted(
                              size(memory.plan(memory.candidates().getLast()).bytes()),
                              size(limit),
                              memory.advice(limit)));
      return new Verdict(level, words);
    }
    Optional<DeviceMemory> device = DeviceMemory.of(settings);
    if (device.isEmpty()) {
      return new Verdict(Optional.empty(), "no such device here: the training chooses the first level that fits");
    }
    Optional<MemoryLevel> level = memory.fitting(device.get().usable());
    String words =
        level.isPresent()
            ? memory.choose(device).words()
            : "no level fits: %s has %s free of %s"
                .formatted(device.get().device(), size(device.get().free()), size(device.get().total()));
    return new Verdict(level, words);
  }

  private static Map<String, Object> document(
      CissConfig settings, TrainingMemory memory, TrainingPlan plan, Optional<MemoryLevel> level, int n, Size crop) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("name", settings.name());
    document.put("batch_size", n);
    document.put("crop", crop.toString());
    document.put("encoder_parameters", plan.encoderParameters());
    document.put("head_parameters", plan.headParameters());
    document.put("networks", plan.networks());
    document.put("level", level.map(TrainingMemory::name).orElse(null));
    document.put("state_bytes", plan.stateBytes());
    document.put("workspace_bytes", plan.workspaceBytes());
    document.put("flops", plan.flops());
    Map<String, Object> workspaces = new LinkedHashMap<>();
    for (MemoryLevel each : MemoryLevel.values()) {
      workspaces.put(name(each), memory.plan(each).workspaceBytes());
    }
    document.put("workspace_bytes_by_level", workspaces);
    return document;
  }

  private void printParameters(CissConfig settings, TrainingPlan plan) {
    String networks =
        switch (plan.networks()) {
          case 1 -> "one network";
          case 2 -> "student, teacher";
          default -> "student, teacher, ImageNet";
        };
    line(
        "parameters    encoder %s %,d   head %,d   total %,d   (%s)",
        settings.model().backbone().type().toString().toLowerCase(Locale.ROOT),
        plan.encoderParameters(),
        plan.headParameters(),
        plan.encoderParameters() + plan.headParameters(),
        networks);
  }

  private void printLevels(TrainingMemory memory, Optional<MemoryLevel> chosen) {
    line("level         %9s   %9s   %9s", "state", "workspace", "together");
    for (MemoryLevel level : MemoryLevel.values()) {
      TrainingPlan plan = memory.plan(level);
      line(
          "  %-11s %9s   %9s   %9s%s",
          name(level),
          size(plan.stateBytes()),
          size(plan.workspaceBytes()),
          size(plan.bytes()),
          chosen.equals(Optional.of(level)) ? "   *" : "");
    }
  }

  private int planTest(CissConfig settings, TrainerOptions options) {
    Size resize = settings.data().val().resize();
    if (size == null && resize == null) {
      throw usageError("--mode test needs --size HxW: the configuration keeps pictures as they are stored");
    }
    Size picture = size == null ? resize : pixels(size);
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
      line(
          "memory        state %s   workspace %s   total %s",
          size(plan.stateBytes()), size(plan.workspaceBytes()), size(plan.bytes()));
      line("work          %s per picture", flops(plan.flops()));
    }
    long limit = fits == null ? Long.MAX_VALUE : bytes(fits);
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

  private void print(ParameterTable.Entry entry) {
    line("%-64s %-20s %,12d", entry.name(), entry.shape(), entry.shape().elements());
  }

  private void line(String format, Object... values) {
    out().println(String.format(Locale.ROOT, format, values));
  }

  private void printJson(Map<String, Object> document) {
    out().println(JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(document));
  }

  private Size pixels(String text) {
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

  private static String flops(long flops) {
    boolean tera = flops >= 1e12;
    return String.format(Locale.ROOT, tera ? "%.1f TFLOP" : "%.1f GFLOP", flops / (tera ? 1e12 : 1e9));
  }
}
