/*
 * Attention, backward, products on tensor cores in tf32. Formulas, steps, shapes, partial sums and limits as in
 * attention_backward.cu (whose kernel computes delta). A warp has 16 keys (or 16 tokens), whose rows and gradients
 * stay in its registers, and goes through the other side 8 rows at a time: scores, powers and their gradients never
 * leave the registers.
 */
#include "common/attention_tf32.cuh"

/* Queries and gradients of the output, with their statistics; or keys and values, without. */
template <int D>
struct TokenStage {
  Tf32Tile<D> a, b;
  float lse[PASSING], delta[PASSING];
};
template <int D>
struct KeyStage {
  Tf32Tile<D> a, b;
};
template <int D>
struct BackwardKeysTf32Shared {
  TokenStage<D> stages[2];
};
template <int D>
struct BackwardQueriesTf32Shared {
  KeyStage<D> stages[2];
};

/* The warp's keys k, v against 32 tokens. A token beyond the last one has zeros everywhere and adds nothing. */
template <int D>
DEVICE void use_tokens(const TokenStage<D> &now, const uint32_t (&k)[D / 8][4], const uint32_t (&v)[D / 8][4],
                       float scale, float (&dk)[D / 8][4], float (&dv)[D / 8][4]) {
#pragma unroll 1
  for (int first = 0; first < PASSING; first += 8) {
    float p[4], ds[4];
    score_product<D>(k, now.a, first, p);
    score_product<D>(v, now.b, first, ds);
#pragma unroll
    for (int i = 0; i < 4; i++) {
      int token = score_row(first, i);
      p[i] = fast_exp2((p[i] * scale - now.lse[token]) * LOG2_E);
      ds[i] = p[i] * (ds[i] - now.delta[token]);
    }
    accumulate_product<D>(p, now.b, first, dv);
    accumulate_product<D>(ds, now.a, first, dk);
  }
}

template <int D>
DEVICE void attention_backward_keys(const float *q, const float *kv, const float *lse, const float *delta,
                                    const float *d_o, float *partials, int tokens, int keys, int head_dim,
                                    int chunk_tokens, float scale, BackwardKeysTf32Shared<D> &s) {
  int channels = (int)gridDim.y * head_dim, tiles = (keys + STAYING - 1) / STAYING;
  int key = (int)blockIdx.x % tiles * STAYING, chunk = (int)blockIdx.x / tiles, begin = chunk * chunk_tokens;
  int rows = min(tokens - begin, chunk_tokens);
  int64_t head = ((int64_t)blockIdx.z * gridDim.y + blockIdx.y) * tokens + begin;
  int64_t at = ((int64_t)blockIdx.z * tokens + begin) * channels + blockIdx.y * head_dim;
  int64_t kv_at = ((int64_t)blockIdx.z * keys + key) * 2 * channels + blockIdx.y * head_dim;
  bool vectors = by_four(lse, tokens) && by_four(delta, tokens);
  uint32_t k[D / 8][4], v[D / 8][4];
  load_rows<D>(kv + kv_at, 2 * channels, keys - key, head_dim, k);
  load_rows<D>(kv + kv_at + channels, 2 * channels, keys - key, head_dim, v);
  float dk[D / 8][4] = {}, dv[D / 8][4] = {};
  q += at, d_o += at, lse += head, delta += head;
  pass_tiles<PASSING>(
      s.stages, rows,
      [&](TokenStage<D> &to, int token) {
        copy_tile<D>(to.a, q + (int64_t)token * channels, channels, rows - token, head_dim);
        copy_tile<D>(to.b, d_o + (int64_t)token * channels, channels, rows - token, head_dim);
        copy_statistics(to.lse, lse + token, rows - token, vectors);
        copy_statistics(to.delta, delta + token, rows - token, vectors);
      },
      round_tiles<TokenStage<D>>,
      [&](const TokenStage<D> &now, int) { use_tokens<D>(now, k, v, scale, dk, dv); });
  float *out = partials + (int64_t)chunk * gridDim.z * keys * 2 * channels + kv_at;
  store_rows<D>(out, 2 * channels, keys - key, head_dim, dk, scale, scale);
  store_rows<D>(out + channels, 2 * channels, keys - key, head_dim, dv, 1.0f, 1.0f);
}

/* The warp's tokens, given by q and d_o, against 32 keys. */
template <int D>
DEVICE void use_keys(const KeyStage<D> &now, const uint32_t (&q)[D / 8][4], const uint32_t (&d_o)[D / 8][4],
                     const float (&lse)[2], const float (&delta)[2], int valid_keys, float scale,
                     float (&dq)[D / 8][4]) {
#pragma unroll 1
  for (int first = 0; first < PASSING; first += 8) {
    float p[4], ds[4];
    score_product<D>(q, now.a, first, p);
    score_product<D>(d_o, now.b, first, ds);
#pragma unroll
    for (int i = 0; i < 4; i++) {
      bool valid = score_row(first, i) < valid_keys;
      ds[i] = valid ? fast_exp2((p[i] * scale - lse[i / 2]) * LOG2_E) * (ds[i] - delta[i / 2]) : 0.0f;
    }
    accumulate_product<D>(ds, now.a, first, dq);
  }
}

