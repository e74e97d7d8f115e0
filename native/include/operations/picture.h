/* Pictures on their way to the network (ops/picture.c). */
OPERATION(ciss_resize_picture_u8,
          (const uint8_t *x, int64_t h, int64_t w, int64_t h_out, int64_t w_out, int64_t y1, int64_t x1, int64_t w_part,
           uint8_t *y, int64_t begin, int64_t end, void *scratch),
          (x, h, w, h_out, w_out, y1, x1, w_part, y, begin, end, scratch))
OPERATION(ciss_resize_picture_f32,
          (const void *x, int64_t bytes, int64_t h, int64_t w, int64_t h_out, int64_t w_out, int64_t y1, int64_t x1,
           int64_t w_part, float *y, int64_t begin, int64_t end, void *scratch),
          (x, bytes, h, w, h_out, w_out, y1, x1, w_part, y, begin, end, scratch))
OPERATION(ciss_normalize_picture,
          (const void *x, int64_t bytes, int64_t w, const int32_t *place, const double *scale, float padding,
           int64_t w_out, float *y, int64_t begin, int64_t end),
          (x, bytes, w, place, scale, padding, w_out, y, begin, end))
OPERATION(ciss_distort_picture_u8,
          (const uint8_t *x, int64_t w, int64_t y1, int64_t x1, int64_t w_part, const int32_t *steps,
           const float *settings, uint8_t *y, int64_t begin, int64_t end),
          (x, w, y1, x1, w_part, steps, settings, y, begin, end))
