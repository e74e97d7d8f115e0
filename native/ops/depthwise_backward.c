/*
 * Weight gradient of the depthwise 3x3 convolution (see depthwise.c) over the rows begin to end - 1 of the n * h rows:
 *
 *   partial[ky,kx] = sum over i, j of dy[i,j] * x[i + (ky-1) dilation, j + (kx-1) dilation],  partial[9] = sum of dy
 *
 * as [10][c]; ciss_depthwise_backward_weight_sum_f32 adds the partials up in order. The sums of one row of dy and one
 * channel vector stay in registers; rows and columns outside the image are not visited.
 */
#include "operation.h"
#include "simd.h"

/*
 * Pixels begin to end - 1 of one row of dy against the rows of x above, at and below it, as far as they are inside: ky_first
 * to ky_last, and kx_first to kx_last of (left, centre, right). Constants, so that up to nine sums and that of dy are
 * independent chains in registers: one alone would wait for the latency of its additions.
 */
INLINE void run_of_pixels(const float *x, const float *dy, vf sum[3][3], vf *bias, const int ky_first, const int ky_last,
                          const int kx_first, const int kx_last, int64_t begin, int64_t end, int64_t w, int64_t c,
                          int64_t dilation, int64_t n) {
  vf part[3][3] = {{{0}}}, dy_sum = {0};
  for (int64_t j = begin; j < end; j++) {
    vf d = vf_load_lanes(dy + j * c, n);
    dy_sum += d;
#pragma GCC unroll 3
    for (int ky = ky_first; ky <= ky_last; ky++) {
#pragma GCC unroll 3
      for (int kx = kx_first; kx <= kx_last; kx++) {
        part[ky][kx] += d * vf_load_lanes(x + ((ky - 1) * w + kx - 1) * dilation * c + j * c, n);
      }
    }
  }
#pragma GCC unroll 3
  for (int ky = ky_first; ky <= ky_last; ky++) {
#pragma GCC unroll 3
    for (int kx = kx_first; kx <= kx_last; kx++) sum[ky][kx] += part[ky][kx];
  }
  *bias += dy_sum;
}

/* One row of dy; x points at the same row. */
INLINE void row_sums(const float *x, const float *dy, vf sum[3][3], vf *bias, const int ky_first, const int ky_last,
                     int64_t w, int64_t c, int64_t dilation, int64_t n) {
  int64_t left = min_int(dilation, w);      /* from here on there is a left column */
  int64_t right = max_int(w - dilation, 0); /* before here there is a right column */
  run_of_pixels(x, dy, sum, bias, ky_first, ky_last, 1, 2, 0, min_int(left, right), w, c, dilation, n);
  if (left < right) {
    run_of_pixels(x, dy, sum, bias, ky_first, ky_last, 0, 2, left, right, w, c, dilation, n);
  } else {
    run_of_pixels(x, dy, sum, bias, ky_first, ky_last, 1, 1, right, left, w, c, dilation, n);
  }
  run_of_pixels(x, dy, sum, bias, ky_first, ky_last, 0, 1, max_int(left, right), w, w, c, dilation, n);
}

/* Adds the sums of one row of one channel vector to partial. */
INLINE void channel_vector(const float *x, const float *dy, float *partial, int above, int below, int64_t w, int64_t c,
                           int64_t dilation, int64_t n) {
  vf sum[3][3] = {{{0}}}, bias = {0};
  if (above && below) {
    row_sums(x, dy, sum, &bias, 0, 2, w, c, dilation, n);
  } else if (above) {
    row_sums(x, dy, sum, &bias, 0, 1, w, c, dilation, n);
  } else if (below) {
    row_sums(x, dy, sum, &bias, 1, 2, w, c, dilation, n);
  } else {
    row_sums(x, dy, sum, &bias, 1, 1, w, c, dilation, n);
  }
  for (int64_t k = 0; k < 9; k++) {
    vf_store_lanes(partial + k * c, vf_load_lanes(partial + k * c, n) + sum[k / 3][k % 3], n);
  }
  vf_store_lanes(partial + 9 * c, vf_load_lanes(partial + 9 * c, n) + bias, n);
}

/* For the first channels of the c: the caller offsets the pointers to a block of them. */
void NAME(ciss_depthwise_backward_weight_f32)(const float *x, const float *dy, float *partial, int64_t h, int64_t w,
                                              int64_t c, int64_t channels, int64_t dilation, int64_t begin,
                                              int64_t end) {
  for (int64_t k = 0; k < 10; k++) {
    for (int64_t j = 0; j < channels; j++) partial[k * c + j] = 0;
  }
  for (int64_t r = begin; r < end; r++) {
    const float *x_row = x + r * w * c, *dy_row = dy + r * w * c;
    int above = r % h >= dilation, below = r % h + dilation < h;
    int64_t j = 0;
    for (; j + VL <= channels; j += VL) {
      channel_vector(x_row + j, dy_row + j, partial + j, above, below, w, c, dilation, VL);
    }
    if (j < channels) channel_vector(x_row + j, dy_row + j, partial + j, above, below, w, c, dilation, channels - j);
  }
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
