/*
 * Attention, backward, products on tensor cores in tf32. Formulas, steps, shapes, partial sums and limits as in
 * attention_backward.cu (whose kernel computes delta). A warp has 16 keys (or 16 tokens), whose rows and gradients
 * stay in its registers, and goes through the other side 8 rows at a time: scores, powers and their gradients never
 * leave the registers.
 */
#include "common/attention_tf32.cuh"

template <int D>
struct AttentionBackwardTf32Shared {
  Tf32Tile<D> a, b;
  float lse[64], delta[64];
};

/* lse and delta of the tokens of a tile. Beyond the last one, infinity makes p 0. */
template <int D>
DEVICE void load_statistics(AttentionBackwardTf32Shared<D> &s, const float *lse, const float *delta, int valid) {
  for (int i = threadIdx.x; i < 64; i += blockDim.x) {
    s.lse[i] = i < valid ? lse[i] : INFINITY;
    s.delta[i] = i < valid ? delta[i] : 0.0f;
  }
}

/* Two tiles of 64 rows, and the warp's rows of both. */
template <int D>
DEVICE void load_both(AttentionBackwardTf32Shared<D> &s, const float *a, const float *b, int64_t pitch, int valid,
                      int head_dim, uint32_t (&a_rows)[D / 8][4], uint32_t (&b_rows)[D / 8][4]) {
  load_tile<D>(s.a, a, pitch, valid, head_dim);
  load_tile<D>(s.b, b, pitch, valid, head_dim);
  SYNC();
  load_rows<D>(s.a, a_rows);
  load_rows<D>(s.b, b_rows);
}

/* The warp's keys against 64 tokens: queries in s.a, gradients of the output in s.b. */
template <int D>
DEVICE void attention_keys_tile(const AttentionBackwardTf32Shared<D> &s, const uint32_t (&k)[D / 8][4],
                                const uint32_t (&v)[D / 8][4], int valid_keys, float scale, float (&dk)[D / 8][4],
                                float (&dv)[D / 8][4]) {
  int row = warp_id() * 16 + lane_id() / 4, t = lane_id() % 4;
#pragma unroll 1
  for (int first = 0; first < 64; first += 8) {
    float p[4], ds[4];
    score_product<D>(k, s.a, first, p);
    score_product<D>(v, s.b, first, ds);
#pragma unroll
    for (int i = 0; i < 4; i++) {
      int token = first + 2 * t + i % 2;
      p[i] = row + i / 2 * 8 < valid_keys ? fast_exp(p[i] * scale - s.lse[token]) : 0.0f;
      ds[i] = p[i] * (ds[i] - s.delta[token]);
    }
    accumulate_product<D>(p, s.b, first, dv);
    accumulate_product<D>(ds, s.a, first, dk);
  }
}

template <int D>
DEVICE void attention_backward_keys(const float *q, const float *kv, const float *lse, const float *delta,
                                    const float *d_o, float *partials, int tokens, int keys, int head_dim,
                                    int chunk_tokens, float scale, AttentionBackwardTf32Shared<D> &s) {
  int channels = (int)gridDim.y * head_dim, tiles = (keys + 63) / 64;
  int key = (int)blockIdx.x % tiles * 64, chunk = (int)blockIdx.x / tiles;
  int begin = chunk * chunk_tokens, end = min(tokens, begin + chunk_tokens);
  int64_t head = (int64_t)blockIdx.z * gridDim.y + blockIdx.y;
  int64_t kv_at = ((int64_t)blockIdx.z * keys + key) * 2 * channels + blockIdx.y * head_dim;
  uint32_t k[D / 8][4], v[D / 8][4];
  load_both<D>(s, kv + kv_at, kv + kv_at + channels, 2 * channels, keys - key, head_dim, k, v);
  float dk[D / 8][4] = {}, dv[D / 8][4] = {};
  for (int token = begin; token < end; token += 64) {
    int64_t at = ((int64_t)blockIdx.z * tokens + token) * channels + blockIdx.y * head_dim;
    SYNC();
    load_tile<D>(s.a, q + at, channels, end - token, head_dim);
    load_tile<D>(s.b, d_o + at, channels, end - token, head_dim);
    load_statistics<D>(s, lse + head * tokens + token, delta + head * tokens + token, end - token);
    SYNC();
    attention_keys_tile<D>(s, k, v, keys - key, scale, dk, dv);
  }
  float *out = partials + (int64_t)chunk * gridDim.z * keys * 2 * channels + kv_at;
  store_rows<D>(out, 2 * channels, keys - key, head_dim, dk, scale, scale);
  store_rows<D>(out + channels, 2 * channels, keys - key, head_dim, dv, 1.0f, 1.0f);
}

