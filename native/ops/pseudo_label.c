/*
 * Pseudo-labels from bilinearly upsampled scores, for the output rows whose upper source row is one of begin to end - 1
 * of one image (see upsampled_scores.h): the first maximum of the scores, and how many pixels are confident, that is
 * have a softmax probability 1 / sum of exp(s - maximum) of at least threshold, compared in float.
 */
#include "math_vector.h"
#include "operation.h"
#include "upsampled_scores.h"

/* VL pixels: first maxima, and which probabilities reach the threshold (all bits set). */
INLINE vi vector_of_pixels(const float *top, const float *bottom, float blend, int64_t k, float threshold, float *scores,
                           vi *confident) {
  vf maximum = vf_set(-INFINITY), sum = {0};
  vi best = {0};
  for (int64_t class = 0; class < k; class++) {
    vf s = (1.0f - blend) * vf_load(top + class * STRIP) + blend * vf_load(bottom + class * STRIP);
    best = vi_select(s > maximum, vi_set((int32_t)class), best);
    maximum = vf_max(maximum, s);
    vf_store(scores + class * VL, s);
  }
  for (int64_t class = 0; class < k; class++) sum += vf_exp2((vf_load(scores + class * VL) - maximum) * 1.44269504088896341f);
  *confident = 1.0f / sum >= threshold;
  return best;
}

void NAME(ciss_pseudo_label_f32)(const float *logits, int64_t k, int64_t h, int64_t w, const float *row_weight,
                                 const int32_t *row_first, const int32_t *column_index, const float *column_weight,
                                 int64_t w_out, float threshold, uint8_t *label, double *confident, int64_t begin,
                                 int64_t end, float *scratch) {
  const struct axis columns = {column_index, column_weight};
  float *top = scratch, *bottom = scratch + k * STRIP, *scores = scratch + 2 * k * STRIP, *matrices = scores + k * VL;
  int64_t count = 0;
  for (int64_t left = 0; left < w_out; left += STRIP) {
    struct strip strip;
    strip_open(&strip, &columns, left, w_out, w, matrices);
    strip_stretch(&strip, logits + begin * w * k, k, bottom);
    for (int64_t i = begin; i < end; i++) {
      float *swap = top;
      top = bottom;
      bottom = swap;
      strip_stretch(&strip, logits + min_int(i + 1, h - 1) * w * k, k, bottom);
      for (int64_t o = row_first[i]; o < row_first[i + 1]; o++) {
        for (int64_t v = 0; v < strip.width; v += VL) {
          vi certain;
          vi best = vector_of_pixels(top + v, bottom + v, row_weight[o], k, threshold, scores, &certain);
          int64_t n = lanes(v, strip.width);
          for (int64_t p = 0; p < n; p++) {
            label[o * w_out + left + v + p] = (uint8_t)best[p];
            count -= certain[p];
          }
        }
      }
    }
  }
  *confident = (double)count;
}
