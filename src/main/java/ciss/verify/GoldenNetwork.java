package ciss.verify;

import ciss.model.SegmentorOptions;
import ciss.model.SegmentorOptions.FusionOptions;
import ciss.model.SegmentorOptions.FusionType;
import ciss.model.SegmentorOptions.HeadOptions;
import ciss.model.SegmentorOptions.HeadType;
import ciss.model.SegmentorOptions.HrdaOptions;
import ciss.tensor.Backend;
import ciss.tensor.FlatBuffer;
import ciss.tensor.ParameterStore;
import ciss.tensor.ParameterTable;
import ciss.tensor.Tensor;
import tools.jackson.databind.JsonNode;

/** Networks of reference cases: their options (golden.md 4) and their generated parameters (golden.md 1.4). */
final class GoldenNetwork {
  private GoldenNetwork() {}

  /** Values of a parameter or buffer by name and reference shape. */
  interface Values {
    float[] of(String name, long[] shape);
  }

  /** Options from the {@code model} object of a case (or the options themselves for the kind {@code segmentor}). */
  static SegmentorOptions options(JsonNode model) {
    int variant = Integer.parseInt(model.get("backbone").asString().replaceAll("\\D", ""));
    HeadType type = HeadType.valueOf(model.path("head").asString("daformer").toUpperCase(java.util.Locale.ROOT));
    HeadOptions head =
        new HeadOptions(
            type,
            model.get("channels").asInt(),
            model.get("embed_dims").asInt(),
            model.path("dropout_ratio").asDouble(0.1),
            fusion(model.path("fusion")));
    boolean hrda = model.get("segmentor").asString().equals("hrda");
    return new SegmentorOptions(
        variant,
        model.path("drop_path_rate").asDouble(0.1),
        model.get("num_classes").asInt(),
        head,
        hrda ? hrda(model) : null);
  }

  private static FusionOptions fusion(JsonNode fusion) {
    boolean conv = fusion.path("type").asString("aspp").equals("conv");
    int[] dilations = fusion.has("dilations") ? GoldenCase.ints(fusion.get("dilations")) : new int[] {1, 6, 12, 18};
    return new FusionOptions(
        conv ? FusionType.CONV : FusionType.ASPP,
        fusion.path("sep").asBoolean(true),
        dilations,
        fusion.path("kernel_size").asInt(1));
  }

  private static HrdaOptions hrda(JsonNode model) {
    JsonNode scales = model.get("scales");
    JsonNode crop = model.path("hr_crop_size");
    JsonNode fixed = model.path("fixed_attention");
    return new HrdaOptions(
        Math.min(scales.get(0).asDouble(), scales.get(1).asDouble()),
        crop.isArray() ? crop.get(0).asInt() : 0,
        crop.isArray() ? crop.get(1).asInt() : 0,
        model.path("crop_coord_divisible").asInt(1),
        model.path("feature_scale").isString(),
        model.path("hr_slide_inference").asBoolean(true),
        model.path("hr_slide_overlapping").asBoolean(true),
        model.path("blur_hr_crop").asBoolean(false),
        model.path("attention_classwise").asBoolean(true),
        model.path("attention_embed_dim").asInt(256),
        fixed.isNumber() ? fixed.asDouble() : Double.NaN,
        model.path("hr_loss_weight").asDouble(0),
        model.path("lr_loss_weight").asDouble(0));
  }

  /** Fills parameters and buffers of a network. */
  static void load(Backend backend, ParameterStore store, Values values) {
    fill(backend, store.values(), values);
    fill(backend, store.buffers(), values);
  }

  private static void fill(Backend backend, FlatBuffer buffer, Values values) {
    for (ParameterTable.Entry entry : buffer.table().entries()) {
      long[] shape = new long[entry.shape().rank()];
      for (int i = 0; i < shape.length; i++) {
        shape[i] = entry.shape().size(i);
      }
      backend.upload(values.of(entry.name(), shape), buffer.get(entry.name()));
    }
  }

  /** {@code [n,c,h,w]} as {@code [n,h,w,c]}. */
  static float[] channelsLast(float[] x, int n, int c, int h, int w) {
    float[] y = new float[x.length];
    for (int b = 0; b < n; b++) {
      for (int k = 0; k < c; k++) {
        for (int p = 0; p < h * w; p++) {
          y[(b * h * w + p) * c + k] = x[(b * c + k) * h * w + p];
        }
      }
    }
    return y;
  }

  /** {@code [n,h,w,c]} as {@code [n,c,h,w]}. */
  static float[] channelsFirst(float[] x, int n, int h, int w, int c) {
    float[] y = new float[x.length];
    for (int b = 0; b < n; b++) {
      for (int p = 0; p < h * w; p++) {
        for (int k = 0; k < c; k++) {
          y[(b * c + k) * h * w + p] = x[(b * h * w + p) * c + k];
        }
      }
    }
    return y;
  }

  /** A feature map {@code [n,h,w,c]} or slab map {@code [slabs,n,h,w,c]} as {@code [n,slabs*c,h,w]}. */
  static float[] channelsFirst(Backend backend, Tensor map) {
    boolean slabbed = map.shape().rank() == 5;
    int slabs = slabbed ? map.size(0) : 1;
    int n = map.size(-4);
    int h = map.size(-3);
    int w = map.size(-2);
    int c = map.size(-1);
    float[] y = new float[Math.toIntExact(map.elements())];
    for (int s = 0; s < slabs; s++) {
      float[] slab = channelsFirst(backend.download(slabbed ? map.at(s) : map), n, h, w, c);
      for (int b = 0; b < n; b++) {
        System.arraycopy(slab, b * c * h * w, y, (b * slabs + s) * c * h * w, c * h * w);
      }
    }
    return y;
  }
}
