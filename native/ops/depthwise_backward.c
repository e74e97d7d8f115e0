/*
 * Weight gradient of the depthwise 3x3 convolution (see depthwise.c) over the rows begin to end - 1 of the n * h rows:
 *
 *   partial[ky,kx] = sum over i, j of dy[i,j] * x[i + (ky-1) dilation, j + (kx-1) dilation],  partial[9] = sum of dy
 *
 * as [10][c]; ciss_depthwise_backward_weight_sum_f32 adds the partials up in order. The sums of one row of dy, one row
 * of x and one channel vector stay in registers; rows and columns outside the image are not visited.
 */
#include "operation.h"
#include "simd.h"

/* The three sums of one pair of rows: w pixels of dy against x shifted by -dilation, 0 and dilation. */
INLINE void row_pair(const float *x, const float *dy, vf sum[3], int64_t w, int64_t c, int64_t dilation, int64_t n) {
  vf left = {0}, centre = {0}, right = {0};
  int64_t shift = dilation * c, inner = w - dilation;
  int64_t j = 0;
  for (; j < min_int(dilation, w); j++) {
    vf d = vf_load_lanes(dy + j * c, n);
    centre += d * vf_load_lanes(x + j * c, n);
    if (j < inner) right += d * vf_load_lanes(x + j * c + shift, n);
  }
  for (; j < inner; j++) {
    vf d = vf_load_lanes(dy + j * c, n);
    left += d * vf_load_lanes(x + j * c - shift, n);
    centre += d * vf_load_lanes(x + j * c, n);
    right += d * vf_load_lanes(x + j * c + shift, n);
  }
  for (; j < w; j++) {
    vf d = vf_load_lanes(dy + j * c, n);
    left += d * vf_load_lanes(x + j * c - shift, n);
    centre += d * vf_load_lanes(x + j * c, n);
  }
  sum[0] += left;
  sum[1] += centre;
  sum[2] += right;
}

INLINE void channel_vector(const float *x, const float *dy, float *partial, int64_t h, int64_t w, int64_t c,
                           int64_t dilation, int64_t begin, int64_t end, int64_t n) {
  vf sum[3][3] = {{{0}}}, bias = {0};
  for (int64_t r = begin; r < end; r++) {
    const float *dy_row = dy + r * w * c;
    for (int64_t ky = 0; ky < 3; ky++) {
      int64_t row = r % h + (ky - 1) * dilation;
      if (row < 0 || row >= h) continue;
      row_pair(x + (r / h * h + row) * w * c, dy_row, sum[ky], w, c, dilation, n);
    }
    for (int64_t j = 0; j < w; j++) bias += vf_load_lanes(dy_row + j * c, n);
  }
  for (int64_t k = 0; k < 9; k++) vf_store_lanes(partial + k * c, sum[k / 3][k % 3], n);
  vf_store_lanes(partial + 9 * c, bias, n);
}

/* For the first channels of the c: the caller offsets the pointers to a block of them. */
void NAME(ciss_depthwise_backward_weight_f32)(const float *x, const float *dy, float *partial, int64_t h, int64_t w,
                                              int64_t c, int64_t channels, int64_t dilation, int64_t begin,
                                              int64_t end) {
  int64_t j = 0;
  for (; j + VL <= channels; j += VL) channel_vector(x + j, dy + j, partial + j, h, w, c, dilation, begin, end, VL);
  if (j < channels) channel_vector(x + j, dy + j, partial + j, h, w, c, dilation, begin, end, channels - j);
}

/* dw [c][9] += and db [c] += (may be NULL) the sum of the partials, in double, in order. */
void NAME(ciss_depthwise_backward_weight_sum_f32)(const float *partials, int64_t count, float *dw, float *db, int64_t c) {
  for (int64_t k = 0; k < 10; k++) {
    for (int64_t j = 0; j < c; j++) {
      double sum = 0;
      for (int64_t p = 0; p < count; p++) sum += (double)partials[(p * 10 + k) * c + j];
      if (k < 9) {
        dw[j * 9 + k] += (float)sum;
      } else if (db) {
        db[j] += (float)sum;
      }
    }
  }
}
