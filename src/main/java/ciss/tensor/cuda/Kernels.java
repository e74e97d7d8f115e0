package ciss.tensor.cuda;

import java.util.ArrayList;
import java.util.List;

/**
 * The kernels of {@code kernels/*.cu}, named like them without {@code ciss_} and {@code _kernel}. What their parameters mean
 * and which grid they want is said in those files. {@code <name>_<a>_<b>} reads maps of type a and writes, or reads the
 * gradient of, maps of type b.
 */
final class Kernels {
  /** In the order of declaration. */
  static final List<Kernel> ALL = new ArrayList<>();

  static final Kernel FILL_F32 = kernel("elementwise", "fill_f32", 256, "Plf");
  static final TypedKernel FILL_ROWS = typed("elementwise", "fill_rows", 256, "PPli");
  static final Kernel CONVERT_F32_BF16 = kernel("elementwise", "convert_f32_bf16", 256, "PPl");
  static final Kernel CONVERT_BF16_F32 = kernel("elementwise", "convert_bf16_f32", 256, "PPl");
  static final TypedKernel ACCUMULATE = typed("elementwise", "accumulate", 256, "PPl");
  static final TypedKernel RESIDUAL = typed("elementwise", "residual", 256, "PPPPl");
  static final TypedKernel SCALE_SAMPLES = typed("elementwise", "scale_samples", 256, "PPPl");
  static final TypedKernel SCALE_CHANNELS = typed("elementwise", "scale_channels", 256, "PPPli");

  static final TypedKernel LAYER_NORM_FORWARD = typed("layer_norm", "layer_norm_forward", 256, "PPPPPPiif");
  static final Kernel LAYER_NORM_FORWARD_BF16_F32 =
      kernel("layer_norm", "layer_norm_forward_bf16_f32", 256, "PPPPPPiif");
  static final TypedKernel LAYER_NORM_BACKWARD = typed("layer_norm", "layer_norm_backward", 256, "PPPPPPPiiii");
  static final Kernel LAYER_NORM_BACKWARD_BF16_F32 =
      kernel("layer_norm", "layer_norm_backward_bf16_f32", 256, "PPPPPPPiiii");

  static final Kernel ATTENTION_FORWARD_F32 = kernel("attention", "attention_forward_f32", 256, "PPPPiiif", 69632);
  static final Kernel ATTENTION_FORWARD_32_F32 = kernel("attention", "attention_forward_32_f32", 256, "PPPPiiif");
  static final Kernel ATTENTION_FORWARD_128_F32 =
      kernel("attention", "attention_forward_128_f32", 256, "PPPPiiif", 55296);
  static final TypedKernel ATTENTION_DELTA = typed("attention_backward", "attention_delta", 256, "PPPiiii");
  static final Kernel ATTENTION_BACKWARD_KEYS_F32 =
      kernel("attention_backward", "attention_backward_keys_f32", 256, "PPPPPPiiiif", 87552);
  static final Kernel ATTENTION_BACKWARD_KEYS_32_F32 =
      kernel("attention_backward", "attention_backward_keys_32_f32", 256, "PPPPPPiiiif", 54784);
  static final Kernel ATTENTION_BACKWARD_QUERIES_F32 =
      kernel("attention_backward", "attention_backward_queries_f32", 256, "PPPPPPiiif", 87552);
  static final Kernel ATTENTION_BACKWARD_QUERIES_32_F32 =
      kernel("attention_backward", "attention_backward_queries_32_f32", 256, "PPPPPPiiif", 54784);
  static final Kernel ATTENTION_BACKWARD_KEYS_128_F32 =
      kernel("attention_backward", "attention_backward_keys_128_f32", 256, "PPPPPPiiiif", 72448);
  static final Kernel ATTENTION_BACKWARD_QUERIES_128_F32 =
      kernel("attention_backward", "attention_backward_queries_128_f32", 256, "PPPPPPiiif", 72448);

  static final Kernel ATTENTION_FORWARD_TF32 = kernel("attention_tf32", "attention_forward_tf32", 128, "PPPPiiif");
  static final Kernel ATTENTION_FORWARD_32_TF32 =
      kernel("attention_tf32", "attention_forward_32_tf32", 128, "PPPPiiif");
  static final Kernel ATTENTION_BACKWARD_KEYS_TF32 =
      kernel("attention_backward_tf32", "attention_backward_keys_tf32", 128, "PPPPPPiiiif");
  static final Kernel ATTENTION_BACKWARD_KEYS_32_TF32 =
      kernel("attention_backward_tf32", "attention_backward_keys_32_tf32", 128, "PPPPPPiiiif");
  static final Kernel ATTENTION_BACKWARD_QUERIES_TF32 =
      kernel("attention_backward_tf32", "attention_backward_queries_tf32", 128, "PPPPPPiiif");
  static final Kernel ATTENTION_BACKWARD_QUERIES_32_TF32 =
      kernel("attention_backward_tf32", "attention_backward_queries_32_tf32", 128, "PPPPPPiiif");

