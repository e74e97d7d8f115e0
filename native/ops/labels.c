/* Small operations on label maps and class probabilities. */
#include "math_vector.h"
#include "operation.h"

#define VOID_LABEL 255

/*
 * Rows begin to end - 1 of the n * h rows of the weight map: share of confident pixels as float, 0 in the first
 * ignore_top and last ignore_bottom rows of an image, times the mask [n, h, w] unless that is NULL.
 */
void NAME(ciss_pseudo_weight_f32)(const double *confident, double pixels, int64_t h, int64_t w, int64_t ignore_top,
                                  int64_t ignore_bottom, const uint8_t *mask, float *weight, int64_t begin, int64_t end) {
  float share = (float)(*confident / pixels);
  for (int64_t r = begin; r < end; r++) {
    int64_t row = r % h;
    float value = row < ignore_top || row >= h - ignore_bottom ? 0 : share;
    for (int64_t i = r * w; i < (r + 1) * w; i++) weight[i] = mask ? value * (float)mask[i] : value;
  }
}

/* probabilities += softmax(logits) over c for the rows begin to end - 1; scratch holds c floats rounded up to vectors. */
void NAME(ciss_softmax_accumulate_f32)(const float *logits, float *probabilities, int64_t begin, int64_t end, int64_t c,
                                       float *scratch) {
  for (int64_t r = begin; r < end; r++) {
    const float *x = logits + r * c;
    float *p = probabilities + r * c;
    vf maximum = vf_set(-INFINITY), total = {0};
    for (int64_t i = 0; i < c; i += VL) maximum = vf_max(maximum, vf_load_filled(x + i, lanes(i, c), -INFINITY));
    float shift = vf_maximum(maximum);
    for (int64_t i = 0; i < c; i += VL) {
      int64_t n = lanes(i, c);
      vf e = vf_fill(vf_exp(vf_load_lanes(x + i, n) - shift), n, 0);
      total += e;
      vf_store(scratch + i, e);
    }
    float share = 1.0f / vf_sum(total);
    for (int64_t i = 0; i < c; i += VL) {
      int64_t n = lanes(i, c);
      vf_store_lanes(p + i, vf_load_lanes(p + i, n) + vf_load(scratch + i) * share, n);
    }
  }
}

/* First maximum over c for the rows begin to end - 1: the smallest index whose value is the maximum. */
void NAME(ciss_argmax_f32)(const float *x, uint8_t *label, int64_t begin, int64_t end, int64_t c) {
  vf lane;
  for (int i = 0; i < VL; i++) lane[i] = (float)i;
  for (int64_t r = begin; r < end; r++) {
    const float *row = x + r * c;
    vf maximum = vf_set(-INFINITY), first = vf_set((float)(c - 1));
    for (int64_t i = 0; i < c; i += VL) maximum = vf_max(maximum, vf_load_filled(row + i, lanes(i, c), -INFINITY));
    vf best = vf_set(vf_maximum(maximum));
    for (int64_t i = 0; i < c; i += VL) {
      vi found = vf_load_filled(row + i, lanes(i, c), -INFINITY) == best;
      first = vf_min(first, vf_select(found, lane + (float)i, first));
    }
    label[r] = (uint8_t)-vf_maximum(-first);
  }
}

/*
 * Rows begin to end - 1 of the n * (h / factor) rows of the reduced map: the class with the largest share of a block
 * (void counts as class `classes`; ties: the lowest), void where that is void or its share is below min_ratio.
 */
void NAME(ciss_downscale_label_u8)(const uint8_t *label, int64_t h, int64_t w, int64_t factor, float min_ratio,
                                   int64_t classes, uint8_t *reduced, int64_t begin, int64_t end) {
  int64_t h_out = h / factor, w_out = w / factor;
  for (int64_t r = begin; r < end; r++) {
    const uint8_t *rows = label + (r / h_out * h + r % h_out * factor) * w;
    for (int64_t j = 0; j < w_out; j++) {
      int32_t count[256] = {0};
      for (int64_t y = 0; y < factor; y++) {
        for (int64_t x = 0; x < factor; x++) count[rows[y * w + j * factor + x]]++;
      }
      int64_t best = VOID_LABEL;
      for (int64_t class = classes - 1; class >= 0; class--) best = count[class] >= count[best] ? class : best;
      float share = (float)count[best] / (float)(factor * factor);
      reduced[r * w_out + j] = share < min_ratio ? VOID_LABEL : (uint8_t)best;
    }
  }
}

/* mask = 1 where table[label] is not 0. */
void NAME(ciss_lookup_u8)(const uint8_t *label, const uint8_t *table, uint8_t *mask, int64_t n) {
  for (int64_t i = 0; i < n; i++) mask[i] = table[label[i]] != 0;
}
