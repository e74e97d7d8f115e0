/* GELU, the exact one: y = x Phi(x), dx = dy (Phi(x) + x phi(x)); n elements. y may be x, dpre may be dy. */
#include "math_vector.h"
#include "operation.h"

void NAME(ciss_gelu_forward_f32)(const float *pre, float *y, int64_t n) {
  int64_t i = 0;
  for (; i + VL <= n; i += VL) vf_store(y + i, vf_gelu(vf_load(pre + i)));
  if (i < n) vf_store_n(y + i, vf_gelu(vf_load_n(pre + i, n - i)), n - i);
}

void NAME(ciss_gelu_backward_f32)(const float *pre, const float *dy, float *dpre, int64_t n) {
  int64_t i = 0;
  for (; i + VL <= n; i += VL) vf_store(dpre + i, vf_load(dy + i) * vf_gelu_derivative(vf_load(pre + i)));
  if (i < n) vf_store_n(dpre + i, vf_load_n(dy + i, n - i) * vf_gelu_derivative(vf_load_n(pre + i, n - i)), n - i);
}