template <int D>
DEVICE void attention_backward_queries(const float *q, const float *kv, const float *lse, const float *delta,
                                       const float *d_o, float *dq, int tokens, int keys, int head_dim, float scale,
                                       BackwardQueriesTf32Shared<D> &s) {
  int channels = (int)gridDim.y * head_dim, first = (int)blockIdx.x * STAYING;
  int64_t head = ((int64_t)blockIdx.z * gridDim.y + blockIdx.y) * tokens, pitch = 2 * channels;
  int64_t at = ((int64_t)blockIdx.z * tokens + first) * channels + blockIdx.y * head_dim;
  const float *k = kv + (int64_t)blockIdx.z * keys * pitch + blockIdx.y * head_dim;
  uint32_t q_rows[D / 8][4], do_rows[D / 8][4];
  load_rows<D>(q + at, channels, tokens - first, head_dim, q_rows);
  load_rows<D>(d_o + at, channels, tokens - first, head_dim, do_rows);
  float row_lse[2], row_delta[2], acc[D / 8][4] = {};
#pragma unroll
  for (int r = 0; r < 2; r++) {
    int row = first + staying_row(r);
    row_lse[r] = row < tokens ? lse[head + row] : 0.0f;
    row_delta[r] = row < tokens ? delta[head + row] : 0.0f;
  }
  pass_tiles<PASSING>(
      s.stages, keys,
      [&](KeyStage<D> &to, int key) {
        copy_tile<D>(to.a, k + key * pitch, pitch, keys - key, head_dim);
        copy_tile<D>(to.b, k + key * pitch + channels, pitch, keys - key, head_dim);
      },
      round_tiles<KeyStage<D>>,
      [&](const KeyStage<D> &now, int key) {
        use_keys<D>(now, q_rows, do_rows, row_lse, row_delta, keys - key, scale, acc);
      });
  store_rows<D>(dq + at, channels, tokens - first, head_dim, acc, scale, scale);
}

/* Grid (ceil(keys / 64) * chunks, heads, n), chunks = ceil(tokens / chunk_tokens), chunk_tokens a multiple of 4;
 * scale = 1 / sqrt(head_dim). */
KERNEL(128, ciss_attention_backward_keys_tf32_kernel)
(const float *q, const float *kv, const float *lse, const float *delta, const float *d_o, float *partials, int tokens,
 int keys, int head_dim, int chunk_tokens, float scale) {
  SMEM(BackwardKeysTf32Shared<64>, s);
  attention_backward_keys<64>(q, kv, lse, delta, d_o, partials, tokens, keys, head_dim, chunk_tokens, scale, s);
}

/* Grid (ceil(tokens / 64), heads, n). After the kernel for the keys: dq may be do. */
KERNEL_BLOCKS(128, 3, ciss_attention_backward_queries_tf32_kernel)
(const float *q, const float *kv, const float *lse, const float *delta, const float *d_o, float *dq, int tokens,
 int keys, int head_dim, float scale) {
  SMEM(BackwardQueriesTf32Shared<64>, s);
  attention_backward_queries<64>(q, kv, lse, delta, d_o, dq, tokens, keys, head_dim, scale, s);
}

/* The same for head_dim <= 32. */
KERNEL_BLOCKS(128, 4, ciss_attention_backward_keys_32_tf32_kernel)
(const float *q, const float *kv, const float *lse, const float *delta, const float *d_o, float *partials, int tokens,
 int keys, int head_dim, int chunk_tokens, float scale) {
  SMEM(BackwardKeysTf32Shared<32>, s);
  attention_backward_keys<32>(q, kv, lse, delta, d_o, partials, tokens, keys, head_dim, chunk_tokens, scale, s);
}

KERNEL_BLOCKS(128, 5, ciss_attention_backward_queries_32_tf32_kernel)
(const float *q, const float *kv, const float *lse, const float *delta, const float *d_o, float *dq, int tokens,
 int keys, int head_dim, float scale) {
  SMEM(BackwardQueriesTf32Shared<32>, s);
  attention_backward_queries<32>(q, kv, lse, delta, d_o, dq, tokens, keys, head_dim, scale, s);
}

REGISTER_KERNEL(ciss_attention_backward_keys_tf32_kernel)
REGISTER_KERNEL(ciss_attention_backward_queries_tf32_kernel)
REGISTER_KERNEL(ciss_attention_backward_keys_32_tf32_kernel)
REGISTER_KERNEL(ciss_attention_backward_queries_32_tf32_kernel)
