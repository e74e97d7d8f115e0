/*
 * Layer norm over the last axis of [rows, c], for rows begin to end - 1.
 *
 *   y = (x - mean) * rstd * w + b,  rstd = 1 / sqrt(var + eps), var biased, from the differences to the mean
 *   g = dy * w;  dx = rstd * (g - mean(g) - xhat * mean(g * xhat)),  xhat = (x - mean) * rstd
 *   dw = sum over rows of dy * xhat, db = sum of dy
 *
 * mean and rstd [rows] are kept for the backward. The parameter gradients of a range of rows are written to dw [c]
 * and db [c], which the caller adds up in the order of the ranges. y may be x, dx may be dy.
 */
#include "operation.h"
#include "simd.h"

INLINE float row_mean(const float *x, int64_t c) {
  vf sum = {0};
  for (int64_t i = 0; i < c; i += VL) sum += vf_load_lanes(x + i, lanes(i, c));
  return vf_sum(sum) / (float)c;
}

INLINE float row_variance(const float *x, float mean, int64_t c) {
  vf sum = {0};
  int64_t i = 0;
  for (; i + VL <= c; i += VL) {
    vf d = vf_load(x + i) - mean;
    sum += d * d;
  }
  float total = vf_sum(sum);
  for (; i < c; i++) total += (x[i] - mean) * (x[i] - mean);
  return total / (float)c;
}

void NAME(ciss_layer_norm_forward_f32)(const float *x, const float *w, const float *b, float eps, float *y, float *mean,
                                       float *rstd, int64_t begin, int64_t end, int64_t c) {
  for (int64_t r = begin; r < end; r++) {
    const float *xr = x + r * c;
    float m = row_mean(xr, c);
    float s = 1.0f / sqrtf(row_variance(xr, m, c) + eps);
    mean[r] = m;
    rstd[r] = s;
    for (int64_t i = 0; i < c; i += VL) {
      int64_t n = lanes(i, c);
      vf xhat = (vf_load_lanes(xr + i, n) - m) * s;
      vf_store_lanes(y + r * c + i, xhat * vf_load_lanes(w + i, n) + vf_load_lanes(b + i, n), n);
    }
  }
}

/* Adds this row to dw, db and gives sum(g) and sum(g * xhat). */
INLINE void backward_sums(const float *x, const float *w, const float *dy, float mean, float rstd, float *dw, float *db,
                          int64_t c, float *sum_g, float *sum_g_xhat) {
  vf sum1 = {0}, sum2 = {0};
  for (int64_t i = 0; i < c; i += VL) {
    int64_t n = lanes(i, c);
    vf d = vf_load_lanes(dy + i, n);
    vf xhat = (vf_load_lanes(x + i, n) - mean) * rstd;
    vf g = d * vf_load_lanes(w + i, n); /* 0 beyond the row: nothing of xhat is added there */
    sum1 += g;
    sum2 += g * xhat;
    vf_store_lanes(dw + i, vf_load_lanes(dw + i, n) + d * xhat, n);
    vf_store_lanes(db + i, vf_load_lanes(db + i, n) + d, n);
  }
  *sum_g = vf_sum(sum1);
  *sum_g_xhat = vf_sum(sum2);
}

void NAME(ciss_layer_norm_backward_f32)(const float *x, const float *w, const float *mean, const float *rstd,
                                        const float *dy, float *dx, int64_t accumulate, float *dw, float *db,
                                        int64_t begin, int64_t end, int64_t c) {
  for (int64_t i = 0; i < c; i++) dw[i] = db[i] = 0;
  for (int64_t r = begin; r < end; r++) {
    const float *xr = x + r * c, *dyr = dy + r * c;
    float m = mean[r], s = rstd[r], sum_g, sum_g_xhat;
    backward_sums(xr, w, dyr, m, s, dw, db, c, &sum_g, &sum_g_xhat);
    float a = sum_g / (float)c, k = sum_g_xhat / (float)c;
    for (int64_t i = 0; i < c; i += VL) {
      int64_t n = lanes(i, c);
      vf xhat = (vf_load_lanes(xr + i, n) - m) * s;
      vf g = vf_load_lanes(dyr + i, n) * vf_load_lanes(w + i, n);
      vf d = (g - a - xhat * k) * s;
      if (accumulate) d += vf_load_lanes(dx + r * c + i, n);
      vf_store_lanes(dx + r * c + i, d, n);
    }
  }
}