  static final Kernel ATTENTION_FORWARD_BF16 = kernel("attention_bf16", "attention_forward_bf16", 128, "PPPPiiif");
  static final Kernel ATTENTION_FORWARD_32_BF16 =
      kernel("attention_bf16", "attention_forward_32_bf16", 128, "PPPPiiif");
  static final Kernel ATTENTION_BACKWARD_KEYS_BF16 =
      kernel("attention_backward_bf16", "attention_backward_keys_bf16", 128, "PPPPPPiiiif");
  static final Kernel ATTENTION_BACKWARD_KEYS_32_BF16 =
      kernel("attention_backward_bf16", "attention_backward_keys_32_bf16", 128, "PPPPPPiiiif");
  static final Kernel ATTENTION_BACKWARD_QUERIES_BF16 =
      kernel("attention_backward_bf16", "attention_backward_queries_bf16", 128, "PPPPPPiiif");
  static final Kernel ATTENTION_BACKWARD_QUERIES_32_BF16 =
      kernel("attention_backward_bf16", "attention_backward_queries_32_bf16", 128, "PPPPPPiiif");

  static final Kernel CROSS_ENTROPY_FORWARD_F32 =
      kernel("cross_entropy", "cross_entropy_forward_f32", 256, "PPPPPPPPPPiiiiiii");
  static final Kernel CROSS_ENTROPY_MERGE = kernel("cross_entropy", "cross_entropy_merge", 256, "PPid");
  static final Kernel CROSS_ENTROPY_BACKWARD_F32 =
      kernel("cross_entropy", "cross_entropy_backward_f32", 256, "PPPPPPPPPPPPiiiiiiif");
  static final Kernel FEATURE_DISTANCE_FORWARD_F32 =
      kernel("feature_losses", "feature_distance_forward_f32", 256, "PPPPPii");
  static final Kernel FEATURE_DISTANCE_MERGE = kernel("feature_losses", "feature_distance_merge", 256, "PPid");
  static final Kernel FEATURE_DISTANCE_BACKWARD_F32 =
      kernel("feature_losses", "feature_distance_backward_f32", 256, "PPPPPPiid");
  static final Kernel FEATURE_INVARIANCE_F32 = kernel("feature_losses", "feature_invariance_f32", 256, "PPPPPlif");
  static final Kernel ADD_DOUBLES = kernel("feature_losses", "add_doubles", 256, "PPid");
  static final Kernel INVARIANCE_BY_CLASS_FORWARD_F32 =
      kernel("feature_losses", "invariance_by_class_forward_f32", 256, "PPPPiiii");
  static final Kernel INVARIANCE_BY_CLASS_MERGE = kernel("feature_losses", "invariance_by_class_merge", 256, "PPPiid");
  static final Kernel INVARIANCE_BY_CLASS_BACKWARD_F32 =
      kernel("feature_losses", "invariance_by_class_backward_f32", 256, "PPPPPPiii");

  static final Kernel PSEUDO_LABEL_F32 = kernel("pseudo_label", "pseudo_label_f32", 256, "PPPPPPPiiiiif");
  static final Kernel PSEUDO_LABEL_MERGE = kernel("pseudo_label", "pseudo_label_merge", 256, "PPi");
  static final Kernel PSEUDO_WEIGHT_F32 = kernel("pseudo_label", "pseudo_weight_f32", 256, "PPPliiii");
  static final Kernel SOFTMAX_ACCUMULATE_F32 = kernel("labels", "softmax_accumulate_f32", 256, "PPli");
  static final Kernel ARGMAX_F32 = kernel("labels", "argmax_f32", 256, "PPli");
  static final Kernel DOWNSCALE_LABEL_U8 = kernel("labels", "downscale_label_u8", 256, "PPiiiiif");
  static final Kernel LOOKUP_U8 = kernel("labels", "lookup_u8", 256, "PPPl");

  static final Kernel ATTEND_F32 = kernel("fuse_scales", "attend_f32", 256, "PPPPPiiiif");
  static final Kernel ADD_DETAIL_F32 = kernel("fuse_scales", "add_detail_f32", 256, "PPPPiiiiii");
  static final Kernel ADD_DETAIL_BACKWARD_F32 = kernel("fuse_scales", "add_detail_backward_f32", 256, "PPPPPPiiiiii");
  static final Kernel ATTEND_BACKWARD_F32 = kernel("fuse_scales", "attend_backward_f32", 256, "PPPPPPiii");

