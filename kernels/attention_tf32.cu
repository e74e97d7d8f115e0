/*
 * Attention, forward, products on tensor cores in tf32 (inputs rounded to 10 bits of mantissa, sums in fp32).
 * Formula, shapes and limits as in attention.cu. 128 threads; a warp has 16 tokens, whose queries, scores and outputs
 * stay in its registers; keys and values pass in tiles of 64.
 */
#include "common/attention_tf32.cuh"

template <int D>
struct AttentionTf32Shared {
  Tf32Tile<D> k, v;
};

/* Maximum (sum) over the four lanes that share a row. */
DEVICE float quad_max(float v) {
  v = fmaxf(v, SHFL_XOR(v, 1));
  return fmaxf(v, SHFL_XOR(v, 2));
}
DEVICE float quad_sum(float v) {
  v += SHFL_XOR(v, 1);
  return v + SHFL_XOR(v, 2);
}

/* Turns 64 scores of row g + 8 r into powers; corrects what was summed up before by the change of the maximum. */
template <int D>
DEVICE void softmax_row(float (&s)[8][4], int r, int valid_keys, float scale, float &m, float &l,
                        float (&acc)[D / 8][4]) {
  int t = lane_id() % 4;
  float top = m, sum = 0;
#pragma unroll
  for (int n = 0; n < 8; n++) {
#pragma unroll
    for (int i = 2 * r; i < 2 * r + 2; i++) {
      s[n][i] = 8 * n + 2 * t + i % 2 < valid_keys ? s[n][i] * scale : -INFINITY;
      top = fmaxf(top, s[n][i]);
    }
  }
  top = quad_max(top);
  float correction = fast_exp(m - top);
#pragma unroll
  for (int n = 0; n < 8; n++) {
#pragma unroll
    for (int i = 2 * r; i < 2 * r + 2; i++) sum += s[n][i] = fast_exp(s[n][i] - top);
  }
  m = top;
  l = l * correction + quad_sum(sum);
#pragma unroll
  for (int d = 0; d < D / 8; d++) {
    acc[d][2 * r] *= correction;
    acc[d][2 * r + 1] *= correction;
  }
}

template <int D>
DEVICE void attention_forward(const float *q, const float *kv, float *o, float *lse, int tokens, int keys, int head_dim,
                              float scale, AttentionTf32Shared<D> &s) {
  int channels = (int)gridDim.y * head_dim, first = (int)blockIdx.x * 64;
  int64_t head = (int64_t)blockIdx.z * gridDim.y + blockIdx.y;
  int64_t at = ((int64_t)blockIdx.z * tokens + first) * channels + blockIdx.y * head_dim;
  const float *k = kv + (int64_t)blockIdx.z * keys * 2 * channels + blockIdx.y * head_dim;
  uint32_t rows[D / 8][4];
  load_tile<D>(s.k, q + at, channels, tokens - first, head_dim);
  SYNC();
  load_rows<D>(s.k, rows);
  float m[2] = {-INFINITY, -INFINITY}, l[2] = {}, acc[D / 8][4] = {};
  for (int key = 0; key < keys; key += 64) {
    SYNC();
    load_tile<D>(s.k, k + (int64_t)key * 2 * channels, 2 * channels, keys - key, head_dim);
    load_tile<D>(s.v, k + (int64_t)key * 2 * channels + channels, 2 * channels, keys - key, head_dim);
    SYNC();
    float scores[8][4];
#pragma unroll
    for (int n = 0; n < 8; n++) score_product<D>(rows, s.k, 8 * n, scores[n]);
    softmax_row<D>(scores, 0, keys - key, scale, m[0], l[0], acc);
    softmax_row<D>(scores, 1, keys - key, scale, m[1], l[1], acc);
#pragma unroll
    for (int n = 0; n < 8; n++) accumulate_product<D>(scores[n], s.v, 8 * n, acc);
  }
  for (int r = 0; r < 2; r++) {
    int row = first + warp_id() * 16 + lane_id() / 4 + 8 * r;
    if (lane_id() % 4 == 0 && row < tokens) lse[head * tokens + row] = m[r] + logf(l[r]);
  }
  store_rows<D>(o + at, channels, tokens - first, head_dim, acc, 1.0f / l[0], 1.0f / l[1]);
}

/* Grid (ceil(tokens / 64), heads, n); scale = 1 / sqrt(head_dim), head_dim <= 64. */
KERNEL(128, ciss_attention_forward_tf32_kernel)
(const float *q, const float *kv, float *o, float *lse, int tokens, int keys, int head_dim, float scale) {
  SMEM(AttentionTf32Shared<64>, s);
  attention_forward<64>(q, kv, o, lse, tokens, keys, head_dim, scale, s);
}

/* The same for head_dim <= 32. */
KERNEL(128, ciss_attention_forward_32_tf32_kernel)
(const float *q, const float *kv, float *o, float *lse, int tokens, int keys, int head_dim, float scale) {
  SMEM(AttentionTf32Shared<32>, s);
  attention_forward<32>(q, kv, o, lse, tokens, keys, head_dim, scale, s);
}

REGISTER_KERNEL(ciss_attention_forward_tf32_kernel)
REGISTER_KERNEL(ciss_attention_forward_32_tf32_kernel)
