/*
 * Packs one block of keys or values of a head for attention (layout: attention_tile.h), so that tiles read them from end
 * to end whatever the pitch of their rows.
 */
#include "attention_tile.h"
#include "operation.h"

/* y[j][k] = scale * x[k][j] for 4 keys and 4 columns. */
INLINE void transpose_4x4(const float *x, int64_t stride, float scale, float *y) {
  __m128 a = _mm_loadu_ps(x), b = _mm_loadu_ps(x + stride), c = _mm_loadu_ps(x + 2 * stride),
         d = _mm_loadu_ps(x + 3 * stride), s = _mm_set1_ps(scale);
  _MM_TRANSPOSE4_PS(a, b, c, d);
  _mm_storeu_ps(y, _mm_mul_ps(a, s));
  _mm_storeu_ps(y + PANEL, _mm_mul_ps(b, s));
  _mm_storeu_ps(y + 2 * PANEL, _mm_mul_ps(c, s));
  _mm_storeu_ps(y + 3 * PANEL, _mm_mul_ps(d, s));
}

INLINE void transpose(const float *x, int64_t stride, int64_t keys, int64_t head_dim, float scale, float *y) {
  int64_t whole_keys = keys / 4 * 4, whole_columns = head_dim / 4 * 4;
  for (int64_t j = 0; j < whole_columns; j += 4) {
    for (int64_t k = 0; k < whole_keys; k += 4) transpose_4x4(x + k * stride + j, stride, scale, y + j * PANEL + k);
  }
  for (int64_t j = 0; j < head_dim; j++) {
    for (int64_t k = j < whole_columns ? whole_keys : 0; k < PANEL; k++) {
      y[j * PANEL + k] = k < keys ? scale * x[k * stride + j] : 0;
    }
  }
}

/*
 * At most PANEL rows x, apart by stride: transposed = scale x^T and plain = x; either may be NULL. Missing keys and
 * columns become 0, but for keys of plain, which are not read.
 */
void NAME(ciss_attention_pack_f32)(const float *x, int64_t stride, int64_t keys, int64_t head_dim, float scale,
                                   float *transposed, float *plain) {
  if (transposed) transpose(x, stride, keys, head_dim, scale, transposed);
  if (!plain) return;
  for (int64_t j = 0; j < head_dim; j += PANEL) {
    for (int64_t k = 0; k < keys; k++) {
      for (int64_t i = 0; i < PANEL; i += VL) {
        int64_t n = max_int(0, lanes(j + i, head_dim));
        vf_store(plain + (j + k) * PANEL + i, vf_load_lanes(x + k * stride + j + i, n));
      }
    }
  }
}