  static final Kernel CLASS_MIX_F32 = kernel("class_mix", "class_mix_f32", 256, "PPPPPPPPPil");
  static final Kernel COLOR_JITTER_F32 = kernel("color_jitter", "color_jitter_f32", 256, "PPPl");
  static final Kernel GAUSSIAN_BLUR_F32 = kernel("gaussian_blur", "gaussian_blur_f32", 256, "PPPPiiii");

  static final TypedKernel SUM_FEW_PARTIALS = typed("column_sum", "sum_few_partials", 256, "PPilli");

  static final TypedKernel BATCH_NORM_STATISTICS = typed("batch_norm", "batch_norm_statistics", 256, "PPiii");
  static final Kernel BATCH_NORM_MERGE_F32 = kernel("batch_norm", "batch_norm_merge_f32", 128, "PPPPPiiidd");
  static final Kernel BATCH_NORM_RSTD_F32 = kernel("batch_norm", "batch_norm_rstd_f32", 128, "PPid");
  static final TypedKernel BATCH_NORM_APPLY = typed("batch_norm", "batch_norm_apply", 256, "PPPPPPlii");
  static final Kernel BATCH_NORM_APPLY_BF16_F32 =
      kernel("batch_norm", "batch_norm_apply_bf16_f32", 256, "PPPPPPlii");
  static final TypedKernel BATCH_NORM_BACKWARD_SUMS =
      typed("batch_norm", "batch_norm_backward_sums", 256, "PPPPPPPiiii");
  static final Kernel BATCH_NORM_BACKWARD_MERGE_F32 =
      kernel("batch_norm", "batch_norm_backward_merge_f32", 128, "PPPPiii");
  static final TypedKernel BATCH_NORM_BACKWARD = typed("batch_norm", "batch_norm_backward", 256, "PPPPPPPPlii");

  static final TypedKernel DEPTHWISE_FORWARD = typed("depthwise", "depthwise_forward", 128, "PPPPliiiiii");
  static final TypedKernel DEPTHWISE_GELU_FORWARD = typed("depthwise", "depthwise_gelu_forward", 128, "PPPPPliiii");
  static final TypedKernel DEPTHWISE_BACKWARD_WEIGHT =
      typed("depthwise", "depthwise_backward_weight", 256, "PPPliiiii");
  static final Kernel DEPTHWISE_BACKWARD_WEIGHT_SUM_F32 =
      kernel("depthwise", "depthwise_backward_weight_sum_f32", 128, "PPPii");
  static final TypedKernel GELU_FORWARD = typed("gelu", "gelu_forward", 256, "PPl");
  static final TypedKernel GELU_BACKWARD = typed("gelu", "gelu_backward", 256, "PPPl");

  static final Kernel AXIS_TABLE = kernel("resize", "axis_table", 256, "PPPiidd");
  static final TypedKernel RESIZE_FORWARD = typed("resize", "resize_forward", 256, "PPPPPPiiiiii");
  static final TypedKernel RESIZE_BACKWARD = typed("resize", "resize_backward", 256, "PPPPPPPPiiiiiii");
  static final Kernel FLIP_F32 = kernel("resize", "flip_f32", 256, "PPliiii");
  static final Kernel CUT_WINDOWS_F32 = kernel("windows", "cut_windows_f32", 256, "PPPliiiiii");
  static final Kernel CUT_WINDOWS_U8 = kernel("windows", "cut_windows_u8", 256, "PPPliiiiii");
  static final Kernel ADD_WINDOWS_F32 = kernel("windows", "add_windows_f32", 256, "PPPliiiiiii");
  static final Kernel AVERAGE_WINDOWS_F32 = kernel("windows", "average_windows_f32", 256, "PPPliiiiiii");

  static final Kernel GATHER_PATCHES_F32 = kernel("gather", "gather_patches_f32", 256, "PPlliiiiiiiii");
  static final Kernel GATHER_PATCHES_F32_BF16 =
      kernel("gather", "gather_patches_f32_bf16", 256, "PPlliiiiiiiii");
  static final Kernel GATHER_PATCHES_BF16 = kernel("gather", "gather_patches_bf16", 256, "PPlliiiiiiiii");
  static final Kernel SCATTER_PATCHES_F32 = kernel("gather", "scatter_patches_f32", 256, "PPlllliiiiiiiii");
  static final Kernel SCATTER_PATCHES_F32_BF16 =
      kernel("gather", "scatter_patches_f32_bf16", 256, "PPlllliiiiiiiii");

