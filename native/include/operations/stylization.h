/* Stylization of pictures (ops/fourier.c, ops/reinhard.c). */
OPERATION(ciss_waves_f64, (double *waves, int64_t n), (waves, n))
OPERATION(ciss_frequency_columns,
          (const void *x, int64_t bytes, int64_t h, int64_t w, const double *waves, int64_t rows, double *columns,
           double *absolute, int64_t begin, int64_t end, double *scratch),
          (x, bytes, h, w, waves, rows, columns, absolute, begin, end, scratch))
OPERATION(ciss_frequency_rows,
          (const double *columns, const double *absolute, const double *waves, int64_t w, int64_t rows, int64_t v_low,
           int64_t v_high, int64_t v, double *spectrum, double *scratch),
          (columns, absolute, waves, w, rows, v_low, v_high, v, spectrum, scratch))
OPERATION(ciss_fourier_change,
          (const double *content, const double *style, int64_t h, int64_t w, int64_t rows, int64_t columns,
           double *change),
          (content, style, h, w, rows, columns, change))
OPERATION(ciss_fourier_stylize,
          (const void *content, int64_t bytes, int64_t h, int64_t w, const double *change, const double *waves_y,
           const double *waves_x, int64_t rows, int64_t v_low, int64_t v_high, int64_t y1, int64_t x1, int64_t height,
           int64_t width, float *out, int64_t begin, int64_t end, double *scratch),
          (content, bytes, h, w, change, waves_y, waves_x, rows, v_low, v_high, y1, x1, height, width, out, begin, end,
           scratch))
OPERATION(ciss_lab_sums, (const void *x, int64_t bytes, int64_t begin, int64_t end, double *partial),
          (x, bytes, begin, end, partial))
OPERATION(ciss_lab_merge,
          (const void *x, int64_t bytes, const double *partials, int64_t parts, double pixels, double *statistics),
          (x, bytes, partials, parts, pixels, statistics))
OPERATION(ciss_reinhard_stylize,
          (const void *content, int64_t bytes, int64_t w, const double *content_statistics,
           const double *style_statistics, int64_t y1, int64_t x1, int64_t width, float *out, int64_t begin,
           int64_t end),
          (content, bytes, w, content_statistics, style_statistics, y1, x1, width, out, begin, end))
