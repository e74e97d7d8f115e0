/*
 * Losses between feature maps of positions [*, c].
 *
 * feature_distance:        factor * mean over masked positions of D = sqrt(sum over c of (f - g)^2); df += gradient
 * feature_invariance:      sum of (a - b)^2 or |a - b|; da += coefficient * derivative, db -= it
 * invariance_by_class:     mean over the classes present of the mean over their positions of the channel mean
 *
 * Sums are float inside of a position (a vector of a sweep), double beyond; the caller adds partials in order.
 */
#include "operation.h"
#include "simd.h"

#include <stddef.h>

INLINE float squared_distance(const float *f, const float *g, int64_t c) {
  vf sum = {0};
  for (int64_t i = 0; i < c; i += VL) {
    int64_t n = lanes(i, c);
    vf d = vf_load_lanes(f + i, n) - vf_load_lanes(g + i, n);
    sum += d * d;
  }
  return vf_sum(sum);
}

/* distance [positions] and partial [2]: sum of distances and number of positions; mask may be NULL. */
void NAME(ciss_feature_distance_forward_f32)(const float *f, const float *g, const uint8_t *mask, float *distance,
                                             double *partial, int64_t begin, int64_t end, int64_t c) {
  partial[0] = partial[1] = 0;
  for (int64_t p = begin; p < end; p++) {
    if (mask && !mask[p]) continue;
    distance[p] = sqrtf(squared_distance(f + p * c, g + p * c, c));
    partial[0] += (double)distance[p];
    partial[1] += 1;
  }
}

/* result [2]: loss with the factor and number of positions; none: 0. */
void NAME(ciss_feature_distance_merge_f32)(const double *partials, int64_t count, double factor, double *result) {
  double sum = 0, positions = 0;
  for (int64_t i = 0; i < count; i++) {
    sum += partials[2 * i];
    positions += partials[2 * i + 1];
  }
  result[0] = positions > 0 ? factor * sum / positions : 0;
  result[1] = positions;
}

void NAME(ciss_feature_distance_backward_f32)(const float *f, const float *g, const uint8_t *mask, const float *distance,
                                              double factor, const double *result, float *df, int64_t begin, int64_t end,
                                              int64_t c) {
  for (int64_t p = begin; p < end; p++) {
    if ((mask && !mask[p]) || distance[p] == 0) continue;
    float scale = (float)(factor / (result[1] * (double)distance[p]));
    for (int64_t i = p * c; i < (p + 1) * c; i += VL) {
      int64_t n = lanes(i, (p + 1) * c);
      vf d = vf_load_lanes(f + i, n) - vf_load_lanes(g + i, n);
      vf_store_lanes(df + i, vf_load_lanes(df + i, n) + scale * d, n);
    }
  }
}

/* Value and derivative with respect to a of (a - b)^2, or of |a - b| (0 at 0). */
INLINE vf difference_norm(vf d, const int absolute, vf *derivative) {
  vf sign = vf_select(d > 0.0f, vf_set(1), vf_select(d < 0.0f, vf_set(-1), vf_set(0)));
  *derivative = absolute ? sign : d * 2.0f;
  return absolute ? vf_abs(d) : d * d;
}

/* n consecutive elements: adds coefficient * derivative to da, -that to db (unless NULL); gives the sum. */
INLINE double sweep(const float *a, const float *b, const int absolute, float coefficient, float *da, float *db,
                    int64_t n_elements) {
  double total = 0;
  /* Floats add up over a short stretch, doubles over the stretches. */
  for (int64_t begin = 0; begin < n_elements; begin += 64 * VL) {
    int64_t end = min_int(begin + 64 * VL, n_elements);
    vf sum = {0};
    for (int64_t i = begin; i < end; i += VL) {
      int64_t n = lanes(i, end);
      vf derivative, d = vf_load_lanes(a + i, n) - vf_load_lanes(b + i, n);
      sum += difference_norm(d, absolute, &derivative);
      if (!da) continue;
      vf_store_lanes(da + i, vf_load_lanes(da + i, n) + coefficient * derivative, n);
      vf_store_lanes(db + i, vf_load_lanes(db + i, n) - coefficient * derivative, n);
    }
    total += (double)vf_sum(sum);
  }
  return total;
}

INLINE double sweep_by_norm(const float *a, const float *b, int64_t absolute, float coefficient, float *da, float *db,
                            int64_t n) {
  return absolute ? sweep(a, b, 1, coefficient, da, db, n) : sweep(a, b, 0, coefficient, da, db, n);
}

void NAME(ciss_feature_invariance_f32)(const float *a, const float *b, int64_t absolute, float coefficient, float *da,
                                       float *db, double *partial, int64_t n) {
  *partial = sweep_by_norm(a, b, absolute, coefficient, da, db, n);
}

/* *result += factor * sum of the partials in order. */
void NAME(ciss_add_doubles)(const double *partials, int64_t count, double factor, double *result) {
  double sum = 0;
  for (int64_t i = 0; i < count; i++) sum += partials[i];
  *result += factor * sum;
}

/* *result = sum of the partials in order. */
void NAME(ciss_sum_doubles)(const double *partials, int64_t count, double *result) {
  *result = 0;
  NAME(ciss_add_doubles)(partials, count, 1, result);
}

/* partial [2][256]: per class the sum over its positions of the sum over channels, and their number. */
void NAME(ciss_invariance_by_class_forward_f32)(const float *a, const float *b, const uint8_t *label, int64_t absolute,
                                                int64_t classes, double *partial, int64_t begin, int64_t end,
                                                int64_t c) {
  for (int64_t i = 0; i < 512; i++) partial[i] = 0;
  for (int64_t p = begin; p < end; p++) {
    if (label[p] >= classes) continue;
    partial[label[p]] += sweep_by_norm(a + p * c, b + p * c, absolute, 0, NULL, NULL, c);
    partial[256 + label[p]] += 1;
  }
}

/* coefficients [256]: factor / (classes present * positions of the class * c), 0 for absent classes and void. */
void NAME(ciss_invariance_by_class_merge_f32)(const double *partials, int64_t count, int64_t classes, int64_t c,
                                              double factor, float *coefficients, double *result) {
  double sum[256] = {0}, positions[256] = {0}, present = 0, loss = 0;
  for (int64_t i = 0; i < count; i++) {
    for (int64_t class = 0; class < 256; class++) {
      sum[class] += partials[i * 512 + class];
      positions[class] += partials[i * 512 + 256 + class];
    }
  }
  for (int64_t class = 0; class < classes; class++) present += positions[class] > 0;
  for (int64_t class = 0; class < 256; class++) {
    double share = positions[class] > 0 ? factor / (present * positions[class] * (double)c) : 0;
    coefficients[class] = (float)share;
    loss += share * sum[class];
  }
  *result += loss;
}

void NAME(ciss_invariance_by_class_backward_f32)(const float *a, const float *b, const uint8_t *label, int64_t absolute,
                                                 const float *coefficients, float *da, float *db, int64_t begin,
                                                 int64_t end, int64_t c) {
  for (int64_t p = begin; p < end; p++) {
    float coefficient = coefficients[label[p]];
    if (coefficient == 0) continue;
    sweep_by_norm(a + p * c, b + p * c, absolute, coefficient, da + p * c, db + p * c, c);
  }
}
