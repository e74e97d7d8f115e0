/*
 * What the tf32 attention kernels share. A block has 4 warps; a warp owns 16 rows of the tile of 64 that stays, and
 * goes through tiles of 64 rows of the other side. Results of the first products (scores) become operands of the next
 * ones without leaving their registers: the result's columns 2t, 2t+1 are given the operand's places t, t+4, and the
 * other operand's rows are read in that order.
 *
 * Tiles lie in shared memory already rounded to tf32, rows padded by four: both ways of reading hit every bank once.
 */
#pragma once
#include "dev.cuh"

template <int D>
struct Tf32Tile {
  uint32_t at[64][D + 4];
};

/* Rows 0..valid-1 of src, which lie pitch apart and have head_dim values; the rest of the tile is 0. */
template <int D>
DEVICE void load_tile(Tf32Tile<D> &tile, const float *src, int64_t pitch, int valid, int head_dim) {
  bool vectors = by_four(src, head_dim) && (pitch & 3) == 0;
  for (int i = threadIdx.x; i < 64 * (D / 4); i += blockDim.x) {
    int row = i / (D / 4), column = i % (D / 4) * 4;
    Vec<4> v{};
    if (row < valid && column < head_dim) {
      const float *p = src + row * pitch + column;
      if (vectors) {
        v = load<4>(p);
      } else {
        for (int k = 0; k < 4 && column + k < head_dim; k++) v.v[k] = p[k];
      }
    }
#pragma unroll
    for (int k = 0; k < 4; k++) tile.at[row][column + k] = to_tf32(v.v[k]);
  }
}

/* The warp's 16 rows as the first operand of D/8 products. */
template <int D>
DEVICE void load_rows(const Tf32Tile<D> &tile, uint32_t (&a)[D / 8][4]) {
  int row = warp_id() * 16 + lane_id() / 4, t = lane_id() % 4;
#pragma unroll
  for (int k = 0; k < D / 8; k++) {
    a[k][0] = tile.at[row][8 * k + t];
    a[k][1] = tile.at[row + 8][8 * k + t];
    a[k][2] = tile.at[row][8 * k + t + 4];
    a[k][3] = tile.at[row + 8][8 * k + t + 4];
  }
}

/* s[16x8] = rows times the tile's rows first..first+7. */
template <int D>
DEVICE void score_product(const uint32_t (&a)[D / 8][4], const Tf32Tile<D> &tile, int first, float (&s)[4]) {
  const uint32_t *row = tile.at[first + lane_id() / 4] + lane_id() % 4;
  s[0] = s[1] = s[2] = s[3] = 0;
#pragma unroll
  for (int k = 0; k < D / 8; k++) {
    uint32_t b[2] = {row[8 * k], row[8 * k + 4]};
    mma_tf32(s, a[k], b);
  }
}

/* acc[16xD] += s[16x8] times the tile's rows first..first+7. */
template <int D>
DEVICE void accumulate_product(const float (&s)[4], const Tf32Tile<D> &tile, int first, float (&acc)[D / 8][4]) {
  int t = lane_id() % 4, g = lane_id() / 4;
  const uint32_t a[4] = {to_tf32(s[0]), to_tf32(s[2]), to_tf32(s[1]), to_tf32(s[3])};
#pragma unroll
  for (int d = 0; d < D / 8; d++) {
    uint32_t b[2] = {tile.at[first + 2 * t][8 * d + g], tile.at[first + 2 * t + 1][8 * d + g]};
    mma_tf32(acc[d], a, b);
  }
}

/* Writes the warp's rows, those of the lane by its factors for rows g and g+8, to rows 0..valid-1 of dst. */
template <int D>
DEVICE void store_rows(float *dst, int64_t pitch, int valid, int head_dim, const float (&acc)[D / 8][4], float low,
                       float high) {
  int row = warp_id() * 16 + lane_id() / 4, t = lane_id() % 4;
#pragma unroll
  for (int d = 0; d < D / 8; d++) {
#pragma unroll
    for (int i = 0; i < 4; i++) {
      int r = row + i / 2 * 8, column = 8 * d + 2 * t + i % 2;
      if (r < valid && column < head_dim) dst[r * pitch + column] = acc[d][i] * (i < 2 ? low : high);
    }
  }
}
