/* Matrix products of weight gradients, and what surrounds all products (ops/matmul_transposed.c, column_sums.c, gather.c,
   winograd.c). */
OPERATION(ciss_matmul_transposed_f32,
          (const float *a, int64_t a_pitch, const float *b, int64_t b_pitch, int64_t m, int64_t n, int64_t k,
           int64_t accumulate, float *c, int64_t c_pitch),
          (a, a_pitch, b, b_pitch, m, n, k, accumulate, c, c_pitch))
OPERATION(ciss_column_sums_f32, (const float *x, int64_t rows, int64_t c, float *sums), (x, rows, c, sums))
OPERATION(ciss_add_partials_f32,
          (const float *partials, int64_t count, int64_t stride, float *y, int64_t n),
          (partials, count, stride, y, n))
OPERATION(ciss_gather_rows_f32,
          (const float *x, int64_t h, int64_t w, int64_t c, int64_t kernel, int64_t stride, int64_t padding,
           int64_t dilation, int64_t h_out, int64_t w_out, int64_t ky_begin, int64_t ky_end, int64_t begin, int64_t end,
           float *rows),
          (x, h, w, c, kernel, stride, padding, dilation, h_out, w_out, ky_begin, ky_end, begin, end, rows))
OPERATION(ciss_scatter_rows_f32,
          (const float *rows, int64_t w, int64_t c, int64_t kernel, int64_t stride, int64_t padding, int64_t dilation,
           int64_t w_out, int64_t begin, int64_t end, int64_t y_begin, int64_t y_end, float *dx),
          (rows, w, c, kernel, stride, padding, dilation, w_out, begin, end, y_begin, y_end, dx))
OPERATION(ciss_pack_taps_f32,
          (const float *weight, int64_t in, int64_t taps, int64_t begin, int64_t end, float *packed),
          (weight, in, taps, begin, end, packed))
OPERATION(ciss_unpack_taps_f32,
          (const float *packed, int64_t count, int64_t stride, int64_t in, int64_t taps, int64_t begin, int64_t end,
           float *dw),
          (packed, count, stride, in, taps, begin, end, dw))
OPERATION(ciss_pack_turned_taps_f32,
          (const float *weight, int64_t out, int64_t in, int64_t taps, int64_t begin, int64_t end, float *packed),
          (weight, out, in, taps, begin, end, packed))
OPERATION(ciss_winograd_input_f32,
          (const float *x, int64_t h, int64_t w, int64_t c, int64_t padding, int64_t tiles_y, int64_t tiles_x,
           int64_t begin, int64_t end, int64_t fy_begin, int64_t fy_end, float *u),
          (x, h, w, c, padding, tiles_y, tiles_x, begin, end, fy_begin, fy_end, u))
OPERATION(ciss_winograd_gradient_f32,
          (const float *dy, int64_t h, int64_t w, int64_t c, int64_t tiles_y, int64_t tiles_x, int64_t begin,
           int64_t end, int64_t fy_begin, int64_t fy_end, float *v),
          (dy, h, w, c, tiles_y, tiles_x, begin, end, fy_begin, fy_end, v))
OPERATION(ciss_winograd_output_f32,
          (const float *m, const float *bias, int64_t h, int64_t w, int64_t c, int64_t tiles_y, int64_t tiles_x,
           int64_t begin, int64_t end, float *y),
          (m, bias, h, w, c, tiles_y, tiles_x, begin, end, y))
OPERATION(ciss_winograd_weight_f32,
          (const float *weight, int64_t out, int64_t slabs, int64_t in, int64_t begin, int64_t end, float *u),
          (weight, out, slabs, in, begin, end, u))
OPERATION(ciss_winograd_turned_weight_f32,
          (const float *weight, int64_t out, int64_t slabs, int64_t in, int64_t begin, int64_t end, float *u),
          (weight, out, slabs, in, begin, end, u))
OPERATION(ciss_winograd_weight_gradient_f32,
          (const float *m, int64_t count, int64_t part, int64_t out, int64_t slabs, int64_t in, int64_t begin,
           int64_t end, float *dw),
          (m, count, part, out, slabs, in, begin, end, dw))
