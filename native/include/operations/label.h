/* Labels (ops/pseudo_label.c, ops/labels.c). */
OPERATION(ciss_pseudo_label_f32,
          (const float *logits, int64_t k, int64_t h, int64_t w, const float *row_weight, const int32_t *row_first,
           const int32_t *column_index, const float *column_weight, int64_t w_out, float threshold, uint8_t *label,
           double *confident, int64_t begin, int64_t end, float *scratch),
          (logits, k, h, w, row_weight, row_first, column_index, column_weight, w_out, threshold, label, confident, begin,
           end, scratch))
OPERATION(ciss_pseudo_weight_f32,
          (const double *confident, double pixels, int64_t h, int64_t w, int64_t ignore_top, int64_t ignore_bottom,
           const uint8_t *mask, float *weight, int64_t begin, int64_t end),
          (confident, pixels, h, w, ignore_top, ignore_bottom, mask, weight, begin, end))
OPERATION(ciss_softmax_accumulate_f32,
          (const float *logits, float *probabilities, int64_t begin, int64_t end, int64_t c, float *scratch),
          (logits, probabilities, begin, end, c, scratch))
OPERATION(ciss_argmax_f32, (const float *x, uint8_t *label, int64_t begin, int64_t end, int64_t c),
          (x, label, begin, end, c))
OPERATION(ciss_downscale_label_u8,
          (const uint8_t *label, int64_t h, int64_t w, int64_t factor, float min_ratio, int64_t classes,
           uint8_t *reduced, int64_t begin, int64_t end),
          (label, h, w, factor, min_ratio, classes, reduced, begin, end))
OPERATION(ciss_lookup_u8, (const uint8_t *label, const uint8_t *table, uint8_t *mask, int64_t n),
          (label, table, mask, n))
