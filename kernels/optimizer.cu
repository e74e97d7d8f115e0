/*
 * Sweeps over flat parameter buffers: AdamW with decoupled decay and the teacher's moving average (method.md 2.9, 2.3),
 * and the search for values that are not finite.
 *
 *   m := beta1 m + (1 - beta1) g;  v := beta2 v + (1 - beta2) g^2
 *   p := keep p - step_size m / (sqrt(v) / root_correction + eps)      28 bytes an element, 30 with the copy
 *   teacher := a teacher + b student                                   12, 14
 *
 * Where products read bf16, the sweeps also write the rounded copy of what they change (null: there is none).
 *
 * What changes from step to step is read from device memory; the host computes it in double and rounds it once.
 */
#include "common/dev.cuh"

template <int V>
DEVICE void adamw(const float *g, float *p, float *m, float *v, bf16 *copy, const float *group,
                  const float *root_correction, int64_t n, float beta1, float one_minus_beta1, float beta2, float one_minus_beta2, float eps) {
  float keep = group[0], step_size = group[1], root = *root_correction;
  FOR_GRID(i, n / V) {
    Vec<V> gv = load<V>(g + i * V), pv = load<V>(p + i * V), mv = load<V>(m + i * V), vv = load<V>(v + i * V);
#pragma unroll
    for (int k = 0; k < V; k++) {
      float d = gv.v[k];
      mv.v[k] = mv.v[k] * beta1 + d * one_minus_beta1;
      vv.v[k] = vv.v[k] * beta2 + d * d * one_minus_beta2;
      float denominator = sqrtf(vv.v[k]) / root + eps;
      pv.v[k] = pv.v[k] * keep - mv.v[k] / denominator * step_size;
    }
    store(p + i * V, pv);
    if (copy) store(copy + i * V, pv);
    store(m + i * V, mv);
    store(v + i * V, vv);
  }
}

/*
 * group: {1 - lr * weight_decay, lr / (1 - beta1^t)}; root_correction: sqrt(1 - beta2^t); non_finite: where a gradient
 * is not finite, which leaves everything as it is, or negative; may be null. Any grid.
 */
KERNEL(256, ciss_adamw_f32_kernel)
(const float *g, float *p, float *m, float *v, bf16 *copy, const float *group, const float *root_correction, int64_t n,
 float beta1, float one_minus_beta1, float beta2, float one_minus_beta2, float eps, const double *non_finite) {
  if (non_finite && *non_finite >= 0) return;
  int rest = (int)(n & 3);
  if (by_four(g, rest) && by_four(p, rest) && by_four(m, rest) && by_four(v, rest) && by_four(copy, rest)) {
    adamw<4>(g, p, m, v, copy, group, root_correction, n, beta1, one_minus_beta1, beta2, one_minus_beta2, eps);
  } else {
    adamw<1>(g, p, m, v, copy, group, root_correction, n, beta1, one_minus_beta1, beta2, one_minus_beta2, eps);
  }
}

template <int V>
DEVICE void moving_average(const float *student, float *teacher, bf16 *copy, const float *factors, int64_t n) {
  float a = factors[0], b = factors[1];
  FOR_GRID(i, n / V) {
    Vec<V> s = load<V>(student + i * V), t = load<V>(teacher + i * V);
#pragma unroll
    for (int k = 0; k < V; k++) t.v[k] = t.v[k] * a + s.v[k] * b;
    store(teacher + i * V, t);
    if (copy) store(copy + i * V, t);
  }
}

/* factors {a, b}. Any grid. */
KERNEL(256, ciss_moving_average_f32_kernel)
(const float *student, float *teacher, bf16 *copy, const float *factors, int64_t n) {
  int rest = (int)(n & 3);
  if (by_four(student, rest) && by_four(teacher, rest) && by_four(copy, rest)) {
    moving_average<4>(student, teacher, copy, factors, n);
  } else {
    moving_average<1>(student, teacher, copy, factors, n);
  }
}

struct FirstIndexShared {
  int64_t at[256];
};

/* The smallest of a block's indices, to thread 0. */
DEVICE int64_t block_min(int64_t mine, FirstIndexShared &s) {
  s.at[threadIdx.x] = mine;
  SYNC();
  for (int half = 128; half > 0; half /= 2) {
    if ((int)threadIdx.x < half) {
      s.at[threadIdx.x] = min(s.at[threadIdx.x], s.at[threadIdx.x + half]);
    }
    SYNC();
  }
  return s.at[0];
}

/* found [blocks]: the first place in x of a value that is not finite among those this block sees, or n. Any grid. */
KERNEL(256, ciss_first_non_finite_f32_kernel)(const float *x, int64_t *found, int64_t n) {
  SMEM(FirstIndexShared, s);
  int64_t first = n;
  FOR_GRID(i, n) {
    if (i < first && (bits_of_float(x[i]) & 0x7f800000u) == 0x7f800000u) first = i;
  }
  first = block_min(first, s);
  if (threadIdx.x == 0) found[blockIdx.x] = first;
}

/* *index := the smallest of found [blocks], or -1 if that is n. Grid 1. */
KERNEL(256, ciss_first_index_f64_kernel)(const int64_t *found, double *index, int blocks, int64_t n) {
  SMEM(FirstIndexShared, s);
  int64_t first = n;
  for (int i = threadIdx.x; i < blocks; i += 256) first = min(first, found[i]);
  first = block_min(first, s);
  if (threadIdx.x == 0) *index = first < n ? (double)first : -1;
}

REGISTER_KERNEL(ciss_adamw_f32_kernel)
REGISTER_KERNEL(ciss_moving_average_f32_kernel)
REGISTER_KERNEL(ciss_first_non_finite_f32_kernel)
REGISTER_KERNEL(ciss_first_index_f64_kernel)
