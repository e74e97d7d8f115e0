package ciss.tensor.cpu;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import ciss.foreign.NativeLibrary;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;

/**
 * Handles of the functions of {@code native/ops}, named like them. Parameters are addresses (P), {@code int64_t} (L), float
 * (F) and double (D); what they mean is said in the C file. Nothing is checked there: callers have proved shapes.
 */
final class Kernels {
  private static final MemoryLayout P = JAVA_LONG;
  private static final MemoryLayout L = JAVA_LONG;
  private static final MemoryLayout F = JAVA_FLOAT;
  private static final MemoryLayout D = JAVA_DOUBLE;

  static final MethodHandle FILL_F32 = kernel("ciss_fill_f32", P, F, L);
  static final MethodHandle COPY_U8 = kernel("ciss_copy_u8", P, P, L);
  static final MethodHandle ACCUMULATE_F32 = kernel("ciss_accumulate_f32", P, P, L);
  static final MethodHandle DIVIDE_F32 = kernel("ciss_divide_f32", P, F, L);
  static final MethodHandle RESIDUAL_F32 = kernel("ciss_residual_f32", P, P, P, P, L);
  static final MethodHandle SCALE_SAMPLES_F32 = kernel("ciss_scale_samples_f32", P, P, P, L);
  static final MethodHandle SCALE_CHANNELS_F32 = kernel("ciss_scale_channels_f32", P, P, P, L, L);

  static final MethodHandle LAYER_NORM_FORWARD_F32 =
      kernel("ciss_layer_norm_forward_f32", P, P, P, F, P, P, P, L, L, L);
  static final MethodHandle LAYER_NORM_BACKWARD_F32 =
      kernel("ciss_layer_norm_backward_f32", P, P, P, P, P, P, L, P, P, L, L, L);
  static final MethodHandle BATCH_NORM_STATISTICS_F32 = kernel("ciss_batch_norm_statistics_f32", P, P, L, L, L);
  static final MethodHandle BATCH_NORM_MERGE_F32 = kernel("ciss_batch_norm_merge_f32", P, L, L, L, D, D, P, P, P, P);
  static final MethodHandle BATCH_NORM_RSTD_F32 = kernel("ciss_batch_norm_rstd_f32", P, D, P, L);
  static final MethodHandle BATCH_NORM_APPLY_F32 = kernel("ciss_batch_norm_apply_f32", P, P, P, P, P, L, P, L, L, L);
  static final MethodHandle BATCH_NORM_BACKWARD_SUMS_F32 =
      kernel("ciss_batch_norm_backward_sums_f32", P, P, P, P, P, L, P, P, L, L, L);
  static final MethodHandle BATCH_NORM_BACKWARD_MERGE_F32 =
      kernel("ciss_batch_norm_backward_merge_f32", P, L, L, L, P, P, P);
  static final MethodHandle BATCH_NORM_BACKWARD_F32 =
      kernel("ciss_batch_norm_backward_f32", P, P, P, P, P, L, P, P, P, L, L, L);

  static final MethodHandle ATTENTION_PACK_F32 = kernel("ciss_attention_pack_f32", P, L, L, L, F, P, P);
  static final MethodHandle ATTENTION_FORWARD_F32 =
      kernel("ciss_attention_forward_f32", P, P, P, P, P, P, L, L, L, L);
  static final MethodHandle ATTENTION_BACKWARD_F32 =
      kernel("ciss_attention_backward_f32", P, P, P, P, P, P, P, P, P, P, L, L, L, L);
  static final MethodHandle ATTENTION_BACKWARD_SUM_F32 =
      kernel("ciss_attention_backward_sum_f32", P, L, L, F, P, L, L, L);

