/*
 * Attention, forward: o = softmax(q k^T / sqrt(head_dim)) v per image and head, without the tokens x keys matrix.
 *
 * q, o [n, tokens, channels], kv [n, keys, 2*channels] (keys, then values), channels = heads * head_dim, head-major;
 * lse [n, heads, tokens], the logarithms of the softmax's denominators, is kept for the backward. A block has 64
 * tokens of one head (32 for heads above 64 channels) and goes through the keys in tiles of as many; maximum m and
 * denominator l of each row are corrected from tile to tile:
 *
 *   m' = max(m, max s), o = o e^(m-m') + e^(s-m') v, l likewise; lse = m + ln l, o = o / l at the end
 *
 * Any number of tokens and keys; head_dim at most 64 (or 32, 128 in the kernels named so). Bytes moved: q and o once, k
 * and v once per 64 tokens, from L2. 4 * tokens * keys * channels flops.
 */
#include "common/attention_tile.cuh"

template <int D>
struct AttentionForwardShared {
  AttentionTile<D> q, k, v;
  AttentionScores<D> p;
};

/* Maximum over the 16 lanes that share a row. */
DEVICE float row_max(float v) {
#pragma unroll
  for (int mask = 8; mask > 0; mask >>= 1) v = fmaxf(v, SHFL_XOR(v, mask));
  return v;
}
DEVICE float row_sum(float v) {
#pragma unroll
  for (int mask = 8; mask > 0; mask >>= 1) v += SHFL_XOR(v, mask);
  return v;
}

/* Turns scores into powers, and corrects what was summed up before by the change of the maximum. */
template <int D>
DEVICE void softmax_step(float (&s)[R<D>][R<D>], int valid_keys, float scale, float (&m)[R<D>], float (&l)[R<D>],
                         float (&acc)[R<D>][D / 16]) {
#pragma unroll
  for (int i = 0; i < R<D>; i++) {
    float top = m[i];
#pragma unroll
    for (int j = 0; j < R<D>; j++) {
      s[i][j] = attention_column() + 16 * j < valid_keys ? s[i][j] * scale : -INFINITY;
      top = fmaxf(top, s[i][j]);
    }
    top = row_max(top);
    float correction = expf(m[i] - top), sum = 0;
#pragma unroll
    for (int j = 0; j < R<D>; j++) {
      s[i][j] = expf(s[i][j] - top);
      sum += s[i][j];
    }
    m[i] = top;
    l[i] = l[i] * correction + row_sum(sum);
#pragma unroll
    for (int d = 0; d < D / 16; d++) acc[i][d] *= correction;
  }
}

template <int D>
DEVICE void attention_forward(const float *q, const float *kv, float *o, float *lse, int tokens, int keys, int head_dim,
                              float scale, AttentionForwardShared<D> &s) {
  int channels = (int)gridDim.y * head_dim, first = (int)blockIdx.x * ROWS<D>;
  int64_t head = (int64_t)blockIdx.z * gridDim.y + blockIdx.y;
  int64_t at = ((int64_t)blockIdx.z * tokens + first) * channels + blockIdx.y * head_dim;
  const float *k = kv + (int64_t)blockIdx.z * keys * 2 * channels + blockIdx.y * head_dim;
  load_tile<D>(s.q, q + at, channels, tokens - first, head_dim);
  float m[R<D>], l[R<D>] = {}, acc[R<D>][D / 16] = {};
#pragma unroll
  for (int i = 0; i < R<D>; i++) m[i] = -INFINITY;
  for (int key = 0; key < keys; key += ROWS<D>) {
    SYNC();
    load_tile<D>(s.k, k + (int64_t)key * 2 * channels, 2 * channels, keys - key, head_dim);
    load_tile<D>(s.v, k + (int64_t)key * 2 * channels + channels, 2 * channels, keys - key, head_dim);
    SYNC();
    float scores[R<D>][R<D>];
    score_product<D>(s.q, s.k, scores);
    softmax_step<D>(scores, keys - key, scale, m, l, acc);
    share_scores<D>(s.p, scores);
    accumulate_product<D>(s.p, s.v, acc);
  }
  float factor[R<D>];
#pragma unroll
  for (int i = 0; i < R<D>; i++) {
    int row = attention_row<D>() + i;
    factor[i] = 1.0f / l[i];
    if (attention_column() == 0 && first + row < tokens) lse[head * tokens + first + row] = m[i] + logf(l[i]);
  }
  store_rows<D>(o + at, channels, tokens - first, head_dim, acc, factor);
}

/* Grid (ceil(tokens / 64), heads, n); scale = 1 / sqrt(head_dim). */
KERNEL(256, ciss_attention_forward_f32_kernel)
(const float *q, const float *kv, float *o, float *lse, int tokens, int keys, int head_dim, float scale) {
  SMEM_DYNAMIC(AttentionForwardShared<64>, s);
  attention_forward<64>(q, kv, o, lse, tokens, keys, head_dim, scale, s);
}

/* The same for head_dim <= 32. */
KERNEL(256, ciss_attention_forward_32_f32_kernel)
(const float *q, const float *kv, float *o, float *lse, int tokens, int keys, int head_dim, float scale) {
  SMEM(AttentionForwardShared<32>, s);
  attention_forward<32>(q, kv, o, lse, tokens, keys, head_dim, scale, s);
}

/* The same for head_dim <= 128, grid (ceil(tokens / 32), heads, n). */
KERNEL(256, ciss_attention_forward_128_f32_kernel)
(const float *q, const float *kv, float *o, float *lse, int tokens, int keys, int head_dim, float scale) {
  SMEM_DYNAMIC(AttentionForwardShared<128>, s);
  attention_forward<128>(q, kv, o, lse, tokens, keys, head_dim, scale, s);
}

REGISTER_KERNEL(ciss_attention_forward_f32_kernel)
REGISTER_SHARED(ciss_attention_forward_f32_kernel, AttentionForwardShared<64>)
REGISTER_KERNEL(ciss_attention_forward_32_f32_kernel)
REGISTER_KERNEL(ciss_attention_forward_128_f32_kernel)
REGISTER_SHARED(ciss_attention_forward_128_f32_kernel, AttentionForwardShared<128>)
