/*
 * Batch norm of [rows, c] per channel over the rows, with an optional ReLU behind it. Maps are all float32 or all bf16,
 * and from bf16 x also y float32; everything else is float32.
 *
 *   y = relu?((x - mean) * rstd * w + b)
 *   g = dy where y > 0 (everywhere without ReLU);  dx = w * rstd * (g - mean(g) - xhat * mean(g * xhat))
 *   dw += sum(g * xhat), db += sum(g)
 *
 * Statistics: a block gives mean and sum of squared differences of its rows (a second look at them comes from L2), in
 * double as partials [blocks, 2, c]; they are merged in order by the formula of Chan et al., so large means cost no
 * accuracy. y may be x, dx may be dy. Accesses: forward 3 rows*c, backward 5 rows*c.
 */
#include "common/dev.cuh"

struct BatchNormShared {
  float first[8][32], second[8][32];
};

/* Sums of two values of each column over the warps, in their order, for every thread of the column. */
DEVICE float2 add_warps(BatchNormShared &s, float first, float second) {
  s.first[warp_id()][lane_id()] = first;
  s.second[warp_id()][lane_id()] = second;
  SYNC();
  float2 total = make_float2(0, 0);
  for (int w = 0; w < 8; w++) {
    total.x += s.first[w][lane_id()];
    total.y += s.second[w][lane_id()];
  }
  SYNC();
  return total;
}

template <class T>
DEVICE void batch_norm_statistics(const T *x, double *partials, int rows, int c, int rows_per_block,
                                  BatchNormShared &s) {
  int column = blockIdx.x * 32 + lane_id();
  int begin = blockIdx.y * rows_per_block, end = min(begin + rows_per_block, rows);
  const T *in = x + column;
  float sum = 0, unused = 0;
  for (int r = begin + warp_id(); r < end && column < c; r += 8) sum += load(in + (int64_t)r * c);
  float m = add_warps(s, sum, unused).x / (end - begin);
  float sum_d = 0, sum_dd = 0;
  for (int r = begin + warp_id(); r < end && column < c; r += 8) {
    float d = load(in + (int64_t)r * c) - m;
    sum_d += d;
    sum_dd += d * d;
  }
  float2 rest = add_warps(s, sum_d, sum_dd); /* x: what rounding left in the mean */
  if (warp_id() == 0 && column < c) {
    double n = end - begin, left = rest.x, squares = rest.y - left * left / n;
    double *out = partials + (int64_t)blockIdx.y * 2 * c + column;
    out[0] = m + left / n;
    out[c] = squares > 0 ? squares : 0;
  }
}

/* Grid (ceil(c / 32), blocks): block y takes rows y*rows_per_block and on; partials [blocks, 2, c] mean, squares. */
KERNEL(256, ciss_batch_norm_statistics_f32_kernel)
(const float *x, double *partials, int rows, int c, int rows_per_block) {
  SMEM(BatchNormShared, s);
  batch_norm_statistics(x, partials, rows, c, rows_per_block, s);
}
KERNEL(256, ciss_batch_norm_statistics_bf16_kernel)
(const bf16 *x, double *partials, int rows, int c, int rows_per_block) {
  SMEM(BatchNormShared, s);
  batch_norm_statistics(x, partials, rows, c, rows_per_block, s);
}

/* Grid ceil(c / 128). Running statistics: (1 - momentum) * running + momentum * batch, with the unbiased variance. */
KERNEL(128, ciss_batch_norm_merge_f32_kernel)
(const double *partials, float *mean, float *rstd, float *running_mean, float *running_var, int rows, int c,
 int rows_per_block, double eps, double momentum) {
  int j = blockIdx.x * 128 + threadIdx.x;
  if (j >= c) return;
  double m = 0, m2 = 0;
  for (int done = 0; done < rows; done += rows_per_block) {
    const double *part = partials + (int64_t)(done / rows_per_block) * 2 * c + j;
    double n = min(rows_per_block, rows - done), total = done + n, d = part[0] - m;
    m += d * n / total;
    m2 += part[c] + d * d * done * n / total;
  }
  mean[j] = (float)m;
  rstd[j] = (float)(1 / sqrt(m2 / rows + eps));
  running_mean[j] = (float)((1 - momentum) * running_mean[j] + momentum * m);
  running_var[j] = (float)((1 - momentum) * running_var[j] + momentum * m2 / (rows - 1));
}

