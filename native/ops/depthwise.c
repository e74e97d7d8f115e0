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
#include "math_vector.h"
#include "operation.h"

#include <stddef.h>

enum epilogue { PLAIN, ACCUMULATE, GELU, GELU_KEEPING_PRE };

/* Pixels handled together. */
#define PIXELS 4

/* taps [9][c] from weight [c][9]; flipped: in reverse order. */
void NAME(ciss_depthwise_weights_f32)(const float *weight, float *taps, int64_t c, int64_t flipped) {
  for (int64_t k = 0; k < 9; k++) {
    int64_t from = flipped ? 8 - k : k;
    for (int64_t j = 0; j < c; j++) taps[k * c + j] = weight[j * 9 + from];
  }
}

/* The rows of x and of taps that one row of y sees, for one vector of channels. */
struct taps {
  const float *x[3]; /* the pixel right above, at, or below column 0 */
  vf weight[3][3];
  vf bias;
};

INLINE void finish(vf sum, float *pre, float *y, const enum epilogue epilogue, int64_t n) {
  if (epilogue == ACCUMULATE) sum += vf_load_lanes(y, n);
  if (epilogue == GELU_KEEPING_PRE) vf_store_lanes(pre, sum, n);
  if (epilogue == GELU || epilogue == GELU_KEEPING_PRE) sum = vf_gelu(sum);
  vf_store_lanes(y, sum, n);
}

/*
 * Pixels begin to end - 1 of a row, which see input rows 0 to rows - 1 of t and the columns first to last of
 * (left, centre, right).
 */
INLINE void run_of_pixels(const struct taps *t, const int rows, const int first, const int last, float *pre, float *y,
                          int64_t begin, int64_t end, int64_t c, int64_t dilation, const enum epilogue epilogue,
                          int64_t n) {
  int64_t j = begin;
  for (; j + PIXELS <= end; j += PIXELS) {
    vf sum[PIXELS];
    for (int p = 0; p < PIXELS; p++) sum[p] = t->bias;
#pragma GCC unroll 3
    for (int ky = 0; ky < rows; ky++) {
#pragma GCC unroll 3
      for (int kx = first; kx <= last; kx++) {
        const float *at = t->x[ky] + (j + (kx - 1) * dilation) * c;
#pragma GCC unroll 4
        for (int p = 0; p < PIXELS; p++) sum[p] += t->weight[ky][kx] * vf_load_lanes(at + p * c, n);
      }
    }
    for (int p = 0; p < PIXELS; p++) finish(sum[p], pre + (j + p) * c, y + (j + p) * c, epilogue, n);
  }
  for (; j < end; j++) {
    vf sum = t->bias;
    for (int ky = 0; ky < rows; ky++) {
      for (int kx = first; kx <= last; kx++) {
        sum += t->weight[ky][kx] * vf_load_lanes(t->x[ky] + (j + (kx - 1) * dilation) * c, n);
      }
    }
    finish(sum, pre + j * c, y + j * c, epilogue, n);
  }
}

INLINE void channel_vector(const struct taps *t, const int rows, float *pre, float *y, int64_t w, int64_t c,
                           int64_t dilation, const enum epilogue epilogue, int64_t n) {
  int64_t left = min_int(dilation, w);      /* from here on there is a left column */
  int64_t right = max_int(w - dilation, 0); /* before here there is a right column */
  run_of_pixels(t, rows, 1, 2, pre, y, 0, min_int(left, right), c, dilation, epilogue, n);
  if (left < right) {
    run_of_pixels(t, rows, 0, 2, pre, y, left, right, c, dilation, epilogue, n);
  } else {
    run_of_pixels(t, rows, 1, 1, pre, y, right, left, c, dilation, epilogue, n);
  }
  run_of_pixels(t, rows, 0, 1, pre, y, max_int(left, right), w, c, dilation, epilogue, n);
}

/* One row of y: row i of an image that starts at x. */
INLINE void output_row(const float *x, const float *taps, const float *bias, float *pre, float *y, int64_t i, int64_t h,
                       int64_t w, int64_t c, int64_t dilation, const enum epilogue epilogue) {
  for (int64_t j = 0; j < c; j += VL) {
    int64_t n = lanes(j, c);
    struct taps t;
    int rows = 0;
    for (int64_t ky = 0; ky < 3; ky++) {
      int64_t row = i + (ky - 1) * dilation;
      if (row < 0 || row >= h) continue;
      t.x[rows] = x + row * w * c + j;
      for (int64_t kx = 0; kx < 3; kx++) t.weight[rows][kx] = vf_load_lanes(taps + (ky * 3 + kx) * c + j, n);
      rows++;
    }
    t.bias = bias ? vf_load_lanes(bias + j, n) : vf_set(0);
#define ROWS(count)                                                         \
  if (n == VL) {                                                            \
    channel_vector(&t, count, pre + j, y + j, w, c, dilation, epilogue, VL); \
  } else {                                                                  \
    channel_vector(&t, count, pre + j, y + j, w, c, dilation, epilogue, n);  \
  }
    if (rows == 3) {
      ROWS(3)
    } else if (rows == 2) {
      ROWS(2)
    } else {
      ROWS(1)
    }
#undef ROWS
  }
}

/* Rows begin to end - 1 of the batch. */
INLINE void output_rows(const float *x, const float *taps, const float *bias, float *pre, float *y, int64_t h, int64_t w,
                        int64_t c, int64_t dilation, int64_t begin, int64_t end, const enum epilogue epilogue) {
  for (int64_t r = begin; r < end; r++) {
    output_row(x + r / h * h * w * c, taps, bias, pre + r * w * c, y + r * w * c, r % h, h, w, c, dilation, epilogue);
  }
}

/* bias may be NULL; accumulate: y += */
void NAME(ciss_depthwise_forward_f32)(const float *x, const float *taps, const float *bias, float *y, int64_t accumulate,
                                      int64_t h, int64_t w, int64_t c, int64_t dilation, int64_t begin, int64_t end) {
  if (accumulate) {
    output_rows(x, taps, bias, y, y, h, w, c, dilation, begin, end, ACCUMULATE);
  } else {
    output_rows(x, taps, bias, y, y, h, w, c, dilation, begin, end, PLAIN);
  }
}

/* y = gelu(pre), pre = the convolution; pre == y: only y remains. */
void NAME(ciss_depthwise_gelu_forward_f32)(const float *x, const float *taps, const float *bias, float *pre, float *y,
                                           int64_t h, int64_t w, int64_t c, int64_t dilation, int64_t begin,
                                           int64_t end) {
  if (pre == y) {
    output_rows(x, taps, bias, y, y, h, w, c, dilation, begin, end, GELU);
  } else {
    output_rows(x, taps, bias, pre, y, h, w, c, dilation, begin, end, GELU_KEEPING_PRE);
  }
}
