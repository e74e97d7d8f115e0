/*
 * Attention, forward, of bf16 maps on tensor cores: products of bf16 with sums in fp32, softmax in fp32, powers rounded
 * to bf16 for their product with the values. Formula, shapes and limits as in attention.cu; q, kv, o are bf16, lse fp32.
 * 128 threads; a warp has 16 tokens, whose queries, scores and outputs stay in its registers; keys and values pass in
 * tiles of 64. Scores are held in units of log 2.
 */
#include "common/attention_bf16.cuh"

/* Keys and values. */
template <int D>
struct KeyStage {
  Bf16Tile<D> a, b;
};
template <int D>
struct AttentionBf16Shared {
  KeyStage<D> stages[2];
};

template <int D>
DEVICE void attention_forward(const bf16 *q, const bf16 *kv, bf16 *o, float *lse, int tokens, int keys, int head_dim,
                              float scale, AttentionBf16Shared<D> &s) {
  int channels = (int)gridDim.y * head_dim, first = (int)blockIdx.x * STAYING;
  int64_t head = (int64_t)blockIdx.z * gridDim.y + blockIdx.y, pitch = 2 * channels;
  int64_t at = ((int64_t)blockIdx.z * tokens + first) * channels + blockIdx.y * head_dim;
  const bf16 *k = kv + (int64_t)blockIdx.z * keys * pitch + blockIdx.y * head_dim;
  uint32_t rows[D / 16][4];
  copy_tile<D>(s.stages[0].a, q + at, channels, tokens - first, head_dim);
  cp_async_commit();
  cp_async_wait<0>();
  SYNC();
  load_rows<D>(s.stages[0].a, rows);
  SYNC();
  float m[2] = {-INFINITY, -INFINITY}, l[2] = {}, acc[D / 8][4] = {};
  pass_tiles<PASSING>(
      s.stages, keys,
      [&](KeyStage<D> &to, int key) {
        copy_tile<D>(to.a, k + key * pitch, pitch, keys - key, head_dim);
        copy_tile<D>(to.b, k + key * pitch + channels, pitch, keys - key, head_dim);
      },
      [](KeyStage<D> &) {},
      [&](const KeyStage<D> &now, int key) {
        auto column = [](int n, int i) { return score_column(8 * n, i); };
        float scores[PASSING / 8][4];
#pragma unroll
        for (int n = 0; n < PASSING / 8; n++) score_product<D>(rows, now.a, 8 * n, scores[n]);
#pragma unroll
        for (int r = 0; r < 2; r++) softmax_row(scores, r, keys - key, scale * LOG2_E, m[r], l[r], acc, column);
#pragma unroll
        for (int n = 0; n < PASSING / 8; n += 2) {
          accumulate_product<D>(scores[n], scores[n + 1], now.b, 8 * n, acc);
        }
      });
#pragma unroll
  for (int r = 0; r < 2; r++) {
    int row = first + staying_row(r);
    if (lane_id() % 4 == 0 && row < tokens) lse[head * tokens + row] = m[r] * LN_2 + logf(l[r]);
  }
  store_rows<D>(o + at, channels, tokens - first, head_dim, acc, 1.0f / l[0], 1.0f / l[1]);
}

/* Grid (ceil(tokens / 64), heads, n); scale = 1 / sqrt(head_dim), head_dim <= 64. */
KERNEL_BLOCKS(128, 3, ciss_attention_forward_bf16_kernel)
(const bf16 *q, const bf16 *kv, bf16 *o, float *lse, int tokens, int keys, int head_dim, float scale) {
  SMEM(AttentionBf16Shared<64>, s);
  attention_forward<64>(q, kv, o, lse, tokens, keys, head_dim, scale, s);
}

/* The same for head_dim <= 32. */
KERNEL_BLOCKS(128, 4, ciss_attention_forward_32_bf16_kernel)
(const bf16 *q, const bf16 *kv, bf16 *o, float *lse, int tokens, int keys, int head_dim, float scale) {
  SMEM(AttentionBf16Shared<32>, s);
  attention_forward<32>(q, kv, o, lse, tokens, keys, head_dim, scale, s);
}

REGISTER_KERNEL(ciss_attention_forward_bf16_kernel)
REGISTER_KERNEL(ciss_attention_forward_32_bf16_kernel)
