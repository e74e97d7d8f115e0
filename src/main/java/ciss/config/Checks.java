package ciss.config;

import ciss.error.ConfigException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Refuses configurations whose values contradict each other or lie outside their range. */
final class Checks {
  private static final int DEEPEST_STRIDE = 32;

  /** A bound on a number, or on each number of a list; {@code positive} excludes the lower bound itself. */
  private record Range(double low, double high, boolean positive, String words, List<String> paths) {}

  private static final List<Range> RANGES =
      List.of(
          new Range(1, Integer.MAX_VALUE, false, "at least 1", List.of(
              "model.classes", "model.head.channels", "model.head.embed_dims", "model.head.fusion.kernel",
              "model.head.fusion.dilations", "model.hrda.crop_multiple", "model.hrda.attention.dims",
              "uda.debug_images_interval", "data.workers", "data.prefetch", "data.rare_class_sampling.max_tries",
              "train.iterations", "train.batch_size", "train.devices", "train.threads",
              "evaluation.interval", "evaluation.limit",
              "checkpoint.interval", "checkpoint.keep", "log.interval")),
          new Range(0, Double.MAX_VALUE, false, "at least 0", List.of(
              "model.loss.weight", "model.hrda.detail_loss_weight", "model.hrda.context_loss_weight",
              "uda.mix_color_jitter.strength", "uda.pseudo_label.ignore_top", "uda.pseudo_label.ignore_bottom",
              "uda.pseudo_label.margins", "uda.feature_distance.weight", "uda.feature_distance.classes",
              "data.rare_class_sampling.min_pixels", "data.rare_class_sampling.min_crop_ratio",
              "optimizer.lr", "optimizer.weight_decay", "schedule.min_lr", "schedule.power",
              "schedule.warmup_iterations", "evaluation.report_images",
              "model.head.in_levels")),
          new Range(0, 1, false, "from 0 to 1", List.of(
              "model.hrda.attention.fixed", "uda.teacher_momentum", "uda.mix_color_jitter.probability",
              "uda.pseudo_label.threshold", "uda.feature_distance.min_ratio", "data.source.max_class_share",
              "data.target.max_class_share", "data.source.flip", "data.target.flip", "schedule.warmup_ratio")),
          new Range(0, Math.nextDown(1.0), false, "from 0 to below 1", List.of(
              "model.backbone.drop_path", "model.head.dropout", "optimizer.betas")),
          new Range(0, 1, true, "above 0 and at most 1", List.of("model.hrda.scales")),
          new Range(0, 0.5, true, "above 0 and at most 0.5", List.of("stylization.bandwidth")),
          new Range(0, Double.MAX_VALUE, true, "above 0", List.of(
              "optimizer.eps", "data.rare_class_sampling.temperature", "data.std",
              "inference.scales")),
          new Range(0, 255, false, "from 0 to 255", List.of("data.ignore_label")));

  /** Lists of fixed length. */
  private static final Map<String, Integer> LENGTHS =
      Map.of(
          "uda.pseudo_label.margins", 4,
          "data.mean", 3,
          "data.std", 3,
          "optimizer.betas", 2,
          "model.hrda.scales", 2);

  private final Values values;
  private final List<String> warnings = new ArrayList<>();

  private Checks(Values values) {
    this.values = values;
  }

  /**
   * Checks complete values.
   *
   * @return warnings about what works but is seldom meant
   * @throws ConfigException at the first contradiction
   */
  static List<String> run(Values values) {
    Checks checks = new Checks(values);
    checks.presence();
    checks.ranges();
    checks.network();
    checks.sizes();
    checks.classes();
    checks.adaptation();
    checks.training();
    return checks.warnings;
  }

  /** Null was written only where the key does not apply. */
  private void presence() {
    values.refusedNulls().forEach((path, place) -> {
      if (values.entry(path).origin().kind() != Origin.Kind.NOT_APPLICABLE) {
        throw new ConfigException(
            place + ": " + path + ": expected a value (" + Schema.find(path).typeDescription() + "), found null");
      }
    });
  }

  private void ranges() {
    for (Range range : RANGES) {
      for (String path : range.paths) {
        numbers(values.get(path)).forEach(number -> {
          double x = number.doubleValue();
          if (!(x >= range.low && x <= range.high) || range.positive && x == range.low) {
            throw values.mistake(path, "expected " + range.words + ", found " + Plain.number(number));
          }
        });
      }
    }
    LENGTHS.forEach((path, length) -> {
      List<?> list = values.get(path);
      if (list != null && list.size() != length) {
        throw values.mistake(path, "expected " + length + " numbers, found " + list.size());
      }
    });
  }

  private static Stream<Number> numbers(Object value) {
    return switch (value) {
      case null -> Stream.empty();
      case List<?> list -> list.stream().map(Number.class::cast);
      default -> Stream.of((Number) value);
    };
  }