/* The warp's tokens against 64 keys: keys in s.a, values in s.b. */
template <int D>
DEVICE void attention_queries_tile(const AttentionBackwardTf32Shared<D> &s, const uint32_t (&q)[D / 8][4],
                                   const uint32_t (&d_o)[D / 8][4], const float (&lse)[2], const float (&delta)[2],
                                   int valid_keys, float scale, float (&dq)[D / 8][4]) {
#pragma unroll 1
  for (int first = 0; first < 64; first += 8) {
    float p[4], ds[4];
    score_product<D>(q, s.a, first, p);
    score_product<D>(d_o, s.b, first, ds);
#pragma unroll
    for (int i = 0; i < 4; i++) {
      bool valid = first + 2 * (lane_id() % 4) + i % 2 < valid_keys;
      ds[i] = valid ? fast_exp(p[i] * scale - lse[i / 2]) * (ds[i] - delta[i / 2]) : 0.0f;
    }
    accumulate_product<D>(ds, s.a, first, dq);
  }
}

template <int D>
DEVICE void attention_backward_queries(const float *q, const float *kv, const float *lse, const float *delta,
                                       const float *d_o, float *dq, int tokens, int keys, int head_dim, float scale,
                                       AttentionBackwardTf32Shared<D> &s) {
  int channels = (int)gridDim.y * head_dim, first = (int)blockIdx.x * 64;
  int64_t head = (int64_t)blockIdx.z * gridDim.y + blockIdx.y;
  int64_t at = ((int64_t)blockIdx.z * tokens + first) * channels + blockIdx.y * head_dim;
  const float *k = kv + (int64_t)blockIdx.z * keys * 2 * channels + blockIdx.y * head_dim;
  uint32_t q_rows[D / 8][4], do_rows[D / 8][4];
  load_statistics<D>(s, lse + head * tokens + first, delta + head * tokens + first, tokens - first);
  load_both<D>(s, q + at, d_o + at, channels, tokens - first, head_dim, q_rows, do_rows);
  int row = warp_id() * 16 + lane_id() / 4;
  const float row_lse[2] = {s.lse[row], s.lse[row + 8]}, row_delta[2] = {s.delta[row], s.delta[row + 8]};
  float acc[D / 8][4] = {};
  for (int key = 0; key < keys; key += 64) {
    SYNC();
    load_tile<D>(s.a, k + (int64_t)key * 2 * channels, 2 * channels, keys - key, head_dim);
    load_tile<D>(s.b, k + (int64_t)key * 2 * channels + channels, 2 * channels, keys - key, head_dim);
    SYNC();
    attention_queries_tile<D>(s, q_rows, do_rows, row_lse, row_delta, keys - key, scale, acc);
  }
  store_rows<D>(dq + at, channels, tokens - first, head_dim, acc, scale, scale);
}

/* Grid (ceil(keys / 64) * chunks, heads, n), chunks = ceil(tokens / chunk_tokens); scale = 1 / sqrt(head_dim). */
KERNEL(128, ciss_attention_backward_keys_tf32_kernel)
(const float *q, const float *kv, const float *lse, const float *delta, const float *d_o, float *partials, int tokens,
 int keys, int head_dim, int chunk_tokens, float scale) {
  SMEM(AttentionBackwardTf32Shared<64>, s);
  attention_backward_keys<64>(q, kv, lse, delta, d_o, partials, tokens, keys, head_dim, chunk_tokens, scale, s);
}

/* Grid (ceil(tokens / 64), heads, n). After the kernel for the keys: dq may be do. */
KERNEL(128, ciss_attention_backward_queries_tf32_kernel)
(const float *q, const float *kv, const float *lse, const float *delta, const float *d_o, float *dq, int tokens,
 int keys, int head_dim, float scale) {
  SMEM(AttentionBackwardTf32Shared<64>, s);
  attention_backward_queries<64>(q, kv, lse, delta, d_o, dq, tokens, keys, head_dim, scale, s);
}

/* The same for head_dim <= 32. */
KERNEL(128, ciss_attention_backward_keys_32_tf32_kernel)
(const float *q, const float *kv, const float *lse, const float *delta, const float *d_o, float *partials, int tokens,
 int keys, int head_dim, int chunk_tokens, float scale) {
  SMEM(AttentionBackwardTf32Shared<32>, s);
  attention_backward_keys<32>(q, kv, lse, delta, d_o, partials, tokens, keys, head_dim, chunk_tokens, scale, s);
}

KERNEL(128, ciss_attention_backward_queries_32_tf32_kernel)
(const float *q, const float *kv, const float *lse, const float *delta, const float *d_o, float *dq, int tokens,
 int keys, int head_dim, float scale) {
  SMEM(AttentionBackwardTf32Shared<32>, s);
  attention_backward_queries<32>(q, kv, lse, delta, d_o, dq, tokens, keys, head_dim, scale, s);
}

REGISTER_KERNEL(ciss_attention_backward_keys_tf32_kernel)
REGISTER_KERNEL(ciss_attention_backward_queries_tf32_kernel)
REGISTER_KERNEL(ciss_attention_backward_keys_32_tf32_kernel)
REGISTER_KERNEL(ciss_attention_backward_queries_32_tf32_kernel)
