/* Fusion of context and detail scores (ops/fuse_scales.c). */
OPERATION(ciss_attend_f32,
          (const float *context, const float *logits, float fixed, float *attention, float *weighted, int64_t k,
           int64_t a, int64_t cells, int64_t in_rows, int64_t x1, int64_t x2),
          (context, logits, fixed, attention, weighted, k, a, cells, in_rows, x1, x2))
OPERATION(ciss_add_detail_f32,
          (const float *up_attention, const float *detail, float *fused, int64_t k, int64_t a, int64_t cells),
          (up_attention, detail, fused, k, a, cells))
OPERATION(ciss_add_detail_backward_f32,
          (const float *up_attention, const float *detail, const float *d_fused, float *d_up_attention,
           float *d_detail, int64_t k, int64_t a, int64_t cells),
          (up_attention, detail, d_fused, d_up_attention, d_detail, k, a, cells))
OPERATION(ciss_attend_backward_f32,
          (const float *context, const float *attention, const float *d_attention, const float *d_weighted,
           float *d_context, float *d_logits, int64_t k, int64_t a, int64_t cells),
          (context, attention, d_attention, d_weighted, d_context, d_logits, k, a, cells))
