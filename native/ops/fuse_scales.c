/*
 * Fusion of context and detail scores in the HRDA head (method.md 1.3), without the resizes, which are resize.c's:
 * A = sigmoid(logits) * mask, L' = (1 - A) L on the context grid; F += up(A) * detail on the fused grid. a is the number of
 * attention channels stored: k (one per class) or 1 (shared).
 */
#include "operation.h"
#include "math_vector.h"

/* Cells begin..end of one row y of the context grid; logits NULL: A = fixed. [x1,x2) is inside the mask if in_rows. */
void NAME(ciss_attend_f32)(const float *context, const float *logits, float fixed, float *attention, float *weighted,
                           int64_t k, int64_t a, int64_t cells, int64_t in_rows, int64_t x1, int64_t x2) {
  for (int64_t x = 0; x < cells; x++) {
    float mask = in_rows && x >= x1 && x < x2 ? 1.0f : 0.0f;
    for (int64_t j = 0; j < a; j++) {
      attention[x * a + j] = mask * (logits ? 1.0f / (1.0f + expf(-logits[x * a + j])) : fixed);
    }
    for (int64_t j = 0; j < k; j++) {
      weighted[x * k + j] = (1.0f - attention[x * a + (a == 1 ? 0 : j)]) * context[x * k + j];
    }
  }
}

/* fused += up(A) * detail for a run of cells. */
void NAME(ciss_add_detail_f32)(const float *up_attention, const float *detail, float *fused, int64_t k, int64_t a,
                               int64_t cells) {
  for (int64_t x = 0; x < cells; x++) {
    for (int64_t j = 0; j < k; j++) {
      fused[x * k + j] += up_attention[x * a + (a == 1 ? 0 : j)] * detail[x * k + j];
    }
  }
}

/* d_up_attention := d_fused * detail (summed over classes if shared); d_detail += d_fused * up(A). */
void NAME(ciss_add_detail_backward_f32)(const float *up_attention, const float *detail, const float *d_fused,
                                        float *d_up_attention, float *d_detail, int64_t k, int64_t a, int64_t cells) {
  for (int64_t x = 0; x < cells; x++) {
    for (int64_t j = 0; j < a; j++) d_up_attention[x * a + j] = 0;
    for (int64_t j = 0; j < k; j++) {
      int64_t shared = x * a + (a == 1 ? 0 : j);
      d_up_attention[shared] += d_fused[x * k + j] * detail[x * k + j];
      d_detail[x * k + j] += d_fused[x * k + j] * up_attention[shared];
    }
  }
}

/* d_context := (1 - A) dL'; d_logits := A (1 - A) (dA - sum over shared classes of dL' L); d_logits NULL: fixed. */
void NAME(ciss_attend_backward_f32)(const float *context, const float *attention, const float *d_attention,
                                    const float *d_weighted, float *d_context, float *d_logits, int64_t k, int64_t a,
                                    int64_t cells) {
  for (int64_t x = 0; x < cells; x++) {
    for (int64_t j = 0; j < k; j++) {
      d_context[x * k + j] = (1.0f - attention[x * a + (a == 1 ? 0 : j)]) * d_weighted[x * k + j];
    }
    for (int64_t j = 0; d_logits && j < a; j++) {
      float sum = d_attention[x * a + j];
      for (int64_t i = a == 1 ? 0 : j; i < (a == 1 ? k : j + 1); i++) sum -= d_weighted[x * k + i] * context[x * k + i];
      float p = attention[x * a + j];
      d_logits[x * a + j] = p * (1.0f - p) * sum;
    }
  }
}
