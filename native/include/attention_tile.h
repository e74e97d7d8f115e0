/*
 * What forward and backward of attention share: products of register tiles, and the packed layout of keys and values.
 *
 * Everything comes in panels of PANEL columns, which the tiles read from end to end. Keys are cut into blocks of PANEL. A
 * packed block is either transposed, [head_dim][PANEL keys], or plain, [padded head_dim / PANEL][PANEL keys][PANEL]: PANEL *
 * padded head_dim floats each, head_dim padded to a multiple of PANEL. Scores and their gradients stand as
 * [rows][PANEL] per block.
 */
#ifndef CISS_ATTENTION_TILE_H
#define CISS_ATTENTION_TILE_H

#include "simd.h"

#define PANEL 32
#define TILE_ROWS (VL == 16 ? 8 : 4)
#define TILE_COLUMNS (2 * VL)
#define LOG2_E 1.44269504088896341f
#define LN_2 0.693147180559945309f

/* Loops around a tile stay functions of their own: inlined, they lose registers to what surrounds them. */
#define OUTLINE static __attribute__((noinline))

typedef vf tile[TILE_ROWS][2];

INLINE int64_t round_up(int64_t n, int64_t multiple) { return (n + multiple - 1) / multiple * multiple; }
INLINE int64_t padded_head_dim(int64_t head_dim) { return round_up(head_dim, PANEL); }

/* acc[r][i] += sum over k below depth of a[r * a_row + k * a_step] * b[k * b_step], vector i; vectors is a constant. */
INLINE void tile_product(tile acc, int vectors, const float *a, int64_t a_row, int64_t a_step, const float *b,
                         int64_t b_step, int64_t depth) {
#pragma GCC unroll 2
  for (int64_t k = 0; k < depth; k++) {
    vf right[2];
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
  for (int r = 0; r < TILE_ROWS; r++) acc[r][0] = acc[r][1] = vf_set(0);
}

INLINE void tile_load(tile acc, const float *x, int64_t stride) {
#pragma GCC unroll 8
  for (int r = 0; r < TILE_ROWS; r++) {
    acc[r][0] = vf_load(x + r * stride);
    acc[r][1] = vf_load(x + r * stride + VL);
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
