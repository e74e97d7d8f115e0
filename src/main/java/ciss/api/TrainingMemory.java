package ciss.api;

import ciss.config.Assembly;
import ciss.config.CissConfig;
import ciss.config.Size;
import ciss.error.ResourceException;
import ciss.nn.MemoryLevel;
import ciss.train.TrainerOptions;
import ciss.train.TrainingPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What the training of a configuration needs at each {@link MemoryLevel}, and the level it runs at. */
public final class TrainingMemory {
  private static final long GIB = 1L << 30;
  private static final long MIB = 1L << 20;

  private final CissConfig config;
  private final TrainerOptions options;
  private final int batch;
  private final Size crop;
  private final Map<MemoryLevel, TrainingPlan> plans = new EnumMap<>(MemoryLevel.class);

  /**
   * A level and why.
   *
   * @param words for the lines at the start of a training
   */
  public record Choice(MemoryLevel level, TrainingPlan plan, String words) {}

  public TrainingMemory(CissConfig config) {
    this(config, config.train().batchSize(), config.data().source().crop());
  }

  /** With another batch size or crop than the configuration's. */
  public TrainingMemory(CissConfig config, int batch, Size crop) {
    this.config = config;
    this.options = Assembly.trainer(config);
    this.batch = batch;
    this.crop = crop;
  }

  /** The level of a configuration on its device, before anything is allocated. */
  public static Choice choose(CissConfig config) {
    return new TrainingMemory(config).choose(DeviceMemory.of(config));
  }

  /** Planned when first asked for. */
  public TrainingPlan plan(MemoryLevel level) {
    return plans.computeIfAbsent(
        level,
        wanted ->
            TrainingPlan.of(
                options, wanted, () -> Backends.planner(config), batch, crop.height(), crop.width()));
  }

  /**
   * The level that the configuration names; else those that may be chosen, fastest first. On the CPU {@link
   * MemoryLevel#KEEP_ALL} is not among them: reading the results of norms and of GELU from memory takes as long as
   * computing them again.
   */
  public List<MemoryLevel> candidates() {
    MemoryLevel named = config.train().memory().level();
    if (named != null) {
      return List.of(named);
    }
    List<MemoryLevel> all = Arrays.asList(MemoryLevel.values());
    return Backends.isCuda(config.train().device()) ? all : all.subList(MemoryLevel.FUSED.ordinal(), all.size());
  }

  /** The fastest candidate that takes no more than so many bytes. */
  public Optional<MemoryLevel> fitting(long bytes) {
    return candidates().stream().filter(level -> plan(level).bytes() <= bytes).findFirst();
  }

  /**
   * The fastest candidate that fits.
   *
   * @param device empty: not known, everything fits
   * @throws ResourceException if none does
   */
  public Choice choose(Optional<DeviceMemory> device) {
    if (device.isEmpty()) {
      MemoryLevel level = candidates().getFirst();
      return new Choice(level, plan(level), "%s: %s planned".formatted(name(level), size(plan(level).bytes())));
    }
    DeviceMemory memory = device.get();
    MemoryLevel level =
        fitting(memory.usable())
            .orElseThrow(
                () ->
                    new ResourceException(
                        "an iteration needs %s %s; %s has %s free of %s, of which %s are left alone: %s"
                            .formatted(
                                size(plan(candidates().getLast()).bytes()),
                                named() ? "at train.memory " + name(candidates().getLast()) : "at least",
                                memory.device(),
                                size(memory.free()),
                                size(memory.total()),
                                size(memory.reserved()),
                                advice(memory.usable()))));
    return new Choice(level, plan(level), words(level, memory));
  }

  private boolean named() {
    return config.train().memory().level() != null;
  }

  private String words(MemoryLevel level, DeviceMemory memory) {
    List<String> larger = new ArrayList<>();
    for (MemoryLevel faster : candidates().subList(0, candidates().indexOf(level))) {
      larger.add("%s %s".formatted(name(faster), size(plan(faster).bytes())));
    }
    String why = larger.isEmpty() ? "the fastest" : "too large: " + String.join(", ", larger);
    return "%s   planned %s   free %s of %s   (%s)"
        .formatted(
            name(level),
            size(plan(level).bytes()),
            size(memory.free()),
            size(memory.total()),
            named() ? "train.memory says so" : why);
  }

  /**
   * What to change so that an iteration takes no more than so many bytes. A leaner level alters no result, a smaller
   * batch is the change that alters the method least.
   */
  public String advice(long bytes) {
    for (MemoryLevel leaner : MemoryLevel.values()) {
      if (named() && plan(leaner).bytes() <= bytes) {
        return "it fits with '-o train.memory=%s' (%s)".formatted(name(leaner), size(plan(leaner).bytes()));
      }
    }
    for (int smaller = batch - 1; smaller > 0; smaller--) {
      TrainingMemory other = new TrainingMemory(config, smaller, crop);
      Optional<MemoryLevel> level = other.fitting(bytes);
      if (level.isPresent()) {
        return "it fits with '-o train.batch_size=%d' (%s)".formatted(smaller, size(other.plan(level.get()).bytes()));
      }
    }
    return "no batch size fits; use smaller crops (data.source.crop, data.target.crop, model.hrda.detail_crop) or a"
        + " smaller encoder (model.backbone.type)";
  }

  /** As in a configuration: {@code keep_all}. */
  public static String name(MemoryLevel level) {
    return level.name().toLowerCase(Locale.ROOT);
  }

  /** Bytes in words: {@code 7.9 GiB}. */
  public static String size(long bytes) {
    boolean giga = bytes >= GIB;
    return String.format(Locale.ROOT, giga ? "%.1f GiB" : "%.0f MiB", bytes / (double) (giga ? GIB : MIB));
  }
}
