/*
 * GELU, the exact one: y = x Phi(x), dx = dy (Phi(x) + x phi(x)); n elements. y may be x, dpre may be dy.
 * All float32 or all bf16. Accesses: forward 2 an element, backward 3. Any grid.
 */
#include "common/gelu.cuh"

template <int V, class T>
DEVICE void gelu_forward(const T *pre, T *y, int64_t n) {
  FOR_GRID(i, n / V) {
    Vec<V> v = load<V>(pre + i * V);
#pragma unroll
    for (int k = 0; k < V; k++) v.v[k] = gelu(v.v[k]);
    store(y + i * V, v);
  }
}

template <class T>
DEVICE void gelu_forward_any(const T *pre, T *y, int64_t n) {
  int rest = (int)(n & 3);
  if (by_four(pre, rest) && by_four(y, rest)) gelu_forward<4>(pre, y, n);
  else gelu_forward<1>(pre, y, n);
}

KERNEL(256, ciss_gelu_forward_f32_kernel)(const float *pre, float *y, int64_t n) { gelu_forward_any(pre, y, n); }
KERNEL(256, ciss_gelu_forward_bf16_kernel)(const bf16 *pre, bf16 *y, int64_t n) { gelu_forward_any(pre, y, n); }

template <int V, class T>
DEVICE void gelu_backward(const T *pre, const T *dy, T *dpre, int64_t n) {
  FOR_GRID(i, n / V) {
    Vec<V> v = load<V>(pre + i * V), d = load<V>(dy + i * V);
#pragma unroll
    for (int k = 0; k < V; k++) v.v[k] = d.v[k] * gelu_derivative(v.v[k]);
    store(dpre + i * V, v);
  }
}

template <class T>
DEVICE void gelu_backward_any(const T *pre, const T *dy, T *dpre, int64_t n) {
  int rest = (int)(n & 3);
  if (by_four(pre, rest) && by_four(dy, rest) && by_four(dpre, rest)) gelu_backward<4>(pre, dy, dpre, n);
  else gelu_backward<1>(pre, dy, dpre, n);
}

KERNEL(256, ciss_gelu_backward_f32_kernel)(const float *pre, const float *dy, float *dpre, int64_t n) {
  gelu_backward_any(pre, dy, dpre, n);
}
KERNEL(256, ciss_gelu_backward_bf16_kernel)(const bf16 *pre, const bf16 *dy, bf16 *dpre, int64_t n) {
  gelu_backward_any(pre, dy, dpre, n);
}

REGISTER_KERNEL(ciss_gelu_forward_f32_kernel)
REGISTER_KERNEL(ciss_gelu_forward_bf16_kernel)
REGISTER_KERNEL(ciss_gelu_backward_f32_kernel)
REGISTER_KERNEL(ciss_gelu_backward_bf16_kernel)
