/*
 * Multi-head attention, backward, for the rows (tokens) of one image and head (forward: attention.c). Scores are computed
 * again, ROW_BLOCK rows x KEY_BLOCK keys at a time:
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
  float *p, *ds;       /* [ROW_BLOCK][KEY_BLOCK] */
  float lse[ROW_BLOCK], delta[ROW_BLOCK];
};

/* p and ds of TILE_ROWS rows and `vectors` vectors of keys. Missing keys get values that are not used. */
INLINE void gradient_tile(int vectors, struct block *b, const float *kt, const float *vt, int64_t r, int64_t k,
                          int64_t head_dim) {
  int64_t width = padded_head_dim(head_dim);
  float *p = b->p + r * KEY_BLOCK + k, *ds = b->ds + r * KEY_BLOCK + k;
  tile acc;
  tile_clear(acc);
  tile_product(acc, vectors, b->q + r * width, width, 1, kt + k, KEY_BLOCK, head_dim);
#pragma GCC unroll 8
  for (int i = 0; i < TILE_ROWS; i++) {
#pragma GCC unroll 2
    for (int j = 0; j < vectors; j++) vf_store(p + i * KEY_BLOCK + j * VL, vf_exp2(acc[i][j] - b->lse[r + i]));
  }
  tile_clear(acc);
  tile_product(acc, vectors, b->d_o + r * width, width, 1, vt + k, KEY_BLOCK, head_dim);
#pragma GCC unroll 8
  for (int i = 0; i < TILE_ROWS; i++) {
#pragma GCC unroll 2
    for (int j = 0; j < vectors; j++) {
      vf d = (acc[i][j] - b->delta[r + i]) * vf_load(p + i * KEY_BLOCK + j * VL);
      vf_store(ds + i * KEY_BLOCK + j * VL, d);
    }
  }
}

/* y[TILE_ROWS][columns] += a b for all columns of y, whose pitch is that of b. */
INLINE void accumulate_rows(float *y, const float *a, int64_t a_row, int64_t a_step, const float *b, int64_t width,
                            int64_t depth) {
  int64_t j = 0;
  for (; j + VL < width; j += 2 * VL) {
    tile acc;
    tile_load(acc, 2, y + j, width);
    tile_product(acc, 2, a, a_row, a_step, b + j, width, depth);
    tile_store(acc, 2, y + j, width);
  }
  if (j < width) {
    tile acc;
    tile_load(acc, 1, y + j, width);
    tile_product(acc, 1, a, a_row, a_step, b + j, width, depth);
    tile_store(acc, 1, y + j, width);
  }
}

/* Adds what one block of keys contributes to dq, and what the rows contribute to dk and dv of these keys. */
INLINE void key_block(struct block *b, const float *kt, const float *k, const float *vt, float *dk, float *dv,
                      int64_t rows, int64_t keys, int64_t head_dim) {
  int64_t width = padded_head_dim(head_dim);
  for (int64_t r = 0; r < rows; r += TILE_ROWS) {
    int64_t i = 0;
    for (; i + VL < keys; i += 2 * VL) gradient_tile(2, b, kt, vt, r, i, head_dim);
    if (i < keys) gradient_tile(1, b, kt, vt, r, i, head_dim);
  }
  for (int64_t i = 0; i < keys; i += TILE_ROWS) {
    accumulate_rows(dv + i * width, b->p + i, 1, KEY_BLOCK, b->d_o, width, rows);
    accumulate_rows(dk + i * width, b->ds + i, 1, KEY_BLOCK, b->q, width, rows);
  }
  for (int64_t r = 0; r < rows; r += TILE_ROWS) {
    accumulate_rows(b->dq + r * width, b->ds + r * KEY_BLOCK, KEY_BLOCK, 1, k, width, keys);
  }
}