  static final Kernel FILTER_PACK_F32 = kernel("filter", "filter_pack_f32", 256, "PPliiii");
  static final Kernel FILTER_PACK_F32_BF16 = kernel("filter", "filter_pack_f32_bf16", 256, "PPliiii");
  static final Kernel FILTER_UNPACK_ADD_F32 = kernel("filter", "filter_unpack_add_f32", 256, "PPliiii");

  static final Kernel RESIZE_PICTURE_U8 = kernel("picture", "resize_picture_u8", 256, "PPPiiiiii");
  static final Kernel RESIZE_PICTURE_U8_F32 = kernel("picture", "resize_picture_u8_f32", 256, "PPPiiiiii");
  static final Kernel RESIZE_PICTURE_F32 = kernel("picture", "resize_picture_f32", 256, "PPPiiiiii");
  static final Kernel DISTORT_PICTURE_U8 = kernel("picture", "distort_picture_u8", 256, "PPPPiii");
  static final Kernel NORMALIZE_PICTURE_U8 = kernel("picture", "normalize_picture_u8", 256, "PPPiiifffdddf");
  static final Kernel NORMALIZE_PICTURE_F32 = kernel("picture", "normalize_picture_f32", 256, "PPPiiifffdddf");

  static final Kernel WAVES_F64 = kernel("fourier", "waves_f64", 256, "Pi");
  static final Kernel FREQUENCY_COLUMNS_U8 = kernel("fourier", "frequency_columns_u8", 256, "PPPiii");
  static final Kernel FREQUENCY_COLUMNS_F32 = kernel("fourier", "frequency_columns_f32", 256, "PPPiii");
  static final Kernel FREQUENCY_STRIPS = kernel("fourier", "frequency_strips", 256, "Pli");
  static final Kernel FREQUENCY_ROWS = kernel("fourier", "frequency_rows", 256, "PPPiiii");
  static final Kernel FOURIER_CHANGE = kernel("fourier", "fourier_change", 256, "PPPiiii");
  static final Kernel FOURIER_ROWS = kernel("fourier", "fourier_rows", 256, "PPPPiiiii");
  static final Kernel FOURIER_STYLIZE_U8 = kernel("fourier", "fourier_stylize_u8", 256, "PPPPPiiiii");
  static final Kernel FOURIER_STYLIZE_F32 = kernel("fourier", "fourier_stylize_f32", 256, "PPPPPiiiii");
  static final Kernel LAB_SUMS_U8 = kernel("reinhard", "lab_sums_u8", 256, "PPl");
  static final Kernel LAB_SUMS_F32 = kernel("reinhard", "lab_sums_f32", 256, "PPl");
  static final Kernel LAB_MERGE = kernel("reinhard", "lab_merge", 256, "PPid");
  static final Kernel REINHARD_STYLIZE_U8 = kernel("reinhard", "reinhard_stylize_u8", 256, "PPPPPiii");
  static final Kernel REINHARD_STYLIZE_F32 = kernel("reinhard", "reinhard_stylize_f32", 256, "PPPPPiii");

  static final Kernel ADAMW_F32 = kernel("optimizer", "adamw_f32", 256, "PPPPPPPlfffffP");
  static final Kernel MOVING_AVERAGE_F32 = kernel("optimizer", "moving_average_f32", 256, "PPPPl");
  static final Kernel FIRST_NON_FINITE_F32 = kernel("optimizer", "first_non_finite_f32", 256, "PPl");
  static final Kernel FIRST_INDEX_F64 = kernel("optimizer", "first_index_f64", 256, "PPil");

  static final TypedKernel COLUMN_SUM = typed("column_sum", "column_sum", 256, "PPiii");
  static final Kernel SUM_PARTIALS_F32 = kernel("column_sum", "sum_partials_f32", 256, "PPiiii");

  private Kernels() {}

  /** {@code <name>_f32} and {@code <name>_bf16}. */
  private static TypedKernel typed(String file, String name, int threads, String parameters) {
    return new TypedKernel(
        kernel(file, name + "_f32", threads, parameters), kernel(file, name + "_bf16", threads, parameters));
  }

  private static Kernel kernel(String file, String name, int threads, String parameters) {
    return kernel(file, name, threads, parameters, 0);
  }

  private static Kernel kernel(String file, String name, int threads, String parameters, int sharedBytes) {
    Kernel kernel = new Kernel(file, "ciss_" + name + "_kernel", threads, parameters, sharedBytes, ALL.size());
    ALL.add(kernel);
    return kernel;
  }
}
