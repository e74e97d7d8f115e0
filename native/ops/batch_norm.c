/*
 * Batch norm of [rows, c] per channel over the rows, with an optional ReLU behind it.
 *
 *   y = relu?((x - mean) * rstd * w + b)
 *   g = dy where y > 0 (everywhere without ReLU);  dx = w * rstd * (g - mean(g) - xhat * mean(g * xhat))
 *   dw += sum(g * xhat), db += sum(g)
 *
 * Statistics: a chunk of rows gives its mean and its sum of squared differences to that mean (a second look at the
 * chunk while it is in the cache), in double as partial [2][c]; chunks are merged in order by the formula of Chan et al.
 * So x is read once from memory and large means cost no accuracy. Chunks have the same number of rows but the last.
 */
#include "operation.h"
#include "simd.h"

/* Channels are handled BLOCK vectors at a time, one vector at the end. */
#define BLOCK 4

/* Runs PART(channel, vectors, lanes of its last vector) over all c channels; vectors is a constant in each use. */
#define FOR_CHANNEL_BLOCKS(c, PART)                                             \
  do {                                                                          \
    int64_t j = 0;                                                              \
    for (; j + BLOCK * VL <= (c); j += BLOCK * VL) PART(j, BLOCK, VL);          \
    for (; j < (c); j += VL) PART(j, 1, lanes(j, c));                           \
  } while (0)

INLINE void chunk_statistics(const float *x, int64_t rows, int64_t c, double *mean, double *m2, const int vectors,
                             int64_t n) {
  vf sum[BLOCK] = {{0}}, odd[BLOCK] = {{0}}, sum_d[BLOCK] = {{0}}, sum_dd[BLOCK] = {{0}};
  int64_t pairs = rows / 2 * 2;
  for (int64_t r = 0; r < pairs; r += 2) { /* two chains of additions wait less */
    for (int v = 0; v < vectors; v++) {
      sum[v] += vf_load_lanes(x + r * c + v * VL, n);
      odd[v] += vf_load_lanes(x + (r + 1) * c + v * VL, n);
    }
  }
  for (int v = 0; v < vectors; v++) {
    if (pairs < rows) sum[v] += vf_load_lanes(x + pairs * c + v * VL, n);
    sum[v] = (sum[v] + odd[v]) / (float)rows;
  }
  for (int64_t r = 0; r < rows; r++) {
    for (int v = 0; v < vectors; v++) {
      vf d = vf_load_lanes(x + r * c + v * VL, n) - sum[v];
      sum_d[v] += d;
      sum_dd[v] += d * d;
    }
  }
  for (int v = 0; v < vectors; v++) {
    for (int64_t i = 0; i < n; i++) {
      double rest = (double)sum_d[v][i]; /* what rounding left in the mean */
      mean[v * VL + i] = (double)sum[v][i] + rest / (double)rows;
      m2[v * VL + i] = fmax((double)sum_dd[v][i] - rest * rest / (double)rows, 0);
    }
  }
}

void NAME(ciss_batch_norm_statistics_f32)(const float *x, double *partial, int64_t begin, int64_t end, int64_t c) {
#define PART(j, vectors, n) chunk_statistics(x + begin * c + j, end - begin, c, partial + j, partial + c + j, vectors, n)
  FOR_CHANNEL_BLOCKS(c, PART);
#undef PART
}

void NAME(ciss_batch_norm_merge_f32)(const double *partials, int64_t rows, int64_t chunk_rows, int64_t c, double eps,
                                     double momentum, float *mean, float *rstd, float *running_mean,
                                     float *running_var) {
  for (int64_t j = 0; j < c; j++) {
    double m = 0, m2 = 0;
    for (int64_t done = 0; done < rows; done += chunk_rows) {
      const double *chunk = partials + done / chunk_rows * 2 * c + j;
      double n = (double)min_int(chunk_rows, rows - done), total = (double)done + n;
      double d = chunk[0] - m;
      m += d * n / total;
      m2 += chunk[c] + d * d * (double)done * n / total;
    }
    mean[j] = (float)m;
    rstd[j] = (float)(1 / sqrt(m2 / (double)rows + eps));
    running_mean[j] = (float)((1 - momentum) * (double)running_mean[j] + momentum * m);
    running_var[j] = (float)((1 - momentum) * (double)running_var[j] + momentum * m2 / (double)(rows - 1));
  }
}

/* rstd = 1 / sqrt(var + eps) */
void NAME(ciss_batch_norm_rstd_f32)(const float *var, double eps, float *rstd, int64_t c) {
  for (int64_t j = 0; j < c; j++) rstd[j] = (float)(1 / sqrt((double)var[j] + eps));
}

INLINE void apply(const float *x, const float *w, const float *b, const float *mean, const float *rstd, const int relu,
                  float *y, int64_t rows, int64_t c, const int vectors, int64_t n) {
  vf scale[BLOCK], shift[BLOCK], m[BLOCK];
  for (int v = 0; v < vectors; v++) {
    scale[v] = vf_load_lanes(w + v * VL, n) * vf_load_lanes(rstd + v * VL, n);
    shift[v] = vf_load_lanes(b + v * VL, n);
    m[v] = vf_load_lanes(mean + v * VL, n);
  }
  for (int64_t r = 0; r < rows; r++) {
    for (int v = 0; v < vectors; v++) {
      vf out = (vf_load_lanes(x + r * c + v * VL, n) - m[v]) * scale[v] + shift[v];
      vf_store_lanes(y + r * c + v * VL, relu ? vf_relu(out) : out, n);
    }
  }
}

