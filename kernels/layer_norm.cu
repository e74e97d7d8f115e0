/*
 * Layer norm over the last axis of x [rows, c]. Maps are float32 or bf16, and from bf16 x also y and its gradient float32;
 * everything else is float32.
 *
 *   y = (x - mean) * rstd * w + b,  rstd = 1 / sqrt(var + eps), var biased, from the differences to the mean
 *   g = dy * w;  dx = rstd * (g - mean(g) - xhat * mean(g * xhat)),  xhat = (x - mean) * rstd
 *   dw = sum over rows of dy * xhat, db = sum of dy
 *
 * mean and rstd [rows] are kept for the backward. y may be x, dx may be dy. The backward writes, per block, one row of
 * partial sums: partials [blocks, 2, c], dw's row before db's; ciss_sum_partials_f32_kernel adds them up in order.
 * Accesses: forward 2 rows*c, backward 3 rows*c (the second reading of x and dy comes from L2).
 */
#include "common/reduce.cuh"

/* A warp per row. */
template <int V, class X, class Y>
DEVICE void layer_norm_row(const X *x, const float *w, const float *b, float eps, Y *y, float *mean, float *rstd,
                           int64_t row, int c) {
  const X *xr = x + row * c;
  float sum = 0;
  for (int i = lane_id() * V; i < c; i += 32 * V) {
    Vec<V> v = load<V>(xr + i);
#pragma unroll
    for (int j = 0; j < V; j++) sum += v.v[j];
  }
  float m = warp_sum(sum) / c;
  sum = 0;
  for (int i = lane_id() * V; i < c; i += 32 * V) {
    Vec<V> v = load<V>(xr + i);
#pragma unroll
    for (int j = 0; j < V; j++) sum += (v.v[j] - m) * (v.v[j] - m);
  }
  float s = 1.0f / sqrtf(warp_sum(sum) / c + eps);
  for (int i = lane_id() * V; i < c; i += 32 * V) {
    Vec<V> v = load<V>(xr + i), wv = load<V>(w + i), bv = load<V>(b + i);
#pragma unroll
    for (int j = 0; j < V; j++) v.v[j] = (v.v[j] - m) * s * wv.v[j] + bv.v[j];
    store<V>(y + row * c + i, v);
  }
  if (lane_id() == 0) {
    mean[row] = m;
    rstd[row] = s;
  }
}

template <class X, class Y>
DEVICE void layer_norm_forward(const X *x, const float *w, const float *b, Y *y, float *mean, float *rstd, int rows,
                               int c, float eps) {
  int64_t row = (int64_t)blockIdx.x * 8 + warp_id();
  if (row >= rows) return;
  if (by_four(x, c) && by_four(y, c) && by_four(w, c) && by_four(b, c)) {
    layer_norm_row<4>(x, w, b, eps, y, mean, rstd, row, c);
  } else {
    layer_norm_row<1>(x, w, b, eps, y, mean, rstd, row, c);
  }
}

/* Grid ceil(rows / 8): a warp per row. */
KERNEL(256, ciss_layer_norm_forward_f32_kernel)
(const float *x, const float *w, const float *b, float *y, float *mean, float *rstd, int rows, int c, float eps) {
  layer_norm_forward(x, w, b, y, mean, rstd, rows, c, eps);
}
KERNEL(256, ciss_layer_norm_forward_bf16_kernel)
(const bf16 *x, const float *w, const float *b, bf16 *y, float *mean, float *rstd, int rows, int c, float eps) {
  layer_norm_forward(x, w, b, y, mean, rstd, rows, c, eps);
}
KERNEL(256, ciss_layer_norm_forward_bf16_f32_kernel)
(const bf16 *x, const float *w, const float *b, float *y, float *mean, float *rstd, int rows, int c, float eps) {
  layer_norm_forward(x, w, b, y, mean, rstd, rows, c, eps);
}

enum { LAYER_NORM_ROWS = 256 }; /* most rows of a block of the backward */

struct LayerNormBackwardShared {
  float mean_g[LAYER_NORM_ROWS], mean_g_xhat[LAYER_NORM_ROWS];
  float dw[8][128], db[8][128];
};

/* Means over the channels of g and g * xhat of the block's rows, a warp per row. */
template <int V, class X, class Y>
DEVICE void layer_norm_row_means(const X *x, const float *w, const float *mean, const float *rstd, const Y *dy,
                                 int64_t first, int rows, int c, LayerNormBackwardShared &s) {
  for (int r = warp_id(); r < rows; r += 8) {
    int64_t row = first + r;
    float m = mean[row], rs = rstd[row], sum_g = 0, sum_g_xhat = 0;
    for (int i = lane_id() * V; i < c; i += 32 * V) {
      Vec<V> xv = load<V>(x + row * c + i), dv = load<V>(dy + row * c + i), wv = load<V>(w + i);
#pragma unroll
      for (int j = 0; j < V; j++) {
        float g = dv.v[j] * wv.v[j];
        sum_g += g;
        sum_g_xhat += g * ((xv.v[j] - m) * rs);
      }
    }
    sum_g = warp_sum(sum_g);
    sum_g_xhat = warp_sum(sum_g_xhat);
    if (lane_id() == 0) {
      s.mean_g[r] = sum_g / c;
      s.mean_g_xhat[r] = sum_g_xhat / c;
    }
  }
}

