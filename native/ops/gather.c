/*
 * Convolutions as matrix products: the pixels under the kernel at one output position become one row.
 *
 *   rows[p][ky - ky_begin][kx][i] = x[b, oy*stride - padding + ky*dilation, ox*stride - padding + kx*dilation, i]
 *
 * for the output positions p = (b*h_out + oy)*w_out + ox of begin <= p < end; 0 outside the map. x is [n,h,w,c]. The scatter
 * is the transpose: it adds such rows (all ky) to dx, restricted to the input rows y_begin <= y < y_end of one image, so
 * that bands of dx can be made in any order and by any thread with the same result.
 *
 * Weights are [out][slab][in][kernel*kernel] outside and [out][slab][kernel*kernel][in] here, which is the order of rows.
 */
#include <string.h>

#include "operation.h"
#include "simd.h"
#include "transpose.h"

/* kx for which 0 <= ix + kx*dilation < w, as a range of whole numbers within 0 .. kernel. */
INLINE void valid_range(int64_t ix, int64_t w, int64_t kernel, int64_t dilation, int64_t *first, int64_t *last) {
  int64_t begin = ix >= 0 ? 0 : (-ix + dilation - 1) / dilation;
  int64_t end = ix >= w ? 0 : (w - ix + dilation - 1) / dilation;
  *last = min_int(end, kernel);
  *first = min_int(begin, *last);
}

INLINE void copy(float *to, const float *from, int64_t n) {
  int64_t i = 0;
  for (; i + VL <= n; i += VL) vf_store(to + i, vf_load(from + i));
  for (; i < n; i++) to[i] = from[i];
}

INLINE void zero(float *to, int64_t n) { memset(to, 0, (size_t)n * sizeof *to); }

INLINE void add(float *to, const float *from, int64_t n) {
  int64_t i = 0;
  for (; i + VL <= n; i += VL) vf_store(to + i, vf_load(to + i) + vf_load(from + i));
  for (; i < n; i++) to[i] += from[i];
}

/* One kernel row of one output position; source = the input row it lies on. */
INLINE void gather_run(const float *source, int64_t ix, int64_t w, int64_t c, int64_t kernel, int64_t dilation,
                       float *run) {
  int64_t first, last;
  valid_range(ix, w, kernel, dilation, &first, &last);
  zero(run, first * c);
  if (dilation == 1) {
    copy(run + first * c, source + (ix + first) * c, (last - first) * c);
  } else {
    for (int64_t kx = first; kx < last; kx++) copy(run + kx * c, source + (ix + kx * dilation) * c, c);
  }
  zero(run + last * c, (kernel - last) * c);
}

void NAME(ciss_gather_rows_f32)(const float *x, int64_t h, int64_t w, int64_t c, int64_t kernel, int64_t stride,
                                int64_t padding, int64_t dilation, int64_t h_out, int64_t w_out, int64_t ky_begin,
                                int64_t ky_end, int64_t begin, int64_t end, float *rows) {
  int64_t run = kernel * c;
  for (int64_t p = begin; p < end; p++) {
    int64_t ox = p % w_out, oy = p / w_out % h_out, b = p / w_out / h_out;
    int64_t ix = ox * stride - padding;
    for (int64_t ky = ky_begin; ky < ky_end; ky++, rows += run) {
      int64_t iy = oy * stride - padding + ky * dilation;
      if (iy < 0 || iy >= h) {
        zero(rows, run);
      } else {
        gather_run(x + (b * h + iy) * w * c, ix, w, c, kernel, dilation, rows);
      }
    }
  }
}

void NAME(ciss_scatter_rows_f32)(const float *rows, int64_t w, int64_t c, int64_t kernel, int64_t stride,
                                 int64_t padding, int64_t dilation, int64_t w_out, int64_t begin, int64_t end,
                                 int64_t y_begin, int64_t y_end, float *dx) {
  for (int64_t p = begin; p < end; p++) {
    int64_t ix = p % w_out * stride - padding;
    int64_t first, last;
    valid_range(ix, w, kernel, dilation, &first, &last);
    for (int64_t ky = 0; ky < kernel; ky++, rows += kernel * c) {
      int64_t iy = p / w_out * stride - padding + ky * dilation;
      if (iy < y_begin || iy >= y_end) continue;
      float *row = dx + iy * w * c;
      if (dilation == 1) {
        add(row + (ix + first) * c, rows + first * c, (last - first) * c);
      } else {
        for (int64_t kx = first; kx < last; kx++) add(row + (ix + kx * dilation) * c, rows + kx * c, c);
      }
    }
  }
}

/* packed[m][k][i] = weight[m][i][k] for matrices begin <= m < end of [in][taps]. */
void NAME(ciss_pack_taps_f32)(const float *weight, int64_t in, int64_t taps, int64_t begin, int64_t end,
                              float *packed) {
  for (int64_t m = begin; m < end; m++) {
    const float *from = weight + m * in * taps;
    float *to = packed + m * in * taps;
    for (int64_t i = 0; i < in; i += VL) {
      for (int64_t k = 0; k < taps; k += VL) {
        int64_t channels = lanes(i, in), n = lanes(k, taps);
        vf columns[VL];
        load_transposed(from + i * taps + k, taps, channels, n, columns);
        for (int64_t l = 0; l < n; l++) vf_store_lanes(to + (k + l) * in + i, columns[l], channels);
      }
    }
  }
}

/* The transpose of ciss_pack_taps_f32 for a gradient that comes as a sum of `count` parts, added to dw in their order. */
void NAME(ciss_unpack_taps_f32)(const float *packed, int64_t count, int64_t stride, int64_t in, int64_t taps,
                                int64_t begin, int64_t end, float *dw) {
  for (int64_t m = begin; m < end; m++) {
    const float *from = packed + m * in * taps;
    float *to = dw + m * in * taps;
    for (int64_t i = 0; i < in; i += VL) {
      for (int64_t k = 0; k < taps; k += VL) {
        int64_t channels = lanes(i, in), n = lanes(k, taps);
        vf columns[VL] = {{0}};
        for (int64_t part = 0; part < count; part++) {
          const float *at = from + part * stride + k * in + i;
          for (int64_t l = 0; l < n; l++) columns[l] += vf_load_lanes(at + l * in, channels);
        }
        add_transposed(columns, to + i * taps + k, taps, channels, n);
      }
    }
  }
}

/*
 * Weights of the backward of a stride 1 convolution, which is a convolution of dy with the kernel turned by 180 degrees:
 * packed[i][taps - 1 - k][o] = weight[o][i][k] for input channels begin <= i < end of all slabs together.
 */
void NAME(ciss_pack_turned_taps_f32)(const float *weight, int64_t out, int64_t in, int64_t taps, int64_t begin,
                                     int64_t end, float *packed) {
  for (int64_t i = begin; i < end; i++) {
    float *to = packed + i * taps * out;
    for (int64_t o = 0; o < out; o += VL) {
      for (int64_t k = 0; k < taps; k += VL) {
        int64_t outputs = lanes(o, out), n = lanes(k, taps);
        vf columns[VL];
        load_transposed(weight + (o * in + i) * taps + k, in * taps, outputs, n, columns);
        for (int64_t l = 0; l < n; l++) vf_store_lanes(to + (taps - 1 - k - l) * out + o, columns[l], outputs);
      }
    }
  }
}
