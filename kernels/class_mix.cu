/*
 * DACS class mix: where the label of a pixel is one of the chosen classes, source picture, label and weight 1;
 * elsewhere target picture, pseudo-label and its weight. Pictures are [n, pixels, 3], maps [n, pixels], chosen [n,
 * 256].
 */
#include "common/dev.cuh"

/* Any grid; a thread per pixel. */
KERNEL(256, ciss_class_mix_f32_kernel)
(const uint8_t *chosen, const uint8_t *label, const float *source, const float *target, const uint8_t *pseudo_label,
 const float *pseudo_weight, float *mixed, uint8_t *mixed_label, float *mixed_weight, int n, int64_t pixels) {
  FOR_GRID(i, n * pixels) {
    bool from_source = chosen[i / pixels * 256 + label[i]] != 0;
    const float *picture = from_source ? source : target;
    for (int c = 0; c < 3; c++) mixed[3 * i + c] = picture[3 * i + c];
    mixed_label[i] = from_source ? label[i] : pseudo_label[i];
    mixed_weight[i] = from_source ? 1.0f : pseudo_weight[i];
  }
}

REGISTER_KERNEL(ciss_class_mix_f32_kernel)
