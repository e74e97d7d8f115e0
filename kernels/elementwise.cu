/*
 * Sweeps without neighbours over float32 maps of n samples.
 *
 *   fill            x = value                              4 bytes an element
 *   fill_rows       y[r,:] = row                           4
 *   accumulate      y += x                                 12
 *   residual        y[b] = x[b] + factors[b] * branch[b]   12; factors may be null (all 1); y may be x
 *   scale_samples   y[b] = factors[b] * x[b]               8; y may be x
 *   scale_channels  y[b,..,c] = factors[b,c] * x[b,..,c]   8; y may be x
 *
 * A thread takes four neighbours where alignment allows. Any number of blocks along x is right.
 */
#include "common/dev.cuh"

/* Four at a time if that many elements, one after the other at aligned addresses, can be moved so. */
template <class T>
DEVICE bool four(const T *p, int64_t n) {
  return by_four(p, (int)(n & 3));
}

template <int V>
DEVICE void fill(float *x, int64_t n, float value) {
  Vec<V> v;
#pragma unroll
  for (int j = 0; j < V; j++) v.v[j] = value;
  FOR_GRID(i, n / V) store(x + i * V, v);
}

KERNEL(256, ciss_fill_f32_kernel)(float *x, int64_t n, float value) {
  if (four(x, n)) fill<4>(x, n, value);
  else fill<1>(x, n, value);
}

KERNEL(256, ciss_fill_rows_f32_kernel)(const float *row, float *y, int64_t n, int c) {
  FOR_GRID(i, n) y[i] = row[i % c];
}

template <int V>
DEVICE void accumulate(const float *x, float *y, int64_t n) {
  FOR_GRID(i, n / V) {
    Vec<V> a = load<V>(x + i * V), b = load<V>(y + i * V);
#pragma unroll
    for (int j = 0; j < V; j++) b.v[j] += a.v[j];
    store(y + i * V, b);
  }
}

KERNEL(256, ciss_accumulate_f32_kernel)(const float *x, float *y, int64_t n) {
  if (four(x, n) && four(y, n)) accumulate<4>(x, y, n);
  else accumulate<1>(x, y, n);
}

template <int V>
DEVICE void residual(const float *x, const float *branch, float factor, float *y, int64_t n) {
  FOR_GRID(i, n / V) {
    Vec<V> a = load<V>(x + i * V), b = load<V>(branch + i * V);
#pragma unroll
    for (int j = 0; j < V; j++) a.v[j] += factor * b.v[j];
    store(y + i * V, a);
  }
}

/* Grid (any, samples); n: elements of one sample. */
KERNEL(256, ciss_residual_f32_kernel)
(const float *x, const float *branch, const float *factors, float *y, int64_t n) {
  int64_t at = blockIdx.y * n;
  float factor = factors ? factors[blockIdx.y] : 1.0f;
  if (four(x, n) && four(branch, n) && four(y, n)) residual<4>(x + at, branch + at, factor, y + at, n);
  else residual<1>(x + at, branch + at, factor, y + at, n);
}

template <int V>
DEVICE void scale(const float *x, float factor, float *y, int64_t n) {
  FOR_GRID(i, n / V) {
    Vec<V> a = load<V>(x + i * V);
#pragma unroll
    for (int j = 0; j < V; j++) a.v[j] *= factor;
    store(y + i * V, a);
  }
}

/* Grid (any, samples); n: elements of one sample. */
KERNEL(256, ciss_scale_samples_f32_kernel)(const float *x, const float *factors, float *y, int64_t n) {
  int64_t at = blockIdx.y * n;
  if (four(x, n) && four(y, n)) scale<4>(x + at, factors[blockIdx.y], y + at, n);
  else scale<1>(x + at, factors[blockIdx.y], y + at, n);
}

template <int V>
DEVICE void scale_channels(const float *x, const float *factors, float *y, int64_t n, int c) {
  FOR_GRID(i, n / V) {
    Vec<V> a = load<V>(x + i * V), f = load<V>(factors + i * V % c);
#pragma unroll
    for (int j = 0; j < V; j++) a.v[j] *= f.v[j];
    store(y + i * V, a);
  }
}

/* Grid (any, samples); n: elements of one sample. */
KERNEL(256, ciss_scale_channels_f32_kernel)(const float *x, const float *factors, float *y, int64_t n, int c) {
  int64_t at = blockIdx.y * n;
  const float *own = factors + (int64_t)blockIdx.y * c;
  if (by_four(x, c) && by_four(y, c) && by_four(factors, c)) scale_channels<4>(x + at, own, y + at, n, c);
  else scale_channels<1>(x + at, own, y + at, n, c);
}

REGISTER_KERNEL(ciss_fill_f32_kernel)
REGISTER_KERNEL(ciss_fill_rows_f32_kernel)
REGISTER_KERNEL(ciss_accumulate_f32_kernel)
REGISTER_KERNEL(ciss_residual_f32_kernel)
REGISTER_KERNEL(ciss_scale_samples_f32_kernel)
REGISTER_KERNEL(ciss_scale_channels_f32_kernel)
