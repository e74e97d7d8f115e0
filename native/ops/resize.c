/*
 * Bilinear resize of [n, h, w, c] by axis tables (axis.h).
 *
 * Forward: rows begin to end - 1 of the n * h_out rows of y, four taps per pixel.
 * Backward: the transposed map, as a gather: row i of dx is a weighted sum of those rows of dy that read it (first into
 * a row buffer, CHANNELS channels at a time), then each of its cells is a weighted sum of columns of that buffer. Rows
 * begin to end - 1 of the n * h_in rows of dx; scratch holds w_out * CHANNELS floats.
 */
#include "axis.h"
#include "operation.h"

/* Channels in the row buffer of the backward; Java reserves by this number too (CpuResampleOps). */
#define CHANNELS 64

/* first has in + 1 entries. */
void NAME(ciss_axis_table)(int64_t in, int64_t out, double step, double shift, int32_t *index, float *weight,
                           int32_t *first) {
  int64_t filled = 0;
  for (int64_t o = 0; o < out; o++) {
    double at = fmax(step * (double)o + shift, 0);
    int64_t i = min_int((int64_t)at, in - 1);
    index[o] = (int32_t)i;
    weight[o] = i == in - 1 ? 0 : (float)(at - (double)i);
    for (; filled <= i; filled++) first[filled] = (int32_t)o;
  }
  for (; filled <= in; filled++) first[filled] = (int32_t)out;
}

void NAME(ciss_resize_forward_f32)(const float *x, float *y, const int32_t *row_index, const float *row_weight,
                                   const int32_t *column_index, const float *column_weight, int64_t h_in, int64_t w_in,
                                   int64_t h_out, int64_t w_out, int64_t c, int64_t begin, int64_t end) {
  const struct axis rows = {row_index, row_weight}, columns = {column_index, column_weight};
  for (int64_t r = begin; r < end; r++) {
    int64_t o = r % h_out;
    const float *image = x + r / h_out * h_in * w_in * c;
    const float *above = image + rows.index[o] * w_in * c, *below = image + axis_next(&rows, o, h_in) * w_in * c;
    float wy = rows.weight[o];
    for (int64_t j = 0; j < w_out; j++) {
      int64_t left = columns.index[j] * c, right = axis_next(&columns, j, w_in) * c;
      float wx = columns.weight[j];
      float w00 = (1 - wy) * (1 - wx), w01 = (1 - wy) * wx, w10 = wy * (1 - wx), w11 = wy * wx;
      float *out = y + (r * w_out + j) * c;
      for (int64_t i = 0; i < c; i += VL) {
        int64_t n = lanes(i, c);
        vf top = vf_load_lanes(above + left + i, n) * w00 + vf_load_lanes(above + right + i, n) * w01;
        vf bottom = vf_load_lanes(below + left + i, n) * w10 + vf_load_lanes(below + right + i, n) * w11;
        vf_store_lanes(out + i, top + bottom, n);
      }
    }
  }
}

/* buffer [w][width] = sum over the rows o of dy that read row i, for channels of which dy is the first. */
INLINE void gather_rows(const float *dy, float *buffer, const struct axis *rows, const int32_t *first, int64_t i,
                        int64_t h_in, int64_t w, int64_t c, int64_t width) {
  int64_t begin = first[max_int(i - 1, 0)], end = first[i + 1];
  if (begin == end) {
    for (int64_t j = 0; j < w * width; j++) buffer[j] = 0;
  }
  for (int64_t o = begin; o < end; o++) {
    float share = axis_share(rows, o, i, h_in);
    const float *row = dy + o * w * c;
    for (int64_t j = 0; j < w; j++) {
      for (int64_t k = 0; k < width; k += VL) {
        int64_t n = lanes(k, width);
        float *at = buffer + j * width + k;
        vf sum = vf_load_lanes(row + j * c + k, n) * share;
        vf_store_lanes(at, o == begin ? sum : sum + vf_load_lanes(at, n), n);
      }
    }
  }
}

/* One row of dx from the row buffer. */
INLINE void gather_columns(const float *buffer, float *dx, int64_t accumulate, const struct axis *columns,
                           const int32_t *first, int64_t w_in, int64_t c, int64_t width) {
  for (int64_t j = 0; j < w_in; j++) {
    int64_t begin = first[max_int(j - 1, 0)], end = first[j + 1];
    for (int64_t k = 0; k < width; k += VL) {
      int64_t n = lanes(k, width);
      float *at = dx + j * c + k;
      vf sum = accumulate ? vf_load_lanes(at, n) : vf_set(0);
      for (int64_t o = begin; o < end; o++) {
        sum += axis_share(columns, o, j, w_in) * vf_load_lanes(buffer + o * width + k, n);
      }
      vf_store_lanes(at, sum, n);
    }
  }
}

void NAME(ciss_resize_backward_f32)(const float *dy, float *dx, int64_t accumulate, const int32_t *row_index,
                                    const float *row_weight, const int32_t *row_first, const int32_t *column_index,
                                    const float *column_weight, const int32_t *column_first, int64_t h_in, int64_t w_in,
                                    int64_t h_out, int64_t w_out, int64_t c, int64_t begin, int64_t end,
                                    float *scratch) {
  const struct axis rows = {row_index, row_weight}, columns = {column_index, column_weight};
  for (int64_t r = begin; r < end; r++) {
    const float *image = dy + r / h_in * h_out * w_out * c;
    for (int64_t k = 0; k < c; k += CHANNELS) {
      int64_t width = min_int(c - k, CHANNELS);
      gather_rows(image + k, scratch, &rows, row_first, r % h_in, h_in, w_out, c, width);
      gather_columns(scratch, dx + r * w_in * c + k, accumulate, &columns, column_first, w_in, c, width);
    }
  }
}

/* Mirrors the pixels of each of the rows begin to end - 1. */
void NAME(ciss_flip_columns_f32)(const float *x, float *y, int64_t w, int64_t c, int64_t begin, int64_t end) {
  for (int64_t r = begin; r < end; r++) {
    for (int64_t j = 0; j < w; j++) {
      const float *from = x + (r * w + w - 1 - j) * c;
      float *to = y + (r * w + j) * c;
      for (int64_t i = 0; i < c; i++) to[i] = from[i];
    }
  }
}
