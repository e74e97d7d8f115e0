/*
 * Attention, backward. Scores are computed again from q, k and the logarithms lse [n, heads, tokens] of the forward.
 *
 *   delta_i = sum over channels of do_i o_i;   p = exp(scale q k^T - lse);   dv = p^T do
 *   dp = do v^T;   ds = p (dp - delta);   dq = scale ds k;   dk = scale ds^T q
 *
 * Shapes as in attention.cu; delta [n, heads, tokens]. Three steps: delta; gradients of keys and values, by blocks of
 * 64 keys (32 for heads above 64 channels) and a chunk of the tokens each; gradient of q, by blocks of as many tokens.
 * dq may be do: the last step reads the rows of do that it overwrites before it does, and nothing reads do after it.
 * Each chunk of tokens writes sums of its own, laid out as dkv: partials [chunks, n, keys, 2*channels];
 * ciss_sum_few_partials_f32_kernel adds them up. With one chunk, dkv itself.
 */
#include "common/attention_tile.cuh"

template <int D>
struct AttentionBackwardShared {
  AttentionTile<D> q, d_o, k, v;
  AttentionScores<D> scores;
  float lse[ROWS<D>], delta[ROWS<D>];
};

/* lse and delta of the tokens of a tile. Beyond the last one, infinity makes p 0. */
template <int D>
DEVICE void load_statistics(AttentionBackwardShared<D> &s, const float *lse, const float *delta, int valid) {
  for (int i = threadIdx.x; i < ROWS<D>; i += blockDim.x) {
    s.lse[i] = i < valid ? lse[i] : INFINITY;
    s.delta[i] = i < valid ? delta[i] : 0.0f;
  }
}

template <class T>
DEVICE void attention_delta(const T *o, const T *d_o, float *delta, int rows, int tokens, int heads, int head_dim) {
  int64_t row = (int64_t)blockIdx.x * 8 + warp_id();
  if (row >= rows) return;
  for (int head = 0; head < heads; head++) {
    int64_t at = (row * heads + head) * head_dim;
    float sum = 0;
    for (int d = lane_id(); d < head_dim; d += 32) sum += load(o + at + d) * load(d_o + at + d);
#pragma unroll
    for (int mask = 16; mask > 0; mask >>= 1) sum += SHFL_XOR(sum, mask);
    if (lane_id() == 0) delta[(row / tokens * heads + head) * tokens + row % tokens] = sum;
  }
}

/* Grid ceil(rows / 8), rows = n * tokens: a warp per token. */
KERNEL(256, ciss_attention_delta_f32_kernel)
(const float *o, const float *d_o, float *delta, int rows, int tokens, int heads, int head_dim) {
  attention_delta(o, d_o, delta, rows, tokens, heads, head_dim);
}
KERNEL(256, ciss_attention_delta_bf16_kernel)
(const bf16 *o, const bf16 *d_o, float *delta, int rows, int tokens, int heads, int head_dim) {
  attention_delta(o, d_o, delta, rows, tokens, heads, head_dim);
}

/* Tiles of scores are [keys][tokens] here. */
template <int D>
DEVICE void attention_keys_tile(AttentionBackwardShared<D> &s, int valid_keys, float scale, float (&dk)[R<D>][D / 16],
                                float (&dv)[R<D>][D / 16]) {
  float p[R<D>][R<D>], ds[R<D>][R<D>];
  score_product<D>(s.k, s.q, p);
  score_product<D>(s.v, s.d_o, ds);
#pragma unroll
  for (int i = 0; i < R<D>; i++) {
#pragma unroll
    for (int j = 0; j < R<D>; j++) {
      int token = attention_column() + 16 * j;
      p[i][j] = attention_row<D>() + i < valid_keys ? expf(p[i][j] * scale - s.lse[token]) : 0.0f;
      ds[i][j] = p[i][j] * (ds[i][j] - s.delta[token]);
    }
  }
  share_scores<D>(s.scores, p);
  accumulate_product<D>(s.scores, s.d_o, dv);
  share_scores<D>(s.scores, ds);
  accumulate_product<D>(s.scores, s.q, dk);
}