  static final MethodHandle DEPTHWISE_WEIGHTS_F32 = kernel("ciss_depthwise_weights_f32", P, P, L, L);
  static final MethodHandle DEPTHWISE_FORWARD_F32 =
      kernel("ciss_depthwise_forward_f32", P, P, P, P, L, L, L, L, L, L, L);
  static final MethodHandle DEPTHWISE_GELU_FORWARD_F32 =
      kernel("ciss_depthwise_gelu_forward_f32", P, P, P, P, P, L, L, L, L, L, L);
  static final MethodHandle DEPTHWISE_BACKWARD_WEIGHT_F32 =
      kernel("ciss_depthwise_backward_weight_f32", P, P, P, L, L, L, L, L, L, L);
  static final MethodHandle DEPTHWISE_BACKWARD_WEIGHT_SUM_F32 =
      kernel("ciss_depthwise_backward_weight_sum_f32", P, L, P, P, L);
  static final MethodHandle GELU_FORWARD_F32 = kernel("ciss_gelu_forward_f32", P, P, L);
  static final MethodHandle GELU_BACKWARD_F32 = kernel("ciss_gelu_backward_f32", P, P, P, L);

  static final MethodHandle AXIS_TABLE = kernel("ciss_axis_table", L, L, D, D, P, P, P);
  static final MethodHandle RESIZE_FORWARD_F32 =
      kernel("ciss_resize_forward_f32", P, P, P, P, P, P, L, L, L, L, L, L, L);
  static final MethodHandle RESIZE_BACKWARD_F32 =
      kernel("ciss_resize_backward_f32", P, P, L, P, P, P, P, P, P, L, L, L, L, L, L, L, P);
  static final MethodHandle FLIP_COLUMNS_F32 = kernel("ciss_flip_columns_f32", P, P, L, L, L, L);

  static final MethodHandle CROSS_ENTROPY_F32 =
      kernel("ciss_cross_entropy_f32", P, L, L, L, P, P, P, P, L, P, P, L, P, F, P, P, P, L, L, P);
  static final MethodHandle CROSS_ENTROPY_MERGE_F32 = kernel("ciss_cross_entropy_merge_f32", P, L, D, P);
  static final MethodHandle FEATURE_DISTANCE_FORWARD_F32 =
      kernel("ciss_feature_distance_forward_f32", P, P, P, P, P, L, L, L);
  static final MethodHandle FEATURE_DISTANCE_MERGE_F32 = kernel("ciss_feature_distance_merge_f32", P, L, D, P);
  static final MethodHandle FEATURE_DISTANCE_BACKWARD_F32 =
      kernel("ciss_feature_distance_backward_f32", P, P, P, P, D, P, P, L, L, L);
  static final MethodHandle FEATURE_INVARIANCE_F32 = kernel("ciss_feature_invariance_f32", P, P, L, F, P, P, P, L);
  static final MethodHandle ADD_DOUBLES = kernel("ciss_add_doubles", P, L, D, P);
  static final MethodHandle SUM_DOUBLES = kernel("ciss_sum_doubles", P, L, P);
  static final MethodHandle INVARIANCE_BY_CLASS_FORWARD_F32 =
      kernel("ciss_invariance_by_class_forward_f32", P, P, P, L, L, P, L, L, L);
  static final MethodHandle INVARIANCE_BY_CLASS_MERGE_F32 =
      kernel("ciss_invariance_by_class_merge_f32", P, L, L, L, D, P, P);
  static final MethodHandle INVARIANCE_BY_CLASS_BACKWARD_F32 =
      kernel("ciss_invariance_by_class_backward_f32", P, P, P, L, P, P, P, L, L, L);

  static final MethodHandle PSEUDO_LABEL_F32 =
      kernel("ciss_pseudo_label_f32", P, L, L, L, P, P, P, P, L, F, P, P, L, L, P);
  static final MethodHandle PSEUDO_WEIGHT_F32 = kernel("ciss_pseudo_weight_f32", P, D, L, L, L, L, P, P, L, L);
  static final MethodHandle SOFTMAX_ACCUMULATE_F32 = kernel("ciss_softmax_accumulate_f32", P, P, L, L, L, P);
  static final MethodHandle ARGMAX_F32 = kernel("ciss_argmax_f32", P, P, L, L, L);
  static final MethodHandle DOWNSCALE_LABEL_U8 = kernel("ciss_downscale_label_u8", P, L, L, L, F, L, P, L, L);
  static final MethodHandle LOOKUP_U8 = kernel("ciss_lookup_u8", P, P, P, L);

