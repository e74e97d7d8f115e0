/*
 * DACS class mix (method.md 2.7): where the label of a pixel is one of the chosen classes, source picture, label and weight
 * 1; elsewhere target picture, pseudo-label and its weight. Pictures are [pixels][3].
 */
#include "operation.h"
#include "simd.h"

/* Pixels begin..end of one sample; chosen[256] is its table. */
void NAME(ciss_class_mix_f32)(const uint8_t *chosen, const uint8_t *label, const float *source, const float *target,
                              const uint8_t *pseudo_label, const float *pseudo_weight, float *mixed, uint8_t *mixed_label,
                              float *mixed_weight, int64_t begin, int64_t end) {
  for (int64_t i = begin; i < end; i++) {
    int from_source = chosen[label[i]] != 0;
    const float *picture = from_source ? source : target;
    for (int64_t c = 0; c < 3; c++) mixed[3 * i + c] = picture[3 * i + c];
    mixed_label[i] = from_source ? label[i] : pseudo_label[i];
    mixed_weight[i] = from_source ? 1.0f : pseudo_weight[i];
  }
}
