package ciss.config;

import ciss.config.Values.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Sets keys to null that mean nothing under the other choices, so that nobody believes they do something. */
final class Applicability {
  /**
   * Keys that do not apply in a situation.
   *
   * @param situation the choice that rules them out, as shown to the user
   * @param holds true if the situation is given
   * @param paths keys or sections
   * @param except last segments below the sections that apply all the same
   */
  private record Rule(String situation, Predicate<Values> holds, List<String> paths, List<String> except) {
    Rule(String situation, Predicate<Values> holds, String... paths) {
      this(situation, holds, List.of(paths), List.of());
    }
  }

  private static final List<Rule> RULES =
      List.of(
          new Rule("model.type is single_scale", is("model.type", ModelConfig.Type.SINGLE_SCALE), "model.hrda"),
          new Rule(
              "model.backbone.type is a Mix Transformer",
              always(),
              "model.backbone.depth",
              "model.backbone.strides",
              "model.backbone.dilations",
              "model.backbone.contract_dilation"),
          new Rule("model.neck.type is none", always(), "model.neck.scales"),
          new Rule("no head of this version has further options", always(), "model.head.extra"),
          new Rule(
              "model.head.fusion.type is aspp",
              is("model.head.fusion.type", FusionConfig.Type.ASPP),
              "model.head.fusion.kernel"),
          new Rule(
              "model.head.fusion.type is conv",
              is("model.head.fusion.type", FusionConfig.Type.CONV),
              "model.head.fusion.separable",
              "model.head.fusion.dilations",
              "model.head.fusion.pool"),
          new Rule(
              "inference.mode is whole",
              is("inference.mode", InferenceConfig.Mode.WHOLE),
              "inference.window",
              "inference.stride",
              "inference.batch_windows"),
          new Rule(
              "uda.method is none",
              is("uda.method", UdaConfig.Method.NONE),
              List.of("uda", "data.target"),
              List.of("method", "debug_images_interval", "log_gradient_norms")),
          new Rule(
              "uda.method is dacs",
              is("uda.method", UdaConfig.Method.DACS),
              "uda.source",
              "uda.target",
              "uda.invariance"),
          new Rule(
              "uda.feature_distance.weight is 0",
              is("uda.feature_distance.weight", 0.0),
              "uda.feature_distance.classes",
              "uda.feature_distance.min_ratio"),
          new Rule(
              "there is no entropy or adversarial method",
              always(),
              "uda.entropy_weight",
              "uda.entropy_weight_aux",
              "uda.discriminator"),
          new Rule(
              "stylization.type is none",
              is("stylization.type", StylizationConfig.Type.NONE),
              "stylization.bandwidth",
              "stylization.central_crop",
              "stylization.directions"),
          new Rule(
              "stylization.type is reinhard",
              is("stylization.type", StylizationConfig.Type.REINHARD),
              "stylization.bandwidth",
              "stylization.central_crop"),
          new Rule(
              "data.rare_class_sampling.enabled is false",
              is("data.rare_class_sampling.enabled", false),
              List.of("data.rare_class_sampling"),
              List.of("enabled")),
          new Rule(
              "optimizer.type is adamw", is("optimizer.type", OptimizerConfig.Type.ADAMW), "optimizer.momentum"),
          new Rule(
              "schedule.warmup is none",
              is("schedule.warmup", ScheduleConfig.Warmup.NONE),
              "schedule.warmup_iterations",
              "schedule.warmup_ratio"));

  private Applicability() {}

  private static Predicate<Values> is(String path, Object value) {
    return values -> value.equals(values.get(path));
  }

  private static Predicate<Values> always() {
    return values -> true;
  }

  /**
   * Applies all rules to complete values.
   *
   * @return one warning for each rule that discards what the file itself or an override says
   */
  static List<String> apply(Values values) {
    List<String> warnings = new ArrayList<>();
    for (Rule rule : RULES) {
      if (rule.holds.test(values)) {
        List<String> discarded = clear(rule, values);
        if (!discarded.isEmpty()) {
          boolean one = discarded.size() == 1;
          warnings.add(
              String.join(", ", discarded)
                  + (one ? " does not apply and is ignored: " : " do not apply and are ignored: ")
                  + rule.situation);
        }
      }
    }
    return warnings;
  }

  private static List<String> clear(Rule rule, Values values) {
    List<String> discarded = new ArrayList<>();
    Origin origin = new Origin(Origin.Kind.NOT_APPLICABLE, "does not apply: " + rule.situation);
    for (String section : rule.paths) {
      for (SchemaKey key : Schema.keysBelow(section)) {
        if (rule.except.contains(key.name()) && key.parent().equals(section)) {
          continue;
        }
        Value before = values.entry(key.path());
        if (before.own() && before.value() != null) {
          discarded.add(key.path());
        }
        values.put(key.path(), new Value(null, origin, before.place(), false));
      }
    }
    return discarded;
  }
}
