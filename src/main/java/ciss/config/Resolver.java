package ciss.config;

import java.nio.file.Path;
import java.util.List;

/**
 * Makes a complete configuration of what was written: defaults, presets, and values that follow from others. Afterwards
 * every key of the schema has a value.
 */
final class Resolver {
  private final Values values;
  private final Environment environment;

  private Resolver(Values values, Environment environment) {
    this.values = values;
    this.environment = environment;
  }

  /** Fills {@code values}, which holds what was written, up to the whole schema. */
  static void resolve(Values values, String name, Environment environment) {
    values.fallback("name", name, Origin.computed("file name"));
    Resolver resolver = new Resolver(values, environment);
    resolver.fillFixedDefaults();
    resolver.fillModel();
    resolver.fillTraining();
    new DataResolver(values, environment).resolve();
    resolver.fillStylization();
  }

  private void fillFixedDefaults() {
    for (SchemaKey key : Schema.keys()) {
      if (!values.has(key.path()) && key.key().computed().isEmpty()) {
        values.put(
            key.path(), ValueReader.read(key, Schema.defaultOf(key.path()), environment), Origin.DEFAULT);
      }
    }
  }

  private void fillModel() {
    BackboneConfig.Type backbone = values.get("model.backbone.type");
    HeadConfig.Type head = values.get("model.head.type");
    values.fallback(
        "model.classes", values.<ClassSet>get("data.classes").size(), Origin.computed("number of data.classes"));
    values.fallback(
        "model.backbone.pretrained",
        Path.of("pretrained", Names.of(backbone) + ".pth"),
        Origin.computed("of the backbone"));
    List<Integer> levels = values.get("model.head.in_levels");
    List<Integer> known = levels.stream().filter(level -> level >= 0 && level < 4).toList();
    values.fallback(
        "model.head.in_channels",
        known.stream().map(backbone.channels()::get).toList(),
        Origin.computed("of the backbone"));
    values.fallback(
        "model.head.fusion.type",
        head == HeadConfig.Type.SEGFORMER ? FusionConfig.Type.CONV : FusionConfig.Type.ASPP,
        Origin.computed("of the head"));
  }

  private void fillTraining() {
    int tenth = Math.max(1, values.<Integer>get("train.iterations") / 10);
    values.fallback("evaluation.interval", tenth, Origin.computed("iterations/10"));
    values.fallback("checkpoint.interval", tenth, Origin.computed("iterations/10"));
    values.fallback(
        "uda.invariance.weight_target",
        values.get("uda.invariance.weight_source"),
        Origin.computed("= uda.invariance.weight_source"));
  }

  private void fillStylization() {
    boolean ciss = values.get("uda.method") == UdaConfig.Method.CISS;
    values.fallback(
        "stylization.type",
        ciss ? StylizationConfig.Type.FDA : StylizationConfig.Type.NONE,
        ciss ? Origin.DEFAULT : Origin.computed("no stylized views without uda.method ciss"));
    boolean stylizes = values.get("stylization.type") != StylizationConfig.Type.NONE;
    Origin origin = Origin.computed("from stylization.type");
    values.fallback("data.joint_pipeline", stylizes, origin);
    values.fallback("data.float_images", stylizes, origin);
    values.fallback("stylization.central_crop", commonSize(), Origin.computed("smaller of the two resize sizes"));
  }

  /** Per axis the smaller of the two training sizes; null when they are equal or unknown. */
  private Size commonSize() {
    Size source = values.get("data.source.resize");
    Size target = values.get("data.target.resize");
    if (source == null || target == null || source.equals(target)) {
      return null;
    }
    return new Size(Math.min(source.height(), target.height()), Math.min(source.width(), target.width()));
  }
}
