/*
 * What forward and backward of attention share: products of register tiles, and the packed layout of keys and values.
 *
 * Keys come in blocks of KEY_BLOCK. A packed matrix of one head is, block after block, either transposed,
 * [padded head_dim][KEY_BLOCK], or plain, [KEY_BLOCK][padded head_dim]; head_dim is padded to a multiple of 16, so that
 * no vector of any instruction set is cut. Scores and their gradients stand row by row, [rows][KEY_BLOCK] per block.
 */
#ifndef CISS_ATTENTION_TILE_H
#define CISS_ATTENTION_TILE_H

#include "simd.h"

#define KEY_BLOCK 64
#define TILE_ROWS (VL == 16 ? 8 : 4)
#define TILE_VECTORS 2
#define LOG2_E 1.44269504088896341f
#define LN_2 0.693147180559945309f

typedef vf tile[TILE_ROWS][TILE_VECTORS];

INLINE int64_t round_up(int64_t n, int64_t multiple) { return (n + multiple - 1) / multiple * multiple; }
INLINE int64_t padded_head_dim(int64_t head_dim) { return round_up(head_dim, 16); }

/* acc[r][i] += sum over k below depth of a[r * a_row + k * a_step] * b[k * b_step], vector i; vectors is a constant. */
INLINE void tile_product(tile acc, int vectors, const float *a, int64_t a_row, int64_t a_step, const float *b,
                         int64_t b_step, int64_t depth) {
  for (int64_t k = 0; k < depth; k++) {
    vf right[TILE_VECTORS];
#pragma GCC unroll 2
    for (int i = 0; i < vectors; i++) right[i] = vf_load(b + k * b_step + i * VL);
#pragma GCC unroll 8
    for (int r = 0; r < TILE_ROWS; r++) {
      float left = a[r * a_row + k * a_step];
#pragma GCC unroll 2
      for (int i = 0; i < vectors; i++) acc[r][i] += left * right[i];
    }
  }
}

INLINE void tile_clear(tile acc) {
#pragma GCC unroll 8
  for (int r = 0; r < TILE_ROWS; r++) {
#pragma GCC unroll 2
    for (int i = 0; i < TILE_VECTORS; i++) acc[r][i] = vf_set(0);
  }
}

INLINE void tile_load(tile acc, int vectors, const float *x, int64_t stride) {
#pragma GCC unroll 8
  for (int r = 0; r < TILE_ROWS; r++) {
#pragma GCC unroll 2
    for (int i = 0; i < vectors; i++) acc[r][i] = vf_load(x + r * stride + i * VL);
  }
}

INLINE void tile_store(tile acc, int vectors, float *x, int64_t stride) {
#pragma GCC unroll 8
  for (int r = 0; r < TILE_ROWS; r++) {
#pragma GCC unroll 2
    for (int i = 0; i < vectors; i++) vf_store(x + r * stride + i * VL, acc[r][i]);
  }
}

/* Copies rows of one head, apart by stride, to y [padded_rows][padded head_dim], which ends in zeros on both axes. */
INLINE void pack_rows(const float *x, int64_t stride, int64_t rows, int64_t head_dim, float *y, int64_t padded_rows) {
  int64_t width = padded_head_dim(head_dim);
  for (int64_t r = 0; r < padded_rows; r++) {
    for (int64_t j = 0; j < width; j += VL) {
      int64_t n = r < rows ? max_int(0, lanes(j, head_dim)) : 0;
      vf_store(y + r * width + j, vf_load_lanes(x + r * stride + j, n));
    }
  }
}

#endif
