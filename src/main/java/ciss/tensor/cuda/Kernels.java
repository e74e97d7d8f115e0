package ciss.tensor.cuda;

import java.util.ArrayList;
import java.util.List;

/**
 * The kernels of {@code kernels/*.cu}, named like them without {@code ciss_} and {@code _kernel}. What their parameters mean
 * and which grid they want is said in those files.
 */
final class Kernels {
  /** In the order of declaration. */
  static final List<Kernel> ALL = new ArrayList<>();

  static final Kernel FILL_F32 = kernel("elementwise", "fill_f32", 256, "Plf");
  static final Kernel FILL_ROWS_F32 = kernel("elementwise", "fill_rows_f32", 256, "PPli");
  static final Kernel ACCUMULATE_F32 = kernel("elementwise", "accumulate_f32", 256, "PPl");
  static final Kernel RESIDUAL_F32 = kernel("elementwise", "residual_f32", 256, "PPPPll");
  static final Kernel SCALE_SAMPLES_F32 = kernel("elementwise", "scale_samples_f32", 256, "PPPll");
  static final Kernel SCALE_CHANNELS_F32 = kernel("elementwise", "scale_channels_f32", 256, "PPPlli");

  static final Kernel LAYER_NORM_FORWARD_F32 = kernel("layer_norm", "layer_norm_forward_f32", 256, "PPPPPPiif");
  static final Kernel LAYER_NORM_BACKWARD_F32 = kernel("layer_norm", "layer_norm_backward_f32", 256, "PPPPPPPiiii");

  static final Kernel ATTENTION_FORWARD_F32 = kernel("attention", "attention_forward_f32", 256, "PPPPiiif", 69632);
  static final Kernel ATTENTION_FORWARD_32_F32 = kernel("attention", "attention_forward_32_f32", 256, "PPPPiiif");
  static final Kernel ATTENTION_DELTA_F32 = kernel("attention_backward", "attention_delta_f32", 256, "PPPiiii");
  static final Kernel ATTENTION_BACKWARD_KEYS_F32 =
      kernel("attention_backward", "attention_backward_keys_f32", 256, "PPPPPPiiiif", 87552);
  static final Kernel ATTENTION_BACKWARD_KEYS_32_F32 =
      kernel("attention_backward", "attention_backward_keys_32_f32", 256, "PPPPPPiiiif", 54784);
  static final Kernel ATTENTION_BACKWARD_QUERIES_F32 =
      kernel("attention_backward", "attention_backward_queries_f32", 256, "PPPPPPiiif", 87552);
  static final Kernel ATTENTION_BACKWARD_QUERIES_32_F32 =
      kernel("attention_backward", "attention_backward_queries_32_f32", 256, "PPPPPPiiif", 54784);

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

  static final Kernel SUM_FEW_PARTIALS_F32 = kernel("column_sum", "sum_few_partials_f32", 256, "PPilli");
  static final Kernel COLUMN_SUM_F32 = kernel("column_sum", "column_sum_f32", 256, "PPiii");
  static final Kernel SUM_PARTIALS_F32 = kernel("column_sum", "sum_partials_f32", 256, "PPiiii");

  private Kernels() {}

  private static Kernel kernel(String file, String name, int threads, String parameters) {
    return kernel(file, name, threads, parameters, 0);
  }

  private static Kernel kernel(String file, String name, int threads, String parameters, int sharedBytes) {
    Kernel kernel = new Kernel(file, "ciss_" + name + "_kernel", threads, parameters, sharedBytes, ALL.size());
    ALL.add(kernel);
    return kernel;
  }
}