  static final MethodHandle ATTEND_F32 = kernel("ciss_attend_f32", P, P, F, P, P, L, L, L, L, L, L);
  static final MethodHandle ADD_DETAIL_F32 = kernel("ciss_add_detail_f32", P, P, P, L, L, L);
  static final MethodHandle ADD_DETAIL_BACKWARD_F32 = kernel("ciss_add_detail_backward_f32", P, P, P, P, P, L, L, L);
  static final MethodHandle ATTEND_BACKWARD_F32 = kernel("ciss_attend_backward_f32", P, P, P, P, P, P, L, L, L);

  static final MethodHandle CLASS_MIX_F32 = kernel("ciss_class_mix_f32", P, P, P, P, P, P, P, P, P, L, L);
  static final MethodHandle COLOR_JITTER_F32 = kernel("ciss_color_jitter_f32", P, P, L, P, L, L);
  static final MethodHandle GAUSSIAN_BLUR_F32 =
      kernel("ciss_gaussian_blur_f32", P, P, L, P, L, P, P, L, L, L, L, L);

  static final MethodHandle RESIZE_PICTURE_U8 =
      kernel("ciss_resize_picture_u8", P, L, L, L, L, L, L, L, P, L, L, P);
  static final MethodHandle RESIZE_PICTURE_F32 =
      kernel("ciss_resize_picture_f32", P, L, L, L, L, L, L, L, L, P, L, L, P);
  static final MethodHandle NORMALIZE_PICTURE = kernel("ciss_normalize_picture", P, L, L, P, P, F, L, P, L, L);
  static final MethodHandle DISTORT_PICTURE_U8 = kernel("ciss_distort_picture_u8", P, L, L, L, L, P, P, P, L, L);

  static final MethodHandle WAVES_F64 = kernel("ciss_waves_f64", P, L);
  static final MethodHandle FREQUENCY_COLUMNS =
      kernel("ciss_frequency_columns", P, L, L, L, P, L, P, P, L, L, P);
  static final MethodHandle FREQUENCY_ROWS = kernel("ciss_frequency_rows", P, P, P, L, L, L, L, L, P, P);
  static final MethodHandle FOURIER_CHANGE = kernel("ciss_fourier_change", P, P, L, L, L, L, P);
  static final MethodHandle FOURIER_STYLIZE =
      kernel("ciss_fourier_stylize", P, L, L, L, P, P, P, L, L, L, L, L, L, L, P, L, L, P);
  static final MethodHandle LAB_SUMS = kernel("ciss_lab_sums", P, L, L, L, P);
  static final MethodHandle LAB_MERGE = kernel("ciss_lab_merge", P, L, P, L, D, P);
  static final MethodHandle REINHARD_STYLIZE = kernel("ciss_reinhard_stylize", P, L, L, P, P, L, L, L, P, L, L);

  static final MethodHandle ADAMW_F32 = kernel("ciss_adamw_f32", P, P, P, P, F, F, F, F, F, F, F, F, L);
  static final MethodHandle MOVING_AVERAGE_F32 = kernel("ciss_moving_average_f32", P, P, F, F, L);
  static final MethodHandle FIRST_NON_FINITE_F32 = kernel("ciss_first_non_finite_f32", P, P, L);
  static final MethodHandle FIRST_INDEX_F64 = kernel("ciss_first_index_f64", P, L, L, P);

  private Kernels() {}

  private static MethodHandle kernel(String symbol, MemoryLayout... parameters) {
    return NativeLibrary.CISS.handle(symbol, FunctionDescriptor.ofVoid(parameters));
  }
}
