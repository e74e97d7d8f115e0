/*
 * Fusion of context and detail scores in the HRDA head, without the resizes, which are resize.cu's:
 * A = sigmoid(logits) * mask, L' = (1 - A) L on the context grid [n, h, w]; F += up(A) * detail on the fused grid.
 *
 * k classes; A has a channels, k or 1 (shared by the classes). Boxes lie in device memory, as they move from step to
 * step: inner [y1, y2, x1, x2] on the context grid, outside of which A is 0; placed [y1, x1], the detail map's
 * corner.
 */
#include "common/dev.cuh"

/* logits null: A = fixed. Overwrites attention and weighted. Grid (any, n); a thread per cell and attention channel. */
KERNEL(256, ciss_attend_f32_kernel)
(const float *context, const float *logits, const int *inner, float *attention, float *weighted, int h, int w, int k,
 int a, float fixed) {
  int64_t first = (int64_t)blockIdx.y * h * w;
  FOR_GRID(i, (int64_t)h * w * a) {
    int own = (int)i / a, j = (int)i % a, y = own / w, x = own % w;
    int64_t cell = first + own, at = first * a + i;
    bool inside = y >= inner[0] && y < inner[1] && x >= inner[2] && x < inner[3];
    float value = inside ? (logits ? 1.0f / (1.0f + expf(-logits[at])) : fixed) : 0.0f;
    attention[at] = value;
    for (int c = a == 1 ? 0 : j; c < (a == 1 ? k : j + 1); c++) {
      weighted[cell * k + c] = (1.0f - value) * context[cell * k + c];
    }
  }
}

/* The fused map's cell under a cell of this block's detail map [hd, wd]. */
DEVICE int64_t fused_cell(int cell, const int *placed, int wd, int h_out, int w_out) {
  return ((int64_t)blockIdx.y * h_out + cell / wd + placed[0]) * w_out + cell % wd + placed[1];
}

/* fused += up(A) * detail. Grid (any, n); a thread per element of the detail map. */
KERNEL(256, ciss_add_detail_f32_kernel)
(const float *up_attention, const float *detail, const int *placed, float *fused, int hd, int wd, int h_out, int w_out,
 int k, int a) {
  int64_t first = (int64_t)blockIdx.y * hd * wd * k;
  FOR_GRID(i, (int64_t)hd * wd * k) {
    int64_t to = fused_cell((int)i / k, placed, wd, h_out, w_out);
    int j = (int)i % k;
    fused[to * k + j] += up_attention[to * a + (a == 1 ? 0 : j)] * detail[first + i];
  }
}

/*
 * d_up_attention := d_fused * detail (summed over the classes that share it) under the detail map, d_detail +=
 * d_fused * up(A). Grid (any, n); a thread per cell of the detail map and attention channel.
 */
KERNEL(256, ciss_add_detail_backward_f32_kernel)
(const float *up_attention, const float *detail, const int *placed, const float *d_fused, float *d_up_attention,
 float *d_detail, int hd, int wd, int h_out, int w_out, int k, int a) {
  FOR_GRID(i, (int64_t)hd * wd * a) {
    int own = (int)i / a, j = (int)i % a;
    int64_t cell = (int64_t)blockIdx.y * hd * wd + own, to = fused_cell(own, placed, wd, h_out, w_out);
    float p = up_attention[to * a + j], sum = 0;
    for (int c = a == 1 ? 0 : j; c < (a == 1 ? k : j + 1); c++) {
      sum += d_fused[to * k + c] * detail[cell * k + c];
      d_detail[cell * k + c] += d_fused[to * k + c] * p;
    }
    d_up_attention[to * a + j] = sum;
  }
}

/*
 * d_context := (1 - A) dL'; d_logits := A (1 - A) (dA - sum over the sharing classes of dL' L); d_logits null: fixed.
 * Grid (any, n); a thread per cell and attention channel.
 */
KERNEL(256, ciss_attend_backward_f32_kernel)
(const float *context, const float *attention, const float *d_attention, const float *d_weighted, float *d_context,
 float *d_logits, int cells, int k, int a) {
  FOR_GRID(i, (int64_t)cells * a) {
    int64_t cell = (int64_t)blockIdx.y * cells + (int)i / a, at = (int64_t)blockIdx.y * cells * a + i;
    int j = (int)i % a;
    float p = attention[at], sum = d_attention[at];
    for (int c = a == 1 ? 0 : j; c < (a == 1 ? k : j + 1); c++) {
      float d = d_weighted[cell * k + c];
      sum -= d * context[cell * k + c];
      d_context[cell * k + c] = (1.0f - p) * d;
    }
    if (d_logits) d_logits[at] = p * (1.0f - p) * sum;
  }
}

REGISTER_KERNEL(ciss_attend_f32_kernel)
REGISTER_KERNEL(ciss_add_detail_f32_kernel)
REGISTER_KERNEL(ciss_add_detail_backward_f32_kernel)
REGISTER_KERNEL(ciss_attend_backward_f32_kernel)
