/* What surrounds matrix products (ops/column_sums.c, ops/gather.c, ops/winograd.c), and attention (ops/attention.c). */
OPERATION(ciss_column_sums_f32, (const float *x, int64_t rows, int64_t c, float *sums), (x, rows, c, sums))
OPERATION(ciss_add_partials_f32,
          (const float *partials, int64_t count, int64_t stride, float *y, int64_t n),
          (partials, count, stride, y, n))
