/*
 * Multi-head attention, backward, for the rows (tokens) of one image and head (forward: attention.c). Scores are computed
 * again, ROW_BLOCK rows x PANEL keys at a time:
 *
 *   p = exp(q k^T / sqrt(head_dim) - lse),  delta = sum of do * o over a row,  ds = p * (do v^T - delta)
 *   dq = ds k / sqrt(head_dim),  dk = ds^T q / sqrt(head_dim),  dv = p^T do
 *
 * dq is overwritten and may be do. dk and dv of these rows go, without that factor, to a partial
 * [2][keys rounded up to blocks][padded head_dim], dk first; ciss_attention_backward_sum_f32 adds partials up in order.
 */
#include "attention_tile.h"
#include "math_vector.h"
#include "operation.h"

#define ROW_BLOCK 32

/* One block of rows with what the backward computes for it. */
struct block {
  float *q, *d_o, *dq; /* [ROW_BLOCK][padded head_dim] */
  float *p, *ds;       /* [ROW_BLOCK][PANEL] */
  float lse[ROW_BLOCK], delta[ROW_BLOCK];
  int64_t rows, head_dim;
};

/* p and ds of the TILE_ROWS rows from r and of `vectors` vectors of keys. Those of missing keys are not used. */
INLINE void gradient_tile(int vectors, const struct block *b, const float *kt, const float *vt, int64_t r, int64_t k) {
  int64_t width = padded_head_dim(b->head_dim);
  float *p = b->p + r * PANEL + k, *ds = b->ds + r * PANEL + k;
  tile acc;
  tile_clear(acc);
  tile_product(acc, vectors, b->q + r * width, width, 1, kt + k, PANEL, b->head_dim);
#pragma GCC unroll 8
  for (int i = 0; i < TILE_ROWS; i++) {
#pragma GCC unroll 2
    for (int j = 0; j < vectors; j++) vf_store(p + i * PANEL + j * VL, vf_exp2(acc[i][j] - b->lse[r + i]));
  }
  tile_clear(acc);
  tile_product(acc, vectors, b->d_o + r * width, width, 1, vt + k, PANEL, b->head_dim);
#pragma GCC unroll 8
  for (int i = 0; i < TILE_ROWS; i++) {
#pragma GCC unroll 2
    for (int j = 0; j < vectors; j++) {
      vf_store(ds + i * PANEL + j * VL, (acc[i][j] - b->delta[r + i]) * vf_load(p + i * PANEL + j * VL));
    }
  }
}

OUTLINE void gradient_2(const struct block *b, const float *kt, const float *vt, int64_t r, int64_t k) {
  gradient_tile(2, b, kt, vt, r, k);
}

OUTLINE void gradient_1(const struct block *b, const float *kt, const float *vt, int64_t r, int64_t k) {
  gradient_tile(1, b, kt, vt, r, k);
}

/* A tile of y += a b with a [TILE_ROWS][depth] of pitch PANEL and b [depth] panel rows. */
OUTLINE void accumulate(float *y, int64_t width, const float *a, const float *b, int64_t depth) {
  tile acc;
  tile_load(acc, y, width);
  tile_product(acc, 2, a, PANEL, 1, b, PANEL, depth);
  tile_store(acc, 2, y, width);
}

/* A tile of y += a^T b with a [depth][TILE_ROWS] of pitch PANEL; b and y have the same pitch. */
OUTLINE void accumulate_transposed(float *y, int64_t width, const float *a, const float *b, int64_t depth) {
  tile acc;
  tile_load(acc, y, width);
  tile_product(acc, 2, a, 1, PANEL, b, width, depth);
  tile_store(acc, 2, y, width);
}

/* Adds what one block of keys contributes to dq, and what the rows contribute to dk and dv of these keys. */
INLINE void key_block(const struct block *b, const float *kt, const float *k, const float *vt, float *dk, float *dv,
                      int64_t keys) {
  int64_t width = padded_head_dim(b->head_dim);
  for (int64_t r = 0; r < b->rows; r += TILE_ROWS) {
    int64_t i = 0;
    for (; i + VL < keys; i += TILE_COLUMNS) gradient_2(b, kt, vt, r, i);
    if (i < keys) gradient_1(b, kt, vt, r, i);
  }
  for (int64_t j = 0; j < b->head_dim; j += TILE_COLUMNS) {
    for (int64_t i = 0; i < keys; i += TILE_ROWS) {
      accumulate_transposed(dv + i * width + j, width, b->p + i, b->d_o + j, b->rows);
      accumulate_transposed(dk + i * width + j, width, b->ds + i, b->q + j, b->rows);
    }
    const float *panel = k + j / PANEL * PANEL * PANEL + j % PANEL;
    for (int64_t r = 0; r < b->rows; r += TILE_ROWS) {
      accumulate(b->dq + r * width + j, width, b->ds + r * PANEL, panel, keys);
    }
  }
}