  private void network() {
    BackboneConfig.Type backbone = values.get("model.backbone.type");
    List<Integer> levels = values.get("model.head.in_levels");
    if (levels.stream().anyMatch(level -> level > 3)) {
      throw values.mistake("model.head.in_levels", "the encoder has levels 0 to 3, found " + levels);
    }
    List<Integer> channels = levels.stream().map(backbone.channels()::get).toList();
    if (!channels.equals(values.get("model.head.in_channels"))) {
      throw values.mistake(
          "model.head.in_channels",
          Names.of(backbone) + " has " + channels + ", found " + values.get("model.head.in_channels"));
    }
    FeatureScale scale = values.get("model.hrda.feature_scale");
    List<Double> scales = values.get("model.hrda.scales");
    if (scale != null && !scale.isAll() && !scales.contains(scale.scale())) {
      throw values.mistake(
          "model.hrda.feature_scale",
          "expected all or one of model.hrda.scales " + scales + ", found " + scale.scale());
    }
    // With the detail scale the reference compares features of a crop with those of the whole image, and fails.
    if (scale != null && !scale.isAll() && scale.scale() != Collections.min(scales)) {
      throw values.mistake(
          "model.hrda.feature_scale",
          "the detail scale alone is not in this version; expected the context scale %s, or all"
              .formatted(Collections.min(scales)));
    }
    Number distance = values.get("uda.feature_distance.weight");
    if (distance != null && distance.doubleValue() > 0 && values.get("model.backbone.pretrained") == null) {
      throw values.mistake(
          "uda.feature_distance.weight",
          "compares with the ImageNet network, but model.backbone.pretrained is null; set the weight to 0");
    }
  }

  private void sizes() {
    Size crop = values.get("data.source.crop");
    checkDetailCrop("data.source.crop", crop);
    Size targetCrop = values.get("data.target.crop");
    if (targetCrop != null) {
      checkDetailCrop("data.target.crop", targetCrop);
      Size pad = values.get("data.source.pad");
      if (!pad.equals(values.get("data.target.pad"))) {
        throw values.mistake(
            "data.target.pad",
            "source and target pictures are mixed and need one size: " + pad + " and " + values.get("data.target.pad"));
      }
    }
    for (String role : List.of("source", "target")) {
      Size cut = values.get("data." + role + ".crop");
      Size padded = values.get("data." + role + ".pad");
      if (cut != null && !cut.fitsIn(padded)) {
        throw values.mistake("data." + role + ".pad", "expected at least the crop " + cut + ", found " + padded);
      }
    }
    Size window = values.get("inference.window");
    Size stride = values.get("inference.stride");
    if (window != null && !stride.fitsIn(window)) {
      throw values.mistake("inference.stride", stride + " is larger than inference.window " + window);
    }
    centralCrop();
  }

  private void checkDetailCrop(String path, Size crop) {
    Size detail = values.get("model.hrda.detail_crop");
    if (detail == null) {
      return;
    }
    if (!detail.fitsIn(crop)) {
      throw values.mistake("model.hrda.detail_crop", detail + " does not fit in " + path + " " + crop);
    }
    int multiple = values.get("model.hrda.crop_multiple");
    requireMultiple(path, crop, multiple);
    requireMultiple("model.hrda.detail_crop", detail, multiple);
    List<Double> scales = values.get("model.hrda.scales");
    double smallest = Math.min(scales.get(0), scales.get(1));
    if (!isMultiple(crop.height() * smallest, DEEPEST_STRIDE) || !isMultiple(crop.width() * smallest, DEEPEST_STRIDE)) {
      warn(path + " " + crop + " times the smallest scale " + smallest + " is no multiple of 32, the deepest stride");
    }
    if (!isMultiple(detail.height(), DEEPEST_STRIDE) || !isMultiple(detail.width(), DEEPEST_STRIDE)) {
      warn("model.hrda.detail_crop " + detail + " is no multiple of 32, the deepest stride");
    }
  }

  private void warn(String text) {
    if (!warnings.contains(text)) {
      warnings.add(text);
    }
  }

  private void requireMultiple(String path, Size size, int multiple) {
    if (size.height() % multiple != 0 || size.width() % multiple != 0) {
      throw values.mistake(path, size + " is no multiple of model.hrda.crop_multiple " + multiple);
    }
  }

  private static boolean isMultiple(double x, int n) {
    return x % n == 0;
  }

  /** Later, the first pair of pictures shows whether the crop fits where no resize is given. */
  private void centralCrop() {
    Size central = values.get("stylization.central_crop");
    for (String path : List.of("data.source.resize", "data.target.resize")) {
      Size resize = values.get(path);
      if (central != null && resize != null && !central.fitsIn(resize)) {
        throw values.mistake("stylization.central_crop", central + " is larger than " + path + " " + resize);
      }
    }
  }

