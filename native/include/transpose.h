/* Transposition of small blocks in registers: what brings weights from the order of checkpoints into that of products. */
#ifndef CISS_TRANSPOSE_H
#define CISS_TRANSPOSE_H

#include "simd.h"

/*
 * One step of the transposition of r[VL]: exchanges the off-diagonal d x d blocks of every 2d x 2d block on the diagonal. In
 * lane l, bit d of l decides whether a result comes from row r or from row r + d.
 */
INLINE void exchange_blocks(vf *r, int d) {
  vi lower, upper;
#pragma GCC unroll 16
  for (int l = 0; l < VL; l++) {
    lower[l] = l & d ? VL + l - d : l;
    upper[l] = l & d ? VL + l : l + d;
  }
#pragma GCC unroll 16
  for (int i = 0; i < VL; i++) {
    if (i & d) continue;
    vf a = r[i], b = r[i + d];
    r[i] = __builtin_shuffle(a, b, lower);
    r[i + d] = __builtin_shuffle(a, b, upper);
  }
}

/* r[i][l] and r[l][i] change places. */
INLINE void transpose(vf *r) {
  exchange_blocks(r, 1);
  exchange_blocks(r, 2);
#if VL > 4
  exchange_blocks(r, 4);
#endif
#if VL > 8
  exchange_blocks(r, 8);
#endif
}

/* columns[l][i] = from[i * pitch + l] for i < rows, l < n; the rest is 0. rows and n are at most VL. */
INLINE void load_transposed(const float *from, int64_t pitch, int64_t rows, int64_t n, vf *columns) {
#pragma GCC unroll 16
  for (int i = 0; i < VL; i++) columns[i] = i < rows ? vf_load_lanes(from + i * pitch, n) : vf_set(0);
  transpose(columns);
}

/* to[i * pitch + l] += columns[l][i] for i < rows, l < n. */
INLINE void add_transposed(vf *columns, float *to, int64_t pitch, int64_t rows, int64_t n) {
  transpose(columns);
  for (int64_t i = 0; i < rows; i++) {
    vf_store_lanes(to + i * pitch, vf_load_lanes(to + i * pitch, n) + columns[i], n);
  }
}

#endif
