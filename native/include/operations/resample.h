/* Bilinear resizes and mirroring (ops/resize.c). */
OPERATION(ciss_axis_table,
          (int64_t in, int64_t out, double step, double shift, int32_t *index, float *weight, int32_t *first),
          (in, out, step, shift, index, weight, first))
OPERATION(ciss_resize_forward_f32,
          (const float *x, float *y, const int32_t *row_index, const float *row_weight, const int32_t *column_index,
           const float *column_weight, int64_t h_in, int64_t w_in, int64_t h_out, int64_t w_out, int64_t c, int64_t begin,
           int64_t end),
          (x, y, row_index, row_weight, column_index, column_weight, h_in, w_in, h_out, w_out, c, begin, end))
OPERATION(ciss_resize_backward_f32,
          (const float *dy, float *dx, int64_t accumulate, const int32_t *row_index, const float *row_weight,
           const int32_t *row_first, const int32_t *column_index, const float *column_weight,
           const int32_t *column_first, int64_t h_in, int64_t w_in, int64_t h_out, int64_t w_out, int64_t c,
           int64_t begin, int64_t end, float *scratch),
          (dy, dx, accumulate, row_index, row_weight, row_first, column_index, column_weight, column_first, h_in, w_in,
           h_out, w_out, c, begin, end, scratch))
OPERATION(ciss_flip_columns_f32,
          (const float *x, float *y, int64_t w, int64_t c, int64_t begin, int64_t end),
          (x, y, w, c, begin, end))
