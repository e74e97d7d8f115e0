/* Sweeps without neighbours (ops/elementwise.c). */
OPERATION(ciss_fill_f32, (float *x, float value, int64_t n), (x, value, n))
OPERATION(ciss_copy_u8, (const uint8_t *x, uint8_t *y, int64_t n), (x, y, n))
OPERATION(ciss_accumulate_f32, (const float *x, float *y, int64_t n), (x, y, n))
OPERATION(ciss_divide_f32, (float *x, float divisor, int64_t n), (x, divisor, n))
OPERATION(ciss_residual_f32,
          (const float *x, const float *branch, const float *factor, float *y, int64_t n),
          (x, branch, factor, y, n))
OPERATION(ciss_scale_samples_f32, (const float *x, const float *factor, float *y, int64_t n), (x, factor, y, n))
OPERATION(ciss_scale_channels_f32,
          (const float *x, const float *factors, float *y, int64_t rows, int64_t c),
          (x, factors, y, rows, c))
