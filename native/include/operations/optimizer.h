/* Sweeps over flat parameter buffers (ops/optimizer.c). */
OPERATION(ciss_adamw_f32,
          (const float *g, float *p, float *m, float *v, float keep, float beta1, float one_minus_beta1, float beta2,
           float one_minus_beta2, float step_size, float root_correction, float eps, int64_t n),
          (g, p, m, v, keep, beta1, one_minus_beta1, beta2, one_minus_beta2, step_size, root_correction, eps, n))
OPERATION(ciss_moving_average_f32, (const float *student, float *teacher, float a, float b, int64_t n),
          (student, teacher, a, b, n))
OPERATION(ciss_first_non_finite_f32, (const float *x, double *index, int64_t n), (x, index, n))
OPERATION(ciss_first_index_f64, (const double *found, int64_t ranges, int64_t length, double *index),
          (found, ranges, length, index))
