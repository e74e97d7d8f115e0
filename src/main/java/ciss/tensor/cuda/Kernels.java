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
