/* Layer norm and batch norm (ops/layer_norm.c, ops/batch_norm.c). */
OPERATION(ciss_layer_norm_forward_f32,
          (const float *x, const float *w, const float *b, float eps, float *y, float *mean, float *rstd, int64_t begin,
           int64_t end, int64_t c),
          (x, w, b, eps, y, mean, rstd, begin, end, c))
OPERATION(ciss_layer_norm_backward_f32,
          (const float *x, const float *w, const float *mean, const float *rstd, const float *dy, float *dx,
           int64_t accumulate, float *dw, float *db, int64_t begin, int64_t end, int64_t c),
          (x, w, mean, rstd, dy, dx, accumulate, dw, db, begin, end, c))
OPERATION(ciss_batch_norm_statistics_f32,
          (const float *x, double *partial, int64_t begin, int64_t end, int64_t c),
          (x, partial, begin, end, c))
OPERATION(ciss_batch_norm_merge_f32,
          (const double *partials, int64_t rows, int64_t chunk_rows, int64_t c, double eps, double momentum, float *mean,
           float *rstd, float *running_mean, float *running_var),
          (partials, rows, chunk_rows, c, eps, momentum, mean, rstd, running_mean, running_var))
OPERATION(ciss_batch_norm_rstd_f32, (const float *var, double eps, float *rstd, int64_t c), (var, eps, rstd, c))
OPERATION(ciss_batch_norm_apply_f32,
          (const float *x, const float *w, const float *b, const float *mean, const float *rstd, int64_t relu, float *y,
           int64_t begin, int64_t end, int64_t c),
          (x, w, b, mean, rstd, relu, y, begin, end, c))
OPERATION(ciss_batch_norm_backward_sums_f32,
          (const float *x, const float *w, const float *b, const float *mean, const float *rstd, int64_t relu,
           const float *dy, float *partial, int64_t begin, int64_t end, int64_t c),
          (x, w, b, mean, rstd, relu, dy, partial, begin, end, c))
OPERATION(ciss_batch_norm_backward_merge_f32,
          (const float *partials, int64_t count, int64_t rows, int64_t c, float *means, float *dw, float *db),
          (partials, count, rows, c, means, dw, db))
OPERATION(ciss_batch_norm_backward_f32,
          (const float *x, const float *w, const float *b, const float *mean, const float *rstd, int64_t relu,
           const float *means, const float *dy, float *dx, int64_t begin, int64_t end, int64_t c),
          (x, w, b, mean, rstd, relu, means, dy, dx, begin, end, c))
