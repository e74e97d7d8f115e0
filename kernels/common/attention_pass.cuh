/*
 * What the attention kernels on tensor cores share. A block has 4 warps; a warp owns 16 rows of the 64 that stay, as
 * operands in its registers, and goes through the rows of the other side, which pass in tiles through two buffers: one
 * is copied while the other is used. Results of the first products (scores) become operands of the next ones without
 * leaving their registers. Lane 4g+t has columns 2t, 2t+1 of the rows g and g+8 of a product.
 */
#pragma once
#include "dev.cuh"

enum { STAYING = 64 };

#define LOG2_E 1.4426950408889634f
#define LN_2 0.6931471805599453f

/* Maximum (sum) over the four lanes that share a row. */
DEVICE float quad_max(float v) {
  v = fmaxf(v, SHFL_XOR(v, 1));
  return fmaxf(v, SHFL_XOR(v, 2));
}
DEVICE float quad_sum(float v) {
  v += SHFL_XOR(v, 1);
  return v + SHFL_XOR(v, 2);
}

/* Row of the block that this lane's values of r = 0 or 1 belong to. */
DEVICE int staying_row(int r) { return warp_id() * 16 + lane_id() / 4 + 8 * r; }

/* use(stage, first) for every tile of Rows rows, whose copying copy(stage, first) starts; arrived(stage) sees a thread's
 * own copies before all others do. */
template <int Rows, class Stage, class Copy, class Arrived, class Use>
DEVICE void pass_tiles(Stage (&stages)[2], int rows, Copy copy, Arrived arrived, Use use) {
  copy(stages[0], 0);
  cp_async_commit();
  for (int first = 0, now = 0; first < rows; first += Rows, now ^= 1) {
    cp_async_wait<0>();
    arrived(stages[now]);
    SYNC(); /* this tile is there, and the one before has been used */
    if (first + Rows < rows) {
      copy(stages[now ^ 1], first + Rows);
      cp_async_commit();
    }
    use(stages[now], first);
  }
}

/* Starts copying values 0..valid-1 of src, four by four if vectors; the rest is 0. */
template <int Rows>
DEVICE void copy_statistics(float (&to)[Rows], const float *src, int valid, bool vectors) {
  int i = threadIdx.x * 4;
  if (i >= Rows) return;
  if (vectors) {
    cp_async16(to + i, i < valid ? src + i : src, i < valid);
  } else {
    for (int k = 0; k < 4; k++) to[i + k] = i + k < valid ? src[i + k] : 0.0f;
  }
}

/* Turns N * 8 scores of row g + 8 r into powers of 2; corrects what was summed up before by the change of the maximum.
 * column(n, i): where s[n][i] lies in the tile, of which valid columns are there. */
template <int N, int M, class Column>
DEVICE void softmax_row(float (&s)[N][4], int r, int valid, float scale, float &m, float &l, float (&acc)[M][4],
                        Column column) {
  float top = m, sum = 0;
#pragma unroll
  for (int n = 0; n < N; n++) {
#pragma unroll
    for (int i = 2 * r; i < 2 * r + 2; i++) {
      s[n][i] = column(n, i) < valid ? s[n][i] * scale : -INFINITY;
      top = fmaxf(top, s[n][i]);
    }
  }
  top = quad_max(top);
  float correction = fast_exp2(m - top);
#pragma unroll
  for (int n = 0; n < N; n++) {
#pragma unroll
    for (int i = 2 * r; i < 2 * r + 2; i++) sum += s[n][i] = fast_exp2(s[n][i] - top);
  }
  m = top;
  l = l * correction + quad_sum(sum);
#pragma unroll
  for (int d = 0; d < M; d++) {
    acc[d][2 * r] *= correction;
    acc[d][2 * r + 1] *= correction;
  }
}