/* rstd = 1 / sqrt(var + eps). Grid ceil(c / 128). */
KERNEL(128, ciss_batch_norm_rstd_f32_kernel)(const float *var, float *rstd, int c, double eps) {
  int j = blockIdx.x * 128 + threadIdx.x;
  if (j < c) rstd[j] = (float)(1 / sqrt(var[j] + eps));
}

/* The normalised value: one expression for the forward and for the mask of the backward. */
DEVICE float normalised(float x, float mean, float scale, float shift) { return fmaf(x - mean, scale, shift); }

template <int V, class X, class Y>
DEVICE void batch_norm_apply(const X *x, const float *w, const float *b, const float *mean, const float *rstd, Y *y,
                             int64_t n, int c, int relu) {
  FOR_GRID(i, n / V) {
    int j = (int)(i * V % c);
    Vec<V> xv = load<V>(x + i * V), wv = load<V>(w + j), bv = load<V>(b + j);
    Vec<V> m = load<V>(mean + j), r = load<V>(rstd + j);
#pragma unroll
    for (int k = 0; k < V; k++) {
      float out = normalised(xv.v[k], m.v[k], wv.v[k] * r.v[k], bv.v[k]);
      xv.v[k] = relu && !(out > 0) ? 0 : out;
    }
    store(y + i * V, xv);
  }
}

template <class X, class Y>
DEVICE void batch_norm_apply_any(const X *x, const float *w, const float *b, const float *mean, const float *rstd,
                                 Y *y, int64_t n, int c, int relu) {
  if (by_four(x, c) && by_four(y, c) && by_four(w, c) && by_four(b, c) && by_four(mean, c) && by_four(rstd, c)) {
    batch_norm_apply<4>(x, w, b, mean, rstd, y, n, c, relu);
  } else {
    batch_norm_apply<1>(x, w, b, mean, rstd, y, n, c, relu);
  }
}

/* Any grid. */
KERNEL(256, ciss_batch_norm_apply_f32_kernel)
(const float *x, const float *w, const float *b, const float *mean, const float *rstd, float *y, int64_t n, int c,
 int relu) {
  batch_norm_apply_any(x, w, b, mean, rstd, y, n, c, relu);
}
KERNEL(256, ciss_batch_norm_apply_bf16_kernel)
(const bf16 *x, const float *w, const float *b, const float *mean, const float *rstd, bf16 *y, int64_t n, int c,
 int relu) {
  batch_norm_apply_any(x, w, b, mean, rstd, y, n, c, relu);
}
KERNEL(256, ciss_batch_norm_apply_bf16_f32_kernel)
(const bf16 *x, const float *w, const float *b, const float *mean, const float *rstd, float *y, int64_t n, int c,
 int relu) {
  batch_norm_apply_any(x, w, b, mean, rstd, y, n, c, relu);
}

template <class T>
DEVICE void batch_norm_backward_sums(const T *x, const float *w, const float *b, const float *mean, const float *rstd,
                                     const T *dy, float *partials, int rows, int c, int rows_per_block, int relu,
                                     BatchNormShared &s) {
  int column = blockIdx.x * 32 + lane_id();
  int begin = blockIdx.y * rows_per_block, end = min(begin + rows_per_block, rows);
  float sum_g = 0, sum_gx = 0, r = 0;
  if (column < c) {
    float m = mean[column], shift = b[column], scale;
    r = rstd[column];
    scale = w[column] * r;
    for (int row = begin + warp_id(); row < end; row += 8) {
      int64_t at = (int64_t)row * c + column;
      float xv = load(x + at), g = load(dy + at);
      if (relu && !(normalised(xv, m, scale, shift) > 0)) g = 0;
      sum_g += g;
      sum_gx += g * (xv - m);
    }
  }
  float2 total = add_warps(s, sum_gx, sum_g);
  if (warp_id() == 0 && column < c) {
    float *out = partials + (int64_t)blockIdx.y * 2 * c + column;
    out[0] = total.x * r;
    out[c] = total.y;
  }
}

/* Grid as the statistics; partials [blocks, 2, c]: sums of g * xhat and of g. */
KERNEL(256, ciss_batch_norm_backward_sums_f32_kernel)
(const float *x, const float *w, const float *b, const float *mean, const float *rstd, const float *dy,
 float *partials, int rows, int c, int rows_per_block, int relu) {
  SMEM(BatchNormShared, s);
  batch_norm_backward_sums(x, w, b, mean, rstd, dy, partials, rows, c, rows_per_block, relu, s);
}
KERNEL(256, ciss_batch_norm_backward_sums_bf16_kernel)
(const bf16 *x, const float *w, const float *b, const float *mean, const float *rstd, const bf16 *dy, float *partials,
 int rows, int c, int rows_per_block, int relu) {
  SMEM(BatchNormShared, s);
  batch_norm_backward_sums(x, w, b, mean, rstd, dy, partials, rows, c, rows_per_block, relu, s);
}