/* Packs q and do, and computes delta. Rows up to the next tile are 0. */
INLINE void open_block(struct block *b, const float *q, const float *o, const float *lse, const float *d_o,
                       int64_t stride) {
  int64_t width = padded_head_dim(b->head_dim), padded = round_up(b->rows, TILE_ROWS);
  pack_rows(q, stride, b->rows, b->head_dim, b->q, padded);
  pack_rows(d_o, stride, b->rows, b->head_dim, b->d_o, padded);
  for (int64_t i = 0; i < padded * width; i += VL) vf_store(b->dq + i, vf_set(0));
  for (int64_t r = 0; r < padded; r++) {
    vf sum = {0};
    for (int64_t j = 0; r < b->rows && j < b->head_dim; j += VL) {
      sum += vf_load(b->d_o + r * width + j) * vf_load_lanes(o + r * stride + j, lanes(j, b->head_dim));
    }
    b->delta[r] = vf_sum(sum);
    b->lse[r] = r < b->rows ? lse[r] * LOG2_E : 0;
  }
}

INLINE void store_dq(const struct block *b, float *dq, int64_t stride) {
  float scale = 1.0f / sqrtf((float)b->head_dim);
  int64_t width = padded_head_dim(b->head_dim);
  for (int64_t r = 0; r < b->rows; r++) {
    for (int64_t j = 0; j < b->head_dim; j += VL) {
      vf_store_lanes(dq + r * stride + j, vf_load(b->dq + r * width + j) * scale, lanes(j, b->head_dim));
    }
  }
}

/*
 * q, o, d_o, dq: rows of one head, apart by stride. kt, k, vt packed; kt as for the forward. scratch: ROW_BLOCK *
 * (3 padded head_dim + 2 PANEL) floats.
 */
void NAME(ciss_attention_backward_f32)(const float *q, const float *kt, const float *k, const float *vt, const float *o,
                                       const float *lse, const float *d_o, float *dq, float *dkv, float *scratch,
                                       int64_t stride, int64_t tokens, int64_t keys, int64_t head_dim) {
  int64_t width = padded_head_dim(head_dim), size = round_up(keys, PANEL) * width;
  struct block b = {.head_dim = head_dim};
  b.q = scratch;
  b.d_o = b.q + ROW_BLOCK * width;
  b.dq = b.d_o + ROW_BLOCK * width;
  b.p = b.dq + ROW_BLOCK * width;
  b.ds = b.p + ROW_BLOCK * PANEL;
  for (int64_t i = 0; i < 2 * size; i += VL) vf_store(dkv + i, vf_set(0));
  for (int64_t begin = 0; begin < tokens; begin += ROW_BLOCK) {
    int64_t at = begin * stride;
    b.rows = min_int(ROW_BLOCK, tokens - begin);
    open_block(&b, q + at, o + at, lse + begin, d_o + at, stride);
    for (int64_t i = 0; i < keys; i += PANEL) {
      int64_t block = i * width;
      key_block(&b, kt + block, k + block, vt + block, dkv + block, dkv + size + block, min_int(PANEL, keys - i));
    }
    store_dq(&b, dq + at, stride);
  }
}

/* d[k] = scale * the sum of partials[k] for rows apart by stride. */
void NAME(ciss_attention_backward_sum_f32)(const float *partials, int64_t count, int64_t partial_stride, float scale,
                                           float *d, int64_t stride, int64_t keys, int64_t head_dim) {
  int64_t width = padded_head_dim(head_dim);
  for (int64_t k = 0; k < keys; k++) {
    for (int64_t j = 0; j < head_dim; j += VL) {
      vf sum = {0};
      for (int64_t i = 0; i < count; i++) sum += vf_load(partials + i * partial_stride + k * width + j);
      vf_store_lanes(d + k * stride + j, sum * scale, lanes(j, head_dim));
    }
  }
}
