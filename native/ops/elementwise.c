/*
 * Sweeps over n contiguous floats: one element in, one out. The caller cuts a tensor into ranges and offsets the
 * pointers. y may be x everywhere.
 */
#include "operation.h"
#include "simd.h"

#include <string.h>

/* Runs BODY with i = 0, VL, ...; n_lanes lanes of it count: VL, fewer only in the last run. */
#define FOR_VECTORS(n, BODY)              \
  do {                                    \
    int64_t i = 0;                        \
    for (; i + VL <= (n); i += VL) {      \
      const int64_t n_lanes = VL;         \
      BODY                                \
    }                                     \
    if (i < (n)) {                        \
      const int64_t n_lanes = (n) - i;    \
      BODY                                \
    }                                     \
  } while (0)

/* x := value */
void NAME(ciss_fill_f32)(float *x, float value, int64_t n) {
  vf v = vf_set(value);
  FOR_VECTORS(n, vf_store_lanes(x + i, v, n_lanes););
}

/* y := x, bytes */
void NAME(ciss_copy_u8)(const uint8_t *x, uint8_t *y, int64_t n) { memmove(y, x, (size_t)n); }

/* y += x */
void NAME(ciss_accumulate_f32)(const float *x, float *y, int64_t n) {
  FOR_VECTORS(n, vf_store_lanes(y + i, vf_load_lanes(y + i, n_lanes) + vf_load_lanes(x + i, n_lanes), n_lanes););
}

/* x /= divisor */
void NAME(ciss_divide_f32)(float *x, float divisor, int64_t n) {
  FOR_VECTORS(n, vf_store_lanes(x + i, vf_load_lanes(x + i, n_lanes) / divisor, n_lanes););
}

/* y = x + factor * branch; factor NULL: 1 */
void NAME(ciss_residual_f32)(const float *x, const float *branch, const float *factor, float *y, int64_t n) {
  vf f = vf_set(factor ? *factor : 1.0f);
  FOR_VECTORS(n, vf_store_lanes(y + i, vf_load_lanes(x + i, n_lanes) + f * vf_load_lanes(branch + i, n_lanes), n_lanes););
}

/* y = factor * x */
void NAME(ciss_scale_samples_f32)(const float *x, const float *factor, float *y, int64_t n) {
  vf f = vf_set(*factor);
  FOR_VECTORS(n, vf_store_lanes(y + i, f * vf_load_lanes(x + i, n_lanes), n_lanes););
}

/* y[r,c] = factors[c] * x[r,c] */
void NAME(ciss_scale_channels_f32)(const float *x, const float *factors, float *y, int64_t rows, int64_t c) {
  for (int64_t r = 0; r < rows; r++, x += c, y += c) {
    FOR_VECTORS(c, vf_store_lanes(y + i, vf_load_lanes(factors + i, n_lanes) * vf_load_lanes(x + i, n_lanes), n_lanes););
  }
}
