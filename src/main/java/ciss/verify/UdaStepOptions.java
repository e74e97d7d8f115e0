package ciss.verify;

import ciss.tensor.LossOps;
import ciss.train.AdamW;
import ciss.train.LearningRate;
import ciss.train.UdaOptions;
import ciss.train.View;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Options of a {@code uda_step} case in this program's terms (names of the reference on the left, golden.md 6). */
final class UdaStepOptions {
  private static final int LEVELS = 5;

  private UdaStepOptions() {}

  static UdaOptions uda(JsonNode uda) {
    JsonNode style = uda.path("stylize");
    var pseudoLabel =
        new UdaOptions.PseudoLabel(
            (float) uda.get("pseudo_threshold").asDouble(),
            uda.path("pseudo_weight_ignore_top").asInt(0),
            uda.path("pseudo_weight_ignore_bottom").asInt(0),
            view(style.path("target").path("pseudolabels").asString("original")));
    var mixing =
        new UdaOptions.Mixing(
            uda.get("blur").asBoolean(),
            strengths(uda.get("color_jitter_strength")),
            uda.get("color_jitter_probability").asDouble());
    var featureDistance = featureDistance(uda);
    double alpha = uda.get("alpha").asDouble();
    if (!uda.get("type").asString().equals("DACSCISS")) {
      return UdaOptions.dacs(alpha, pseudoLabel, mixing, featureDistance);
    }
    return new UdaOptions(
        UdaOptions.Method.CISS,
        alpha,
        pseudoLabel,
        mixing,
        featureDistance,
        source(style.path("source")),
        target(style.path("target")),
        invariance(style.path("inv_loss"), featureDistance.minRatio()));
  }

  private static UdaOptions.FeatureDistance featureDistance(JsonNode uda) {
    JsonNode classes = uda.path("imnet_feature_dist_classes");
    return new UdaOptions.FeatureDistance(
        uda.path("imnet_feature_dist_lambda").asDouble(0),
        classes.isArray() ? GoldenCase.ints(classes) : null,
        uda.path("imnet_feature_dist_scale_min_ratio").asDouble(0));
  }

  private static double[] strengths(JsonNode strength) {
    if (strength.isNumber()) {
      double s = strength.asDouble();
      return new double[] {s, s, s, s};
    }
    String[] names = {"brightness", "contrast", "saturation", "hue"};
    double[] values = new double[names.length];
    for (int i = 0; i < names.length; i++) {
      values[i] = strength.get(names[i]).asDouble();
    }
    return values;
  }

  private static UdaOptions.Source source(JsonNode source) {
    return new UdaOptions.Source(
        source.path("ce_original").asBoolean(false),
        source.path("ce_stylized").asBoolean(false),
        source.path("average_ce").asBoolean(false),
        source.path("inv").asBoolean(false));
  }

  private static UdaOptions.Target target(JsonNode target) {
    List<View.Mix> ce = new ArrayList<>();
    target.path("ce").forEach(pair -> ce.add(mix(pair)));
    if (!target.has("ce")) {
      ce.add(View.Mix.ORIGINALS);
    }
    List<View.MixPair> invariance = new ArrayList<>();
    target.path("inv").forEach(pair -> invariance.add(new View.MixPair(mix(pair.get(0)), mix(pair.get(1)))));
    return new UdaOptions.Target(ce, target.path("average_ce").asBoolean(false), invariance);
  }

  private static View.Mix mix(JsonNode pair) {
    return new View.Mix(view(pair.get(0).asString()), view(pair.get(1).asString()));
  }

  private static View view(String word) {
    return View.valueOf(word.toUpperCase(Locale.ROOT));
  }

  private static UdaOptions.Invariance invariance(JsonNode loss, double minRatio) {
    double[] weight = loss.has("weight") ? levels(loss.get("weight")) : new double[] {1, 0, 0, 0, 0};
    double[] weightTarget =
        loss.hasNonNull("weight_target") ? levels(loss.get("weight_target")) : weight;
    LossOps.Norm norm = loss.path("norm").asString("l2").equals("l1") ? LossOps.Norm.L1 : LossOps.Norm.L2;
    return new UdaOptions.Invariance(
        norm, loss.path("class_average").asBoolean(false), weight, weightTarget, minRatio);
  }

  private static double[] levels(JsonNode weight) {
    double[] levels = new double[LEVELS];
    if (weight.isNumber()) {
      levels[0] = weight.asDouble();
      return levels;
    }
    for (int i = 0; i < LEVELS; i++) {
      levels[i] = weight.get(i).asDouble();
    }
    return levels;
  }

  static AdamW.Options optimizer(JsonNode optimizer) {
    Map<String, AdamW.Factors> factors = new LinkedHashMap<>();
    optimizer
        .path("paramwise_cfg")
        .path("custom_keys")
        .properties()
        .forEach(
            e ->
                factors.put(
                    e.getKey(),
                    new AdamW.Factors(
                        e.getValue().path("lr_mult").asDouble(1), e.getValue().path("decay_mult").asDouble(1))));
    JsonNode betas = optimizer.get("betas");
    return new AdamW.Options(
        optimizer.get("lr").asDouble(),
        betas.get(0).asDouble(),
        betas.get(1).asDouble(),
        optimizer.path("eps").asDouble(1e-8),
        optimizer.get("weight_decay").asDouble(),
        factors);
  }

  static LearningRate schedule(JsonNode config, long maxIterations) {
    boolean warmup = config.path("warmup").asString("").equals("linear");
    return new LearningRate(
        maxIterations,
        config.path("power").asDouble(1),
        config.path("min_lr").asDouble(0),
        warmup ? config.path("warmup_iters").asInt(0) : 0,
        config.path("warmup_ratio").asDouble(0.1));
  }
}
