/*
 * AdamW with decoupled decay and the teacher's moving average on ranges of flat buffers (method.md 2.9, 2.3), and the
 * search for values that are not finite. Scalars are computed in double by the caller and rounded once.
 */
#include "operation.h"
#include "simd.h"

#include <string.h>

typedef struct {
  float keep;      /* 1 - lr * weight_decay */
  float beta1;
  float one_minus_beta1;
  float beta2;
  float one_minus_beta2;
  float step_size; /* lr / (1 - beta1^t) */
  float root_correction; /* sqrt(1 - beta2^t) */
  float eps;
} adamw_scalars;

INLINE void adamw_vector(const float *g, float *p, float *m, float *v, const adamw_scalars *s, int64_t n) {
  vf gradient = vf_load_lanes(g, n);
  vf first = vf_load_lanes(m, n) * s->beta1 + gradient * s->one_minus_beta1;
  vf second = vf_load_lanes(v, n) * s->beta2 + gradient * gradient * s->one_minus_beta2;
  vf_store_lanes(m, first, n);
  vf_store_lanes(v, second, n);
  vf denominator = vf_sqrt(second) / s->root_correction + s->eps;
  vf_store_lanes(p, vf_load_lanes(p, n) * s->keep - first / denominator * s->step_size, n);
}

/* p := p keep - step_size m' / (sqrt(v') / root_correction + eps); m, v := m', v' */
void NAME(ciss_adamw_f32)(const float *g, float *p, float *m, float *v, float keep, float beta1, float one_minus_beta1,
                          float beta2, float one_minus_beta2, float step_size, float root_correction, float eps,
                          int64_t n) {
  const adamw_scalars s = {keep, beta1, one_minus_beta1, beta2, one_minus_beta2, step_size, root_correction, eps};
  int64_t i = 0;
  for (; i + VL <= n; i += VL) adamw_vector(g + i, p + i, m + i, v + i, &s, VL);
  if (i < n) adamw_vector(g + i, p + i, m + i, v + i, &s, n - i);
}

/* teacher := a teacher + b student */
void NAME(ciss_moving_average_f32)(const float *student, float *teacher, float a, float b, int64_t n) {
  for (int64_t i = 0; i < n; i += VL) {
    int64_t count = lanes(i, n);
    vf value = vf_load_lanes(teacher + i, count) * a + vf_load_lanes(student + i, count) * b;
    vf_store_lanes(teacher + i, value, count);
  }
}

/* *index := first place (from 0) of a value that is not finite, or -1 */
void NAME(ciss_first_non_finite_f32)(const float *x, double *index, int64_t n) {
  *index = -1;
  for (int64_t i = 0; i < n; i++) {
    uint32_t bits;
    memcpy(&bits, x + i, sizeof bits);
    if ((bits & 0x7f800000u) == 0x7f800000u) {
      *index = (double)i;
      return;
    }
  }
}

/* *index := place in the whole of the first hit among those of ranges with the given length, or -1 */
void NAME(ciss_first_index_f64)(const double *found, int64_t ranges, int64_t length, double *index) {
  *index = -1;
  for (int64_t r = 0; r < ranges; r++) {
    if (found[r] >= 0) {
      *index = (double)(r * length) + found[r];
      return;
    }
  }
}