/* Grid ceil(c / 128). means [2, c]: of g * xhat and of g; dw and db are added to. */
KERNEL(128, ciss_batch_norm_backward_merge_f32_kernel)
(const float *partials, float *means, float *dw, float *db, int blocks, int rows, int c) {
  int j = blockIdx.x * 128 + threadIdx.x;
  if (j >= c) return;
  double sum_gx = 0, sum_g = 0;
  for (int k = 0; k < blocks; k++) {
    sum_gx += partials[(int64_t)k * 2 * c + j];
    sum_g += partials[(int64_t)k * 2 * c + c + j];
  }
  means[j] = (float)(sum_gx / rows);
  means[c + j] = (float)(sum_g / rows);
  dw[j] += (float)sum_gx;
  db[j] += (float)sum_g;
}

template <int V, class T>
DEVICE void batch_norm_backward(const T *x, const float *w, const float *b, const float *mean, const float *rstd,
                                const float *means, const T *dy, T *dx, int64_t n, int c, int relu) {
  FOR_GRID(i, n / V) {
    int j = (int)(i * V % c);
    Vec<V> xv = load<V>(x + i * V), dv = load<V>(dy + i * V), wv = load<V>(w + j), bv = load<V>(b + j);
    Vec<V> m = load<V>(mean + j), r = load<V>(rstd + j), gx = load<V>(means + j), mg = load<V>(means + c + j);
#pragma unroll
    for (int k = 0; k < V; k++) {
      float scale = wv.v[k] * r.v[k], g = dv.v[k];
      if (relu && !(normalised(xv.v[k], m.v[k], scale, bv.v[k]) > 0)) g = 0;
      float xhat = (xv.v[k] - m.v[k]) * r.v[k];
      dv.v[k] = scale * (g - mg.v[k] - xhat * gx.v[k]);
    }
    store(dx + i * V, dv);
  }
}

template <class T>
DEVICE void batch_norm_backward_any(const T *x, const float *w, const float *b, const float *mean, const float *rstd,
                                    const float *means, const T *dy, T *dx, int64_t n, int c, int relu) {
  if (by_four(x, c) && by_four(dy, c) && by_four(dx, c) && by_four(w, c) && by_four(b, c) && by_four(mean, c) &&
      by_four(rstd, c) && by_four(means, c)) {
    batch_norm_backward<4>(x, w, b, mean, rstd, means, dy, dx, n, c, relu);
  } else {
    batch_norm_backward<1>(x, w, b, mean, rstd, means, dy, dx, n, c, relu);
  }
}

/* Any grid. */
KERNEL(256, ciss_batch_norm_backward_f32_kernel)
(const float *x, const float *w, const float *b, const float *mean, const float *rstd, const float *means,
 const float *dy, float *dx, int64_t n, int c, int relu) {
  batch_norm_backward_any(x, w, b, mean, rstd, means, dy, dx, n, c, relu);
}
KERNEL(256, ciss_batch_norm_backward_bf16_kernel)
(const bf16 *x, const float *w, const float *b, const float *mean, const float *rstd, const float *means,
 const bf16 *dy, bf16 *dx, int64_t n, int c, int relu) {
  batch_norm_backward_any(x, w, b, mean, rstd, means, dy, dx, n, c, relu);
}

REGISTER_KERNEL(ciss_batch_norm_statistics_f32_kernel)
REGISTER_KERNEL(ciss_batch_norm_statistics_bf16_kernel)
REGISTER_KERNEL(ciss_batch_norm_merge_f32_kernel)
REGISTER_KERNEL(ciss_batch_norm_rstd_f32_kernel)
REGISTER_KERNEL(ciss_batch_norm_apply_f32_kernel)
REGISTER_KERNEL(ciss_batch_norm_apply_bf16_kernel)
REGISTER_KERNEL(ciss_batch_norm_apply_bf16_f32_kernel)
REGISTER_KERNEL(ciss_batch_norm_backward_sums_f32_kernel)
REGISTER_KERNEL(ciss_batch_norm_backward_sums_bf16_kernel)
REGISTER_KERNEL(ciss_batch_norm_backward_merge_f32_kernel)
REGISTER_KERNEL(ciss_batch_norm_backward_f32_kernel)
REGISTER_KERNEL(ciss_batch_norm_backward_bf16_kernel)