template <int D>
DEVICE void attention_backward_keys(const float *q, const float *kv, const float *lse, const float *delta,
                                    const float *d_o, float *partials, int tokens, int keys, int head_dim,
                                    int chunk_tokens, float scale, AttentionBackwardShared<D> &s) {
  int channels = (int)gridDim.y * head_dim, tiles = (keys + ROWS<D> - 1) / ROWS<D>;
  int key = (int)blockIdx.x % tiles * ROWS<D>, chunk = (int)blockIdx.x / tiles;
  int begin = chunk * chunk_tokens, end = min(tokens, begin + chunk_tokens);
  int64_t head = (int64_t)blockIdx.z * gridDim.y + blockIdx.y;
  int64_t kv_at = ((int64_t)blockIdx.z * keys + key) * 2 * channels + blockIdx.y * head_dim;
  load_tile<D>(s.k, kv + kv_at, 2 * channels, keys - key, head_dim);
  load_tile<D>(s.v, kv + kv_at + channels, 2 * channels, keys - key, head_dim);
  float dk[R<D>][D / 16] = {}, dv[R<D>][D / 16] = {};
  for (int token = begin; token < end; token += ROWS<D>) {
    int64_t at = ((int64_t)blockIdx.z * tokens + token) * channels + blockIdx.y * head_dim;
    SYNC();
    load_tile<D>(s.q, q + at, channels, end - token, head_dim);
    load_tile<D>(s.d_o, d_o + at, channels, end - token, head_dim);
    load_statistics<D>(s, lse + head * tokens + token, delta + head * tokens + token, end - token);
    SYNC();
    attention_keys_tile<D>(s, keys - key, scale, dk, dv);
  }
  float *out = partials + (int64_t)chunk * gridDim.z * keys * 2 * channels + kv_at;
  float scales[R<D>], ones[R<D>];
#pragma unroll
  for (int i = 0; i < R<D>; i++) scales[i] = scale, ones[i] = 1.0f;
  store_rows<D>(out, 2 * channels, keys - key, head_dim, dk, scales);
  store_rows<D>(out + channels, 2 * channels, keys - key, head_dim, dv, ones);
}

/* Tiles of scores are [tokens][keys] here. */
template <int D>
DEVICE void attention_backward_queries(const float *q, const float *kv, const float *lse, const float *delta,
                                       const float *d_o, float *dq, int tokens, int keys, int head_dim, float scale,
                                       AttentionBackwardShared<D> &s) {
  int channels = (int)gridDim.y * head_dim, first = (int)blockIdx.x * ROWS<D>;
  int64_t head = (int64_t)blockIdx.z * gridDim.y + blockIdx.y;
  int64_t at = ((int64_t)blockIdx.z * tokens + first) * channels + blockIdx.y * head_dim;
  const float *k = kv + (int64_t)blockIdx.z * keys * 2 * channels + blockIdx.y * head_dim;
  load_tile<D>(s.q, q + at, channels, tokens - first, head_dim);
  load_tile<D>(s.d_o, d_o + at, channels, tokens - first, head_dim);
  load_statistics<D>(s, lse + head * tokens + first, delta + head * tokens + first, tokens - first);
  float acc[R<D>][D / 16] = {};
  for (int key = 0; key < keys; key += ROWS<D>) {
    SYNC();
    load_tile<D>(s.k, k + (int64_t)key * 2 * channels, 2 * channels, keys - key, head_dim);
    load_tile<D>(s.v, k + (int64_t)key * 2 * channels + channels, 2 * channels, keys - key, head_dim);
    SYNC();
    float p[R<D>][R<D>], ds[R<D>][R<D>];
    score_product<D>(s.q, s.k, p);
    score_product<D>(s.d_o, s.v, ds);
#pragma unroll
    for (int i = 0; i < R<D>; i++) {
      int row = attention_row<D>() + i;
#pragma unroll
      for (int j = 0; j < R<D>; j++) {
        bool valid = attention_column() + 16 * j < keys - key;
        ds[i][j] = valid ? expf(p[i][j] * scale - s.lse[row]) * (ds[i][j] - s.delta[row]) : 0.0f;
      }
    }
    share_scores<D>(s.scores, ds);
    accumulate_product<D>(s.scores, s.k, acc);
  }
  float scales[R<D>];
#pragma unroll
  for (int i = 0; i < R<D>; i++) scales[i] = scale;
  store_rows<D>(dq + at, channels, tokens - first, head_dim, acc, scales);
}