void NAME(ciss_batch_norm_apply_f32)(const float *x, const float *w, const float *b, const float *mean, const float *rstd,
                                     int64_t relu, float *y, int64_t begin, int64_t end, int64_t c) {
  x += begin * c;
  y += begin * c;
#define PART(j, vectors, n) \
  apply(x + j, w + j, b + j, mean + j, rstd + j, with_relu, y + j, end - begin, c, vectors, n)
  if (relu) {
    enum { with_relu = 1 };
    FOR_CHANNEL_BLOCKS(c, PART);
  } else {
    enum { with_relu = 0 };
    FOR_CHANNEL_BLOCKS(c, PART);
  }
#undef PART
}

/* dy where the output is positive, 0 elsewhere; without ReLU dy. */
INLINE vf masked_gradient(vf dy, vf centred, vf scale, vf shift, const int relu) {
  return relu ? vf_select(centred * scale + shift > 0.0f, dy, vf_set(0)) : dy;
}

INLINE void chunk_backward_sums(const float *x, const float *w, const float *b, const float *mean, const float *rstd,
                                const int relu, const float *dy, float *partial, int64_t rows, int64_t c,
                                const int vectors, int64_t n) {
  vf scale[BLOCK], shift[BLOCK], m[BLOCK], sum_g[BLOCK] = {{0}}, sum_gx[BLOCK] = {{0}};
  for (int v = 0; v < vectors; v++) {
    scale[v] = vf_load_lanes(w + v * VL, n) * vf_load_lanes(rstd + v * VL, n);
    shift[v] = vf_load_lanes(b + v * VL, n);
    m[v] = vf_load_lanes(mean + v * VL, n);
  }
  for (int64_t r = 0; r < rows; r++) {
    for (int v = 0; v < vectors; v++) {
      vf centred = vf_load_lanes(x + r * c + v * VL, n) - m[v];
      vf g = masked_gradient(vf_load_lanes(dy + r * c + v * VL, n), centred, scale[v], shift[v], relu);
      sum_g[v] += g;
      sum_gx[v] += g * centred;
    }
  }
  for (int v = 0; v < vectors; v++) {
    vf_store_lanes(partial + v * VL, sum_gx[v] * vf_load_lanes(rstd + v * VL, n), n);
    vf_store_lanes(partial + c + v * VL, sum_g[v], n);
  }
}

/* partial [2][c]: sums of g * xhat and of g over this chunk. */
void NAME(ciss_batch_norm_backward_sums_f32)(const float *x, const float *w, const float *b, const float *mean,
                                             const float *rstd, int64_t relu, const float *dy, float *partial,
                                             int64_t begin, int64_t end, int64_t c) {
  x += begin * c;
  dy += begin * c;
#define PART(j, vectors, n)                                                                                            \
  chunk_backward_sums(x + j, w + j, b + j, mean + j, rstd + j, with_relu, dy + j, partial + j, end - begin, c, vectors, \
                      n)
  if (relu) {
    enum { with_relu = 1 };
    FOR_CHANNEL_BLOCKS(c, PART);
  } else {
    enum { with_relu = 0 };
    FOR_CHANNEL_BLOCKS(c, PART);
  }
#undef PART
}

/* Adds up the chunks: means [2][c] = mean(g * xhat), mean(g); dw, db are added to. */
void NAME(ciss_batch_norm_backward_merge_f32)(const float *partials, int64_t count, int64_t rows, int64_t c, float *means,
                                              float *dw, float *db) {
  for (int64_t i = 0; i < 2 * c; i++) {
    double sum = 0;
    for (int64_t k = 0; k < count; k++) sum += (double)partials[k * 2 * c + i];
    means[i] = (float)(sum / (double)rows);
    float *gradient = i < c ? dw + i : db + i - c;
    *gradient += (float)sum;
  }
}

INLINE void backward(const float *x, const float *w, const float *b, const float *mean, const float *rstd, const int relu,
                     const float *means, const float *dy, float *dx, int64_t rows, int64_t c, const int vectors,
                     int64_t n) {
  vf scale[BLOCK], shift[BLOCK], m[BLOCK], mean_g[BLOCK], slope[BLOCK];
  for (int v = 0; v < vectors; v++) {
    vf s = vf_load_lanes(rstd + v * VL, n);
    scale[v] = vf_load_lanes(w + v * VL, n) * s;
    shift[v] = vf_load_lanes(b + v * VL, n);
    m[v] = vf_load_lanes(mean + v * VL, n);
    slope[v] = vf_load_lanes(means + v * VL, n) * s;
    mean_g[v] = vf_load_lanes(means + c + v * VL, n);
  }
  for (int64_t r = 0; r < rows; r++) {
    for (int v = 0; v < vectors; v++) {
      vf centred = vf_load_lanes(x + r * c + v * VL, n) - m[v];
      vf g = masked_gradient(vf_load_lanes(dy + r * c + v * VL, n), centred, scale[v], shift[v], relu);
      vf_store_lanes(dx + r * c + v * VL, scale[v] * (g - mean_g[v] - centred * slope[v]), n);
    }
  }
}

void NAME(ciss_batch_norm_backward_f32)(const float *x, const float *w, const float *b, const float *mean,
                                        const float *rstd, int64_t relu, const float *means, const float *dy, float *dx,
                                        int64_t begin, int64_t end, int64_t c) {
  x += begin * c;
  dy += begin * c;
  dx += begin * c;
#define PART(j, vectors, n) \
  backward(x + j, w + j, b + j, mean + j, rstd + j, with_relu, means + j, dy + j, dx + j, end - begin, c, vectors, n)
  if (relu) {
    enum { with_relu = 1 };
    FOR_CHANNEL_BLOCKS(c, PART);
  } else {
    enum { with_relu = 0 };
    FOR_CHANNEL_BLOCKS(c, PART);
  }
#undef PART
}
