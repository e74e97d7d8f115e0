/*
 * Depthwise 3x3 convolution of [n, h, w, c], stride 1, zero padding = dilation, for the rows begin to end - 1 of the
 * n * h rows of the batch; optionally followed by GELU.
 *
 *   y[i,j] = bias + sum over ky, kx of taps[ky,kx] * x[i + (ky-1) dilation, j + (kx-1) dilation]
 *
 * taps is [3][3][c], made from the stored weights [c][3][3] once per call; flipped by 180 degrees it gives the input
 * gradient. A channel vector keeps its nine weights in registers and walks along the row, four pixels at a time. What
 * lies outside the image is never visited: a row of the output has one to three rows of input, and falls into at most
 * three runs of pixels that see the same columns. With dilation 18 on small maps only the centre remains.
 */
#include "operation.h"
#include "simd.h"

/* Pixels handled together. */
#define PIXELS 4

/* taps [9][c] from weight [c][9]; flipped: in reverse order. */
void NAME(ciss_depthwise_weights_f32)(const float *weight, float *taps, int64_t c, int64_t flipped) {
  for (int64_t k = 0; k < 9; k++) {
    int64_t from = flipped ? 8 - k : k;
    for (int64_t j = 0; j < c; j++) taps[k * c + j] = weight[j * 9 + from];
  }
}

/* What one vector of channels of one row of y sees: one to three rows of input with their weights. */
struct taps {
  const float *x[3]; /* column 0 of the row above, at, or below */
  vf weight[3][3];
  vf bias;
};

/*
 * Pixels begin to end - 1 of a row, which see input rows 0 to rows - 1 of t and the columns first to last of
 * (left, centre, right): constants, so that all weights stay in registers.
 */
INLINE void run_of_pixels(const struct taps *t, const int rows, const int first, const int last, int accumulate, float *y,
                          int64_t begin, int64_t end, int64_t c, int64_t dilation) {
  int64_t j = begin;
  for (; j + PIXELS <= end; j += PIXELS) {
    vf sum[PIXELS];
    for (int p = 0; p < PIXELS; p++) sum[p] = accumulate ? vf_load(y + (j + p) * c) : t->bias;
#pragma GCC unroll 3
    for (int ky = 0; ky < rows; ky++) {
#pragma GCC unroll 3
      for (int kx = first; kx <= last; kx++) {
        const float *at = t->x[ky] + (j + (kx - 1) * dilation) * c;
#pragma GCC unroll 4
        for (int p = 0; p < PIXELS; p++) sum[p] += t->weight[ky][kx] * vf_load(at + p * c);
      }
    }
    for (int p = 0; p < PIXELS; p++) vf_store(y + (j + p) * c, sum[p]);
  }
  for (; j < end; j++) {
    vf sum = accumulate ? vf_load(y + j * c) : t->bias;
    for (int ky = 0; ky < rows; ky++) {
      for (int kx = first; kx <= last; kx++) {
        sum += t->weight[ky][kx] * vf_load(t->x[ky] + (j + (kx - 1) * dilation) * c);
      }
    }
    vf_store(y + j * c, sum);
  }
}

INLINE void channel_vector(const struct taps *t, const int rows, int accumulate, float *y, int64_t w, int64_t c,
                           int64_t dilation) {
  int64_t left = min_int(dilation, w);      /* from here on there is a left column */
  int64_t right = max_int(w - dilation, 0); /* before here there is a right column */
  run_of_pixels(t, rows, 1, 2, accumulate, y, 0, min_int(left, right), c, dilation);
  if (left < right) {
    run_of_pixels(t, rows, 0, 2, accumulate, y, left, right, c, dilation);
  } else {
    run_of_pixels(t, rows, 1, 1, accumulate, y, right, left, c, dilation);
  }
  run_of_pixels(t, rows, 0, 1, accumulate, y, max_int(left, right), w, c, dilation);
}

/* The channels behind the last whole vector of a row, one by one. */
static void channel_tail(const float *x, const float *taps, const float *bias, int64_t accumulate, float *y, int64_t i,
                         int64_t h, int64_t w, int64_t c, int64_t dilation) {
  for (int64_t j = 0; j < w; j++) {
    for (int64_t channel = c / VL * VL; channel < c; channel++) {
      float sum = accumulate ? y[j * c + channel] : bias ? bias[channel] : 0;
      for (int64_t k = 0; k < 9; k++) {
        int64_t row = i + (k / 3 - 1) * dilation, column = j + (k % 3 - 1) * dilation;
        if (row < 0 || row >= h || column < 0 || column >= w) continue;
        sum += taps[k * c + channel] * x[(row * w + column) * c + channel];
      }
      y[j * c + channel] = sum;
    }
  }
}

/* One row of y: row i of an image that starts at x. */
static void output_row(const float *x, const float *taps, const float *bias, int64_t accumulate, float *y, int64_t i,
                       int64_t h, int64_t w, int64_t c, int64_t dilation) {
  for (int64_t j = 0; j + VL <= c; j += VL) {
    struct taps t;
    int rows = 0;
    for (int64_t ky = 0; ky < 3; ky++) {
      int64_t row = i + (ky - 1) * dilation;
      if (row < 0 || row >= h) continue;
      t.x[rows] = x + row * w * c + j;
      for (int64_t kx = 0; kx < 3; kx++) t.weight[rows][kx] = vf_load(taps + (ky * 3 + kx) * c + j);
      rows++;
    }
    t.bias = bias ? vf_load(bias + j) : vf_set(0);
    if (rows == 3) {
      channel_vector(&t, 3, accumulate != 0, y + j, w, c, dilation);
    } else if (rows == 2) {
      channel_vector(&t, 2, accumulate != 0, y + j, w, c, dilation);
    } else {
      channel_vector(&t, 1, accumulate != 0, y + j, w, c, dilation);
    }
  }
  if (c % VL) channel_tail(x, taps, bias, accumulate, y, i, h, w, c, dilation);
}

/* bias may be NULL; accumulate: y += */
void NAME(ciss_depthwise_forward_f32)(const float *x, const float *taps, const float *bias, float *y, int64_t accumulate,
                                      int64_t h, int64_t w, int64_t c, int64_t dilation, int64_t begin, int64_t end) {
  for (int64_t r = begin; r < end; r++) {
    output_row(x + r / h * h * w * c, taps, bias, accumulate, y + r * w * c, r % h, h, w, c, dilation);
  }
}

/* y = gelu(pre), pre = the convolution, row by row while it is in the cache; pre == y: only y remains. */
void NAME(ciss_depthwise_gelu_forward_f32)(const float *x, const float *taps, const float *bias, float *pre, float *y,
                                           int64_t h, int64_t w, int64_t c, int64_t dilation, int64_t begin,
                                           int64_t end) {
  for (int64_t r = begin; r < end; r++) {
    output_row(x + r / h * h * w * c, taps, bias, 0, pre + r * w * c, r % h, h, w, c, dilation);
    NAME(ciss_gelu_forward_f32)(pre + r * w * c, y + r * w * c, w * c);
  }
}