/* Grid (ceil(keys / 64) * chunks, heads, n), chunks = ceil(tokens / chunk_tokens); scale = 1 / sqrt(head_dim). */
KERNEL(256, ciss_attention_backward_keys_f32_kernel)
(const float *q, const float *kv, const float *lse, const float *delta, const float *d_o, float *partials, int tokens,
 int keys, int head_dim, int chunk_tokens, float scale) {
  SMEM_DYNAMIC(AttentionBackwardShared<64>, s);
  attention_backward_keys<64>(q, kv, lse, delta, d_o, partials, tokens, keys, head_dim, chunk_tokens, scale, s);
}

/* Grid (ceil(tokens / 64), heads, n). After the kernel for the keys: dq may be do. */
KERNEL(256, ciss_attention_backward_queries_f32_kernel)
(const float *q, const float *kv, const float *lse, const float *delta, const float *d_o, float *dq, int tokens,
 int keys, int head_dim, float scale) {
  SMEM_DYNAMIC(AttentionBackwardShared<64>, s);
  attention_backward_queries<64>(q, kv, lse, delta, d_o, dq, tokens, keys, head_dim, scale, s);
}

/* The same for head_dim <= 32. */
KERNEL(256, ciss_attention_backward_keys_32_f32_kernel)
(const float *q, const float *kv, const float *lse, const float *delta, const float *d_o, float *partials, int tokens,
 int keys, int head_dim, int chunk_tokens, float scale) {
  SMEM_DYNAMIC(AttentionBackwardShared<32>, s);
  attention_backward_keys<32>(q, kv, lse, delta, d_o, partials, tokens, keys, head_dim, chunk_tokens, scale, s);
}

KERNEL(256, ciss_attention_backward_queries_32_f32_kernel)
(const float *q, const float *kv, const float *lse, const float *delta, const float *d_o, float *dq, int tokens,
 int keys, int head_dim, float scale) {
  SMEM_DYNAMIC(AttentionBackwardShared<32>, s);
  attention_backward_queries<32>(q, kv, lse, delta, d_o, dq, tokens, keys, head_dim, scale, s);
}

/* The same for head_dim <= 128, with 32 for 64 in the grids. */
KERNEL(256, ciss_attention_backward_keys_128_f32_kernel)
(const float *q, const float *kv, const float *lse, const float *delta, const float *d_o, float *partials, int tokens,
 int keys, int head_dim, int chunk_tokens, float scale) {
  SMEM_DYNAMIC(AttentionBackwardShared<128>, s);
  attention_backward_keys<128>(q, kv, lse, delta, d_o, partials, tokens, keys, head_dim, chunk_tokens, scale, s);
}

KERNEL(256, ciss_attention_backward_queries_128_f32_kernel)
(const float *q, const float *kv, const float *lse, const float *delta, const float *d_o, float *dq, int tokens,
 int keys, int head_dim, float scale) {
  SMEM_DYNAMIC(AttentionBackwardShared<128>, s);
  attention_backward_queries<128>(q, kv, lse, delta, d_o, dq, tokens, keys, head_dim, scale, s);
}

REGISTER_KERNEL(ciss_attention_delta_f32_kernel)
REGISTER_KERNEL(ciss_attention_delta_bf16_kernel)
REGISTER_KERNEL(ciss_attention_backward_keys_f32_kernel)
REGISTER_SHARED(ciss_attention_backward_keys_f32_kernel, AttentionBackwardShared<64>)
REGISTER_KERNEL(ciss_attention_backward_queries_f32_kernel)
REGISTER_SHARED(ciss_attention_backward_queries_f32_kernel, AttentionBackwardShared<64>)
REGISTER_KERNEL(ciss_attention_backward_keys_32_f32_kernel)
REGISTER_SHARED(ciss_attention_backward_keys_32_f32_kernel, AttentionBackwardShared<32>)
REGISTER_KERNEL(ciss_attention_backward_queries_32_f32_kernel)
REGISTER_SHARED(ciss_attention_backward_queries_32_f32_kernel, AttentionBackwardShared<32>)
REGISTER_KERNEL(ciss_attention_backward_keys_128_f32_kernel)
REGISTER_SHARED(ciss_attention_backward_keys_128_f32_kernel, AttentionBackwardShared<128>)
REGISTER_KERNEL(ciss_attention_backward_queries_128_f32_kernel)
REGISTER_SHARED(ciss_attention_backward_queries_128_f32_kernel, AttentionBackwardShared<128>)
