/*
 * Attention, forward, products on tensor cores in tf32 (operands rounded to 10 bits of mantissa, sums in fp32).
 * Formula, shapes and limits as in attention.cu. 128 threads; a warp has 16 tokens, whose queries, scores and outputs
 * stay in its registers; keys and values pass in tiles of 32. Scores are held in units of log 2.
 */
#include "common/attention_tf32.cuh"

/* Keys and values. */
template <int D>
struct KeyStage {
  Tf32Tile<D> a, b;
};
template <int D>
struct AttentionTf32Shared {
  KeyStage<D> stages[2];
};

template <int D>
DEVICE void attention_forward(const float *q, const float *kv, float *o, float *lse, int tokens, int keys, int head_dim,
                              float scale, AttentionTf32Shared<D> &s) {
  int channels = (int)gridDim.y * head_dim, first = (int)blockIdx.x * STAYING;
  int64_t head = (int64_t)blockIdx.z * gridDim.y + blockIdx.y, pitch = 2 * channels;
  int64_t at = ((int64_t)blockIdx.z * tokens + first) * channels + blockIdx.y * head_dim;
  const float *k = kv + (int64_t)blockIdx.z * keys * pitch + blockIdx.y * head_dim;
  uint32_t rows[D / 8][4];
  load_rows<D>(q + at, channels, tokens - first, head_dim, rows);
  float m[2] = {-INFINITY, -INFINITY}, l[2] = {}, acc[D / 8][4] = {};
  pass_tiles<PASSING>(
      s.stages, keys,
      [&](KeyStage<D> &to, int key) {
        copy_tile<D>(to.a, k + key * pitch, pitch, keys - key, head_dim);
        copy_tile<D>(to.b, k + key * pitch + channels, pitch, keys - key, head_dim);
      },
      round_tiles<KeyStage<D>>,
      [&](const KeyStage<D> &now, int key) {
        auto column = [](int n, int i) { return score_row(8 * n, i); };
        float scores[PASSING / 8][4];
#pragma unroll
        for (int n = 0; n < PASSING / 8; n++) score_product<D>(rows, now.a, 8 * n, scores[n]);
#pragma unroll
        for (int r = 0; r < 2; r++) softmax_row(scores, r, keys - key, scale * LOG2_E, m[r], l[r], acc, column);
#pragma unroll
        for (int n = 0; n < PASSING / 8; n++) accumulate_product<D>(scores[n], now.b, 8 * n, acc);
      });
#pragma unroll
  for (int r = 0; r < 2; r++) {
    int row = first + staying_row(r);
    if (lane_id() % 4 == 0 && row < tokens) lse[head * tokens + row] = m[r] * LN_2 + logf(l[r]);
  }
  store_rows<D>(o + at, channels, tokens - first, head_dim, acc, 1.0f / l[0], 1.0f / l[1]);
}

/* Grid (ceil(tokens / 64), heads, n); scale = 1 / sqrt(head_dim), head_dim <= 64. */
KERNEL_BLOCKS(128, 3, ciss_attention_forward_tf32_kernel)
(const float *q, const float *kv, float *o, float *lse, int tokens, int keys, int head_dim, float scale) {
  SMEM(AttentionTf32Shared<64>, s);
  attention_forward<64>(q, kv, o, lse, tokens, keys, head_dim, scale, s);
}

/* The same for head_dim <= 32. */
KERNEL_BLOCKS(128, 4, ciss_attention_forward_32_tf32_kernel)
(const float *q, const float *kv, float *o, float *lse, int tokens, int keys, int head_dim, float scale) {
  SMEM(AttentionTf32Shared<32>, s);
  attention_forward<32>(q, kv, o, lse, tokens, keys, head_dim, scale, s);
}

REGISTER_KERNEL(ciss_attention_forward_tf32_kernel)
REGISTER_KERNEL(ciss_attention_forward_32_tf32_kernel)
