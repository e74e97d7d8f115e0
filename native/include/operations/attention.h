/* Attention (ops/attention.c, ops/attention_backward.c, ops/attention_pack.c). */
OPERATION(ciss_attention_pack_f32,
          (const float *x, int64_t stride, int64_t keys, int64_t head_dim, float scale, float *transposed, float *plain),
          (x, stride, keys, head_dim, scale, transposed, plain))
OPERATION(ciss_attention_forward_f32,
          (const float *q, const float *kt, const float *v, float *o, float *lse, float *scratch, int64_t stride,
           int64_t tokens, int64_t keys, int64_t head_dim),
          (q, kt, v, o, lse, scratch, stride, tokens, keys, head_dim))
OPERATION(ciss_attention_backward_f32,
          (const float *q, const float *kt, const float *k, const float *vt, const float *o, const float *lse,
           const float *d_o, float *dq, float *dkv, float *scratch, int64_t stride, int64_t tokens, int64_t keys,
           int64_t head_dim),
          (q, kt, k, vt, o, lse, d_o, dq, dkv, scratch, stride, tokens, keys, head_dim))
OPERATION(ciss_attention_backward_sum_f32,
          (const float *partials, int64_t count, int64_t partial_stride, float scale, float *d, int64_t stride,
           int64_t keys, int64_t head_dim),
          (partials, count, partial_stride, scale, d, stride, keys, head_dim))