/* Packs q and do, and computes delta. Rows up to the next tile are 0. */
INLINE void open_block(struct block *b, const float *q, const float *o, const float *lse, const float *d_o,
                       int64_t stride, int64_t rows, int64_t head_dim) {
  int64_t width = padded_head_dim(head_dim), padded = round_up(rows, TILE_ROWS);
  pack_rows(q, stride, rows, head_dim, b->q, padded);
  pack_rows(d_o, stride, rows, head_dim, b->d_o, padded);
  for (int64_t i = 0; i < padded * width; i += VL) vf_store(b->dq + i, vf_set(0));
  for (int64_t r = 0; r < padded; r++) {
    vf sum = {0};
    for (int64_t j = 0; r < rows && j < head_dim; j += VL) {
      sum += vf_load(b->d_o + r * width + j) * vf_load_lanes(o + r * stride + j, lanes(j, head_dim));
    }
    b->delta[r] = vf_sum(sum);
    b->lse[r] = r < rows ? lse[r] * LOG2_E : 0;
  }
}

INLINE void store_dq(const struct block *b, float *dq, int64_t stride, int64_t rows, int64_t head_dim) {
  float scale = 1.0f / sqrtf((float)head_dim);
  int64_t width = padded_head_dim(head_dim);
  for (int64_t r = 0; r < rows; r++) {
    for (int64_t j = 0; j < head_dim; j += VL) {
      vf_store_lanes(dq + r * stride + j, vf_load(b->dq + r * width + j) * scale, lanes(j, head_dim));
    }
  }
}

INLINE void backward(const float *q, const float *kt, const float *k, const float *vt, const float *o, const float *lse,
                     const float *d_o, float *dq, float *dkv, float *scratch, int64_t stride, int64_t tokens,
                     int64_t keys, int64_t head_dim) {
  int64_t width = padded_head_dim(head_dim), size = round_up(keys, KEY_BLOCK) * width;
  struct block b;
  b.q = scratch;
  b.d_o = b.q + ROW_BLOCK * width;
  b.dq = b.d_o + ROW_BLOCK * width;
  b.p = b.dq + ROW_BLOCK * width;
  b.ds = b.p + ROW_BLOCK * KEY_BLOCK;
  for (int64_t i = 0; i < 2 * size; i += VL) vf_store(dkv + i, vf_set(0));
  for (int64_t begin = 0; begin < tokens; begin += ROW_BLOCK) {
    int64_t at = begin * stride, rows = min_int(ROW_BLOCK, tokens - begin);
    open_block(&b, q + at, o + at, lse + begin, d_o + at, stride, rows, head_dim);
    for (int64_t i = 0; i < keys; i += KEY_BLOCK) {
      int64_t block = i * width;
      key_block(&b, kt + block, k + block, vt + block, dkv + block, dkv + size + block, rows,
                min_int(KEY_BLOCK, keys - i), head_dim);
    }
    store_dq(&b, dq + at, stride, rows, head_dim);
  }
}

/*
 * q, o, d_o, dq: rows of one head, apart by stride. kt, k, vt packed; kt as for the forward. scratch: ROW_BLOCK *
 * (3 padded head_dim + 2 KEY_BLOCK) floats. Head sizes of 32 and 64 have loops of fixed length.
 */
void NAME(ciss_attention_backward_f32)(const float *q, const float *kt, const float *k, const float *vt, const float *o,
                                       const float *lse, const float *d_o, float *dq, float *dkv, float *scratch,
                                       int64_t stride, int64_t tokens, int64_t keys, int64_t head_dim) {
  if (head_dim == 32) {
    backward(q, kt, k, vt, o, lse, d_o, dq, dkv, scratch, stride, tokens, keys, 32);
  } else if (head_dim == 64) {
    backward(q, kt, k, vt, o, lse, d_o, dq, dkv, scratch, stride, tokens, keys, 64);
  } else {
    backward(q, kt, k, vt, o, lse, d_o, dq, dkv, scratch, stride, tokens, keys, head_dim);
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