  private void classes() {
    int numClasses = values.get("model.classes");
    ClassSet classes = values.get("data.classes");
    if (classes.size() != numClasses) {
      throw values.mistake("model.classes", "data.classes has " + classes.size() + " classes, found " + numClasses);
    }
    int ignored = values.get("data.ignore_label");
    if (ignored < numClasses) {
      throw values.mistake(
          "data.ignore_label", ignored + " is the train id of a class; expected 255 or another free one");
    }
    List<Integer> things = values.get("uda.feature_distance.classes");
    if (things != null && things.stream().anyMatch(id -> id >= numClasses)) {
      throw values.mistake(
          "uda.feature_distance.classes", "train ids end at " + (numClasses - 1) + ", found " + things);
    }
    Map<Integer, Integer> labelMap = values.get("data.label_map");
    if (labelMap != null) {
      labelMap.forEach((raw, id) -> {
        if (id == null || id < 0 || id >= numClasses && id != ignored) {
          throw values.mistake(
              "data.label_map",
              "label " + raw + " goes to " + id + "; expected 0 to " + (numClasses - 1) + ", or " + ignored);
        }
      });
    }
  }

  private void adaptation() {
    UdaConfig.Method method = values.get("uda.method");
    boolean stylizes = values.get("stylization.type") != StylizationConfig.Type.NONE;
    if (method == UdaConfig.Method.NONE && stylizes) {
      throw values.mistake("stylization.type", "needs target pictures, which uda.method none does not read; set none");
    }
    if (method == UdaConfig.Method.DACS && stylizes) {
      warn("stylization.type is set, but uda.method dacs does not look at stylized pictures");
    }
    if (!stylizes) {
      requireNoStylizedView();
    }
    if (stylizes && !values.<Boolean>get("data.joint_pipeline")) {
      throw values.mistake("data.joint_pipeline", "stylization works on pairs: expected true");
    }
    if (!stylizes && values.<Boolean>get("data.joint_pipeline")) {
      throw values.mistake("data.joint_pipeline", "pairs are only made for stylization, which is none: expected false");
    }
    if (method == UdaConfig.Method.CISS) {
      if (!values.<Boolean>get("uda.source.ce_original") && !values.<Boolean>get("uda.source.ce_stylized")) {
        throw values.mistake("uda.source", "ciss needs a source loss: ce_original or ce_stylized");
      }
      for (ViewPair pair : values.<List<ViewPair>>get("uda.target.invariance")) {
        if (pair.first().equals(pair.second())) {
          throw values.mistake(
              "uda.target.invariance", "a pair has two different views, found " + pair.first() + " twice");
        }
      }
      for (String path : List.of("uda.invariance.weight_source", "uda.invariance.weight_target")) {
        LevelWeights weights = values.get(path);
        if (weights.values().stream().anyMatch(w -> w < 0)) {
          throw values.mistake(path, "expected weights of at least 0, found " + weights.values());
        }
      }
    }
  }

  private void requireNoStylizedView() {
    List<View> mixes = orEmpty("uda.target.ce");
    List<ViewPair> pairs = orEmpty("uda.target.invariance");
    String path = null;
    if (Boolean.TRUE.equals(values.get("uda.source.ce_stylized"))) {
      path = "uda.source.ce_stylized";
    } else if (Boolean.TRUE.equals(values.get("uda.source.invariance"))) {
      path = "uda.source.invariance";
    } else if (values.get("uda.pseudo_label.input") == View.Style.STYLIZED) {
      path = "uda.pseudo_label.input";
    } else if (mixes.stream().anyMatch(View::usesStylized)) {
      path = "uda.target.ce";
    } else if (pairs.stream().anyMatch(p -> p.first().usesStylized() || p.second().usesStylized())) {
      path = "uda.target.invariance";
    }
    if (path != null) {
      throw values.mistake(path, "needs stylized pictures, but stylization.type is none");
    }
  }

  private <T> List<T> orEmpty(String path) {
    List<T> list = values.get(path);
    return list == null ? List.of() : list;
  }

  private void training() {
    if (Boolean.TRUE.equals(values.get("uda.log_gradient_norms"))) {
      throw values.mistake("uda.log_gradient_norms", "gradient norms are not logged in this version; set false");
    }
    if (values.<Integer>get("train.devices") > 1) {
      throw values.mistake("train.devices", "this version trains on one device; set 1");
    }
    EvaluationConfig.Weights evaluated = values.get("evaluation.weights");
    if (evaluated == EvaluationConfig.Weights.TEACHER && values.get("uda.method") == UdaConfig.Method.NONE) {
      throw values.mistake("evaluation.weights", "there is no teacher with uda.method none; set student");
    }
    int iterations = values.get("train.iterations");
    Integer warmup = values.get("schedule.warmup_iterations");
    if (warmup != null && warmup >= iterations) {
      throw values.mistake(
          "schedule.warmup_iterations", warmup + " is not below train.iterations " + iterations);
    }
    Map<String, ParameterGroup> groups = values.get("optimizer.groups");
    groups.forEach((name, group) -> {
      if (group.lrMult() < 0 || group.decayMult() < 0) {
        throw values.mistake("optimizer.groups", "factors of '" + name + "' are at least 0");
      }
    });
  }
}
