/* Class mix and augmentation of mixed images (ops/class_mix.c, ops/color_jitter.c, ops/gaussian_blur.c). */
OPERATION(ciss_class_mix_f32,
          (const uint8_t *chosen, const uint8_t *label, const float *source, const float *target,
           const uint8_t *pseudo_label, const float *pseudo_weight, float *mixed, uint8_t *mixed_label,
           float *mixed_weight, int64_t begin, int64_t end),
          (chosen, label, source, target, pseudo_label, pseudo_weight, mixed, mixed_label, mixed_weight, begin, end))
OPERATION(ciss_color_jitter_f32,
          (float *x, const float *factors, int64_t order, const float *scales, int64_t begin, int64_t end),
          (x, factors, order, scales, begin, end))
OPERATION(ciss_gaussian_blur_f32,
          (const float *x, const float *taps_y, int64_t radius_y, const float *taps_x, int64_t radius_x, float *y,
           float *row, int64_t h, int64_t w, int64_t c, int64_t begin, int64_t end),
          (x, taps_y, radius_y, taps_x, radius_x, y, row, h, w, c, begin, end))
