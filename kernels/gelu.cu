/*
 * GELU, the exact one: y = x Phi(x), dx = dy (Phi(x) + x phi(x)); n elements. y may be x, dpre may be dy.
 * Bytes moved: forward 8 an element, backward 12. Any grid.
 */
#include "common/gelu.cuh"

template <int V>
DEVICE void gelu_forward(const float *pre, float *y, int64_t n) {
  FOR_GRID(i, n / V) {
    Vec<V> v = load<V>(pre + i * V);
#pragma unroll
    for (int k = 0; k < V; k++) v.v[k] = gelu(v.v[k]);
    store(y + i * V, v);
  }
}

KERNEL(256, ciss_gelu_forward_f32_kernel)(const float *pre, float *y, int64_t n) {
  int rest = (int)(n & 3);
  if (by_four(pre, rest) && by_four(y, rest)) gelu_forward<4>(pre, y, n);
  else gelu_forward<1>(pre, y, n);
}

template <int V>
DEVICE void gelu_backward(const float *pre, const float *dy, float *dpre, int64_t n) {
  FOR_GRID(i, n / V) {
    Vec<V> v = load<V>(pre + i * V), d = load<V>(dy + i * V);
#pragma unroll
    for (int k = 0; k < V; k++) v.v[k] = d.v[k] * gelu_derivative(v.v[k]);
    store(dpre + i * V, v);
  }
}

KERNEL(256, ciss_gelu_backward_f32_kernel)(const float *pre, const float *dy, float *dpre, int64_t n) {
  int rest = (int)(n & 3);
  if (by_four(pre, rest) && by_four(dy, rest) && by_four(dpre, rest)) gelu_backward<4>(pre, dy, dpre, n);
  else gelu_backward<1>(pre, dy, dpre, n);
}

REGISTER_KERNEL(ciss_gelu_forward_f32_kernel)
REGISTER_KERNEL(ciss_gelu_backward_f32_kernel)
