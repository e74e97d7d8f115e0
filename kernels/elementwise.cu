/*
 * Sweeps without neighbours over maps of n samples, of float32 or (all but fill) bf16; rows and factors are float32.
 *
 *   fill            x = value                              1 access an element
 *   fill_rows       y[r,:] = row                           1
 *   convert         y = x, float32 to bf16 or back         2
 *   accumulate      y += x                                 3
 *   residual        y[b] = x[b] + factors[b] * branch[b]   3; factors may be null (all 1); y may be x
 *   scale_samples   y[b] = factors[b] * x[b]               2; y may be x
 *   scale_channels  y[b,..,c] = factors[b,c] * x[b,..,c]   2; y may be x
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

KERNEL(256, ciss_fill_rows_bf16_kernel)(const float *row, bf16 *y, int64_t n, int c) {
  FOR_GRID(i, n) store(y + i, row[i % c]);
}

template <class X, class Y>
DEVICE void convert(const X *x, Y *y, int64_t n) {
  if (four(x, n) && four(y, n)) {
    FOR_GRID(i, n / 4) store(y + i * 4, load<4>(x + i * 4));
  } else {
    FOR_GRID(i, n) store(y + i, load(x + i));
  }
}

KERNEL(256, ciss_convert_f32_bf16_kernel)(const float *x, bf16 *y, int64_t n) { convert(x, y, n); }
KERNEL(256, ciss_convert_bf16_f32_kernel)(const bf16 *x, float *y, int64_t n) { convert(x, y, n); }

template <int V, class T>
DEVICE void accumulate(const T *x, T *y, int64_t n) {
  FOR_GRID(i, n / V) {
    Vec<V> a = load<V>(x + i * V), b = load<V>(y + i * V);
#pragma unroll
    for (int j = 0; j < V; j++) b.v[j] += a.v[j];
    store(y + i * V, b);
  }
}

template <class T>
DEVICE void accumulate_any(const T *x, T *y, int64_t n) {
  if (four(x, n) && four(y, n)) accumulate<4>(x, y, n);
  else accumulate<1>(x, y, n);
}

KERNEL(256, ciss_accumulate_f32_kernel)(const float *x, float *y, int64_t n) { accumulate_any(x, y, n); }
KERNEL(256, ciss_accumulate_bf16_kernel)(const bf16 *x, bf16 *y, int64_t n) { accumulate_any(x, y, n); }

template <int V, class T>
DEVICE void residual(const T *x, const T *branch, float factor, T *y, int64_t n) {
  FOR_GRID(i, n / V) {
    Vec<V> a = load<V>(x + i * V), b = load<V>(branch + i * V);
#pragma unroll
    for (int j = 0; j < V; j++) a.v[j] += factor * b.v[j];
    store(y + i * V, a);
  }
}

template <class T>
DEVICE void residual_any(const T *x, const T *branch, const float *factors, T *y, int64_t n) {
  int64_t at = blockIdx.y * n;
  float factor = factors ? factors[blockIdx.y] : 1.0f;
  if (four(x, n) && four(branch, n) && four(y, n)) residual<4>(x + at, branch + at, factor, y + at, n);
  else residual<1>(x + at, branch + at, factor, y + at, n);
}

/* Grid (any, samples); n: elements of one sample. */
KERNEL(256, ciss_residual_f32_kernel)
(const float *x, const float *branch, const float *factors, float *y, int64_t n) {
  residual_any(x, branch, factors, y, n);
}
KERNEL(256, ciss_residual_bf16_kernel)
(const bf16 *x, const bf16 *branch, const float *factors, bf16 *y, int64_t n) {
  residual_any(x, branch, factors, y, n);
}

template <int V, class T>
DEVICE void scale(const T *x, float factor, T *y, int64_t n) {
  FOR_GRID(i, n / V) {
    Vec<V> a = load<V>(x + i * V);
#pragma unroll
    for (int j = 0; j < V; j++) a.v[j] *= factor;
    store(y + i * V, a);
  }
}

template <class T>
DEVICE void scale_samples(const T *x, const float *factors, T *y, int64_t n) {
  int64_t at = blockIdx.y * n;
  if (four(x, n) && four(y, n)) scale<4>(x + at, factors[blockIdx.y], y + at, n);
  else scale<1>(x + at, factors[blockIdx.y], y + at, n);
}

/* Grid (any, samples); n: elements of one sample. */
KERNEL(256, ciss_scale_samples_f32_kernel)(const float *x, const float *factors, float *y, int64_t n) {
  scale_samples(x, factors, y, n);
}
KERNEL(256, ciss_scale_samples_bf16_kernel)(const bf16 *x, const float *factors, bf16 *y, int64_t n) {
  scale_samples(x, factors, y, n);
}

template <int V, class T>
DEVICE void scale_channels(const T *x, const float *factors, T *y, int64_t n, int c) {
  FOR_GRID(i, n / V) {
    Vec<V> a = load<V>(x + i * V), f = load<V>(factors + i * V % c);
#pragma unroll
    for (int j = 0; j < V; j++) a.v[j] *= f.v[j];
    store(y + i * V, a);
  }
}

template <class T>
DEVICE void scale_channels_any(const T *x, const float *factors, T *y, int64_t n, int c) {
  int64_t at = blockIdx.y * n;
  const float *own = factors + (int64_t)blockIdx.y * c;
  if (by_four(x, c) && by_four(y, c) && by_four(factors, c)) scale_channels<4>(x + at, own, y + at, n, c);
  else scale_channels<1>(x + at, own, y + at, n, c);
}

/* Grid (any, samples); n: elements of one sample. */
KERNEL(256, ciss_scale_channels_f32_kernel)(const float *x, const float *factors, float *y, int64_t n, int c) {
  scale_channels_any(x, factors, y, n, c);
}
KERNEL(256, ciss_scale_channels_bf16_kernel)(const bf16 *x, const float *factors, bf16 *y, int64_t n, int c) {
  scale_channels_any(x, factors, y, n, c);
}

REGISTER_KERNEL(ciss_fill_f32_kernel)
REGISTER_KERNEL(ciss_fill_rows_f32_kernel)
REGISTER_KERNEL(ciss_fill_rows_bf16_kernel)
REGISTER_KERNEL(ciss_convert_f32_bf16_kernel)
REGISTER_KERNEL(ciss_convert_bf16_f32_kernel)
REGISTER_KERNEL(ciss_accumulate_f32_kernel)
REGISTER_KERNEL(ciss_accumulate_bf16_kernel)
REGISTER_KERNEL(ciss_residual_f32_kernel)
REGISTER_KERNEL(ciss_residual_bf16_kernel)
REGISTER_KERNEL(ciss_scale_samples_f32_kernel)
REGISTER_KERNEL(ciss_scale_samples_bf16_kernel)
REGISTER_KERNEL(ciss_scale_channels_f32_kernel)
REGISTER_KERNEL(ciss_scale_channels_bf16_kernel)
