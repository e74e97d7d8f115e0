package ciss.verify;

import ciss.model.SegmentorOptions;
import ciss.model.SegmentorOptions.FusionOptions;
import ciss.model.SegmentorOptions.FusionType;
import ciss.model.SegmentorOptions.HeadOptions;
import ciss.model.SegmentorOptions.HeadType;
import ciss.model.SegmentorOptions.HrdaOptions;
import tools.jackson.databind.JsonNode;

/** Reads the network options of a reference case (golden.md 4). */
final class GoldenOptions {
  private static final double DROPOUT = 0.1;
  private static final double DROP_PATH = 0.1;

  private GoldenOptions() {}

  /** The options of a segmentor: those of a {@code segmentor} case or the {@code model} of a {@code uda_step} case. */
  static SegmentorOptions segmentor(JsonNode options) {
    HeadOptions head =
        new HeadOptions(
            options.get("head").asString().equals("segformer") ? HeadType.SEGFORMER : HeadType.DAFORMER,
            options.get("channels").asInt(),
            options.get("embed_dims").asInt(),
            options.path("dropout_ratio").asDouble(DROPOUT),
            fusion(options.path("fusion")));
    return new SegmentorOptions(
        MitKind.variant(options.get("backbone").asString()),
        options.path("drop_path_rate").asDouble(DROP_PATH),
        options.get("num_classes").asInt(),
        head,
        options.get("segmentor").asString().equals("hrda") ? hrda(options) : null);
  }

  private static FusionOptions fusion(JsonNode fusion) {
    boolean conv = fusion.path("type").asString("aspp").equals("conv");
    return new FusionOptions(
        conv ? FusionType.CONV : FusionType.ASPP,
        fusion.path("sep").asBoolean(false),
        fusion.has("dilations") ? GoldenCase.ints(fusion.get("dilations")) : new int[] {1, 6, 12, 18},
        fusion.path("kernel_size").asInt(1));
  }

  private static HrdaOptions hrda(JsonNode options) {
    JsonNode crop = options.path("hr_crop_size");
    JsonNode fixed = options.path("fixed_attention");
    return new HrdaOptions(
        Math.min(options.get("scales").get(0).asDouble(), options.get("scales").get(1).asDouble()),
        crop.isArray() ? crop.get(0).asInt() : 0,
        crop.isArray() ? crop.get(1).asInt() : 0,
        options.path("crop_coord_divisible").asInt(1),
        options.path("feature_scale").isString() && options.get("feature_scale").asString().equals("all"),
        options.path("hr_slide_inference").asBoolean(true),
        options.path("hr_slide_overlapping").asBoolean(true),
        options.path("blur_hr_crop").asBoolean(false),
        options.path("attention_classwise").asBoolean(true),
        options.path("attention_embed_dim").asInt(256),
        fixed.isNumber() ? fixed.asDouble() : Double.NaN,
        options.path("hr_loss_weight").asDouble(0),
        options.path("lr_loss_weight").asDouble(0));
  }
}