/* dx of the block's rows and this warp's share of dw, db, for the V columns from i on. */
template <int V, class X, class Y>
DEVICE void layer_norm_columns(const X *x, const float *w, const float *mean, const float *rstd, const Y *dy, X *dx,
                               int64_t first, int rows, int c, int i, int accumulate, LayerNormBackwardShared &s) {
  Vec<V> dw{}, db{}, wv{};
  if (i < c) {
    wv = load<V>(w + i);
    for (int r = warp_id(); r < rows; r += 8) {
      int64_t row = first + r;
      float m = mean[row], rs = rstd[row], a = s.mean_g[r], k = s.mean_g_xhat[r];
      Vec<V> xv = load<V>(x + row * c + i), dv = load<V>(dy + row * c + i), out{};
      if (accumulate) out = load<V>(dx + row * c + i);
#pragma unroll
      for (int j = 0; j < V; j++) {
        float xhat = (xv.v[j] - m) * rs;
        dw.v[j] += dv.v[j] * xhat;
        db.v[j] += dv.v[j];
        out.v[j] += (dv.v[j] * wv.v[j] - a - xhat * k) * rs;
      }
      store<V>(dx + row * c + i, out);
    }
  }
#pragma unroll
  for (int j = 0; j < V; j++) {
    s.dw[warp_id()][lane_id() * V + j] = dw.v[j];
    s.db[warp_id()][lane_id() * V + j] = db.v[j];
  }
}

template <int V, class X, class Y>
DEVICE void layer_norm_block(const X *x, const float *w, const float *mean, const float *rstd, const Y *dy, X *dx,
                             float *partials, int64_t first, int rows, int c, int accumulate,
                             LayerNormBackwardShared &s) {
  layer_norm_row_means<V>(x, w, mean, rstd, dy, first, rows, c, s);
  SYNC();
  float *out = partials + (int64_t)blockIdx.x * 2 * c;
  for (int strip = 0; strip < c; strip += 32 * V) {
    layer_norm_columns<V>(x, w, mean, rstd, dy, dx, first, rows, c, strip + lane_id() * V, accumulate, s);
    SYNC();
    for (int i = threadIdx.x; i < 32 * V && strip + i < c; i += blockDim.x) {
      float dw = 0, db = 0;
      for (int warp = 0; warp < 8; warp++) {
        dw += s.dw[warp][i];
        db += s.db[warp][i];
      }
      out[strip + i] = dw;
      out[c + strip + i] = db;
    }
    SYNC();
  }
}

template <class X, class Y>
DEVICE void layer_norm_backward(const X *x, const float *w, const float *mean, const float *rstd, const Y *dy, X *dx,
                                float *partials, int rows, int c, int rows_per_block, int accumulate,
                                LayerNormBackwardShared &s) {
  int64_t first = (int64_t)blockIdx.x * rows_per_block;
  int mine = (int)min((int64_t)rows_per_block, rows - first);
  if (by_four(x, c) && by_four(dy, c) && by_four(dx, c) && by_four(w, c)) {
    layer_norm_block<4>(x, w, mean, rstd, dy, dx, partials, first, mine, c, accumulate, s);
  } else {
    layer_norm_block<1>(x, w, mean, rstd, dy, dx, partials, first, mine, c, accumulate, s);
  }
}

/* Grid ceil(rows / rows_per_block), rows_per_block <= 256; partials [grid, 2, c]. accumulate: dx += instead of dx =. */
KERNEL(256, ciss_layer_norm_backward_f32_kernel)
(const float *x, const float *w, const float *mean, const float *rstd, const float *dy, float *dx, float *partials,
 int rows, int c, int rows_per_block, int accumulate) {
  SMEM(LayerNormBackwardShared, s);
  layer_norm_backward(x, w, mean, rstd, dy, dx, partials, rows, c, rows_per_block, accumulate, s);
}
KERNEL(256, ciss_layer_norm_backward_bf16_kernel)
(const bf16 *x, const float *w, const float *mean, const float *rstd, const bf16 *dy, bf16 *dx, float *partials,
 int rows, int c, int rows_per_block, int accumulate) {
  SMEM(LayerNormBackwardShared, s);
  layer_norm_backward(x, w, mean, rstd, dy, dx, partials, rows, c, rows_per_block, accumulate, s);
}
KERNEL(256, ciss_layer_norm_backward_bf16_f32_kernel)
(const bf16 *x, const float *w, const float *mean, const float *rstd, const float *dy, bf16 *dx, float *partials,
 int rows, int c, int rows_per_block, int accumulate) {
  SMEM(LayerNormBackwardShared, s);
  layer_norm_backward(x, w, mean, rstd, dy, dx, partials, rows, c, rows_per_block, accumulate, s);
}

REGISTER_KERNEL(ciss_layer_norm_forward_f32_kernel)
REGISTER_KERNEL(ciss_layer_norm_forward_bf16_kernel)
REGISTER_KERNEL(ciss_layer_norm_forward_bf16_f32_kernel)
REGISTER_KERNEL(ciss_layer_norm_backward_f32_kernel)
REGISTER_KERNEL(ciss_layer_norm_backward_bf16_kernel)
REGISTER_KERNEL(ciss_layer_norm_backward_bf16_f32_kernel)
