/* Losses (ops/cross_entropy.c, ops/feature_losses.c). */
OPERATION(ciss_cross_entropy_f32,
          (const float *logits, int64_t k, int64_t h, int64_t w, const float *row_weight, const int32_t *row_first,
           const int32_t *column_index, const float *column_weight, int64_t w_out, const uint8_t *label,
           const float *weight, int64_t label_pitch, const float *label_weights, float coefficient, float *dlogits,
           float *edge, double *result, int64_t begin, int64_t end, float *scratch),
          (logits, k, h, w, row_weight, row_first, column_index, column_weight, w_out, label, weight, label_pitch,
           label_weights, coefficient, dlogits, edge, result, begin, end, scratch))
OPERATION(ciss_cross_entropy_merge_f32,
          (const double *partials, int64_t count, double pixels, double *result),
          (partials, count, pixels, result))
OPERATION(ciss_feature_distance_forward_f32,
          (const float *f, const float *g, const uint8_t *mask, float *distance, double *partial, int64_t begin,
           int64_t end, int64_t c),
          (f, g, mask, distance, partial, begin, end, c))
OPERATION(ciss_feature_distance_merge_f32,
          (const double *partials, int64_t count, double factor, double *result),
          (partials, count, factor, result))
OPERATION(ciss_feature_distance_backward_f32,
          (const float *f, const float *g, const uint8_t *mask, const float *distance, double factor,
           const double *result, float *df, int64_t begin, int64_t end, int64_t c),
          (f, g, mask, distance, factor, result, df, begin, end, c))
OPERATION(ciss_feature_invariance_f32,
          (const float *a, const float *b, int64_t absolute, float coefficient, float *da, float *db, double *partial,
           int64_t n),
          (a, b, absolute, coefficient, da, db, partial, n))
OPERATION(ciss_add_doubles,
          (const double *partials, int64_t count, double factor, double *result),
          (partials, count, factor, result))
OPERATION(ciss_sum_doubles, (const double *partials, int64_t count, double *result), (partials, count, result))
OPERATION(ciss_invariance_by_class_forward_f32,
          (const float *a, const float *b, const uint8_t *label, int64_t absolute, int64_t classes, double *partial,
           int64_t begin, int64_t end, int64_t c),
          (a, b, label, absolute, classes, partial, begin, end, c))
OPERATION(ciss_invariance_by_class_merge_f32,
          (const double *partials, int64_t count, int64_t classes, int64_t c, double factor, float *coefficients,
           double *result),
          (partials, count, classes, c, factor, coefficients, result))
OPERATION(ciss_invariance_by_class_backward_f32,
          (const float *a, const float *b, const uint8_t *label, int64_t absolute, const float *coefficients, float *da,
           float *db, int64_t begin, int64_t end, int64_t c),
          (a, b, label, absolute, coefficients, da, db, begin, end, c))
