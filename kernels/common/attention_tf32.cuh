/*
 * Tiles and products of the tf32 attention kernels. Rows are padded by four values, so that the eight rows of an
 * ldmatrix, 16 bytes of each, hit every bank once: as two-byte values it hands out, a pair is a float. A sum may take
 * its terms in any order: places t, t+4 of a product over rows hold the rows 2t, 2t+1 whose scores the lane has, and
 * columns g of two neighbouring products hold channels 2g, 2g+1, so that pairs are read, without conflicts either,
 * and a lane's results are four neighbours.
 */
#pragma once
#include "attention_pass.cuh"

enum { PASSING = 32 };

template <int D>
struct alignas(16) Tf32Tile {
  float at[PASSING][D + 4];
};

/* Starts copying rows 0..valid-1 of src, which lie pitch apart and have head_dim values; the rest of the tile is 0. */
template <int D>
DEVICE void copy_tile(Tf32Tile<D> &tile, const float *src, int64_t pitch, int valid, int head_dim) {
  bool vectors = by_four(src, head_dim) && (pitch & 3) == 0;
  for (int i = threadIdx.x; i < PASSING * (D / 4); i += blockDim.x) {
    int row = i / (D / 4), column = i % (D / 4) * 4;
    bool there = row < valid && column < head_dim;
    const float *from = there ? src + row * pitch + column : src;
    if (vectors) {
      cp_async16(&tile.at[row][column], from, there);
    } else {
      for (int k = 0; k < 4; k++) tile.at[row][column + k] = there && column + k < head_dim ? from[k] : 0.0f;
    }
  }
}

/* Rounds to tf32 what this thread has copied. */
template <int D>
DEVICE void round_tile(Tf32Tile<D> &tile) {
  for (int i = threadIdx.x; i < PASSING * (D / 4); i += blockDim.x) {
    float *at = &tile.at[i / (D / 4)][i % (D / 4) * 4];
    Vec<4> v = load<4>(at);
#pragma unroll
    for (int k = 0; k < 4; k++) v.v[k] = float_of_bits(to_tf32(v.v[k]));
    store<4>(at, v);
  }
}

template <class Stage>
DEVICE void round_tiles(Stage &stage) {
  round_tile(stage.a);
  round_tile(stage.b);
}

/* The warp's 16 rows of src, of which valid are there, as the first operand of D/8 products over channels. */
template <int D>
DEVICE void load_rows(const float *src, int64_t pitch, int valid, int head_dim, uint32_t (&a)[D / 8][4]) {
#pragma unroll
  for (int k = 0; k < D / 8; k++) {
#pragma unroll
    for (int i = 0; i < 4; i++) {
      int row = staying_row(i % 2), column = 8 * k + lane_id() % 4 + i / 2 * 4;
      a[k][i] = to_tf32(row < valid && column < head_dim ? src[row * pitch + column] : 0.0f);
    }
  }
}

DEVICE void load_pair(const float *p, uint32_t (&bits)[2]) {
  CHECK_ALIGNED(p, 8);
  float2 v = *reinterpret_cast<const float2 *>(p);
  bits[0] = bits_of_float(v.x), bits[1] = bits_of_float(v.y);
}

/* s[16x8] = the warp's rows times the tile's rows first..first+7. */
template <int D>
DEVICE void score_product(const uint32_t (&a)[D / 8][4], const Tf32Tile<D> &tile, int first, float (&s)[4]) {
  const float *row = tile.at[first + lane_id() % 8] + lane_id() / 8 * 4;
  s[0] = s[1] = s[2] = s[3] = 0;
#pragma unroll
  for (int k = 0; k < D / 8; k += 2) {
    uint32_t b[4];
    ldmatrix_x4(b, row + 8 * k);
    const uint32_t low[2] = {b[0], b[1]}, high[2] = {b[2], b[3]};
    mma_tf32(s, a[k], low);
    mma_tf32(s, a[k + 1], high);
  }
}

/* Row of the tile that s[i] of a score_product belongs to. */
DEVICE int score_row(int first, int i) { return first + lane_id() % 4 * 2 + i % 2; }

/* acc[16xD] += s[16x8] times the tile's rows first..first+7. */
template <int D>
DEVICE void accumulate_product(const float (&s)[4], const Tf32Tile<D> &tile, int first, float (&acc)[D / 8][4]) {
  const float *low = tile.at[score_row(first, 0)] + lane_id() / 4 * 2;
  const float *high = tile.at[score_row(first, 1)] + lane_id() / 4 * 2;
  const uint32_t a[4] = {to_tf32(s[0]), to_tf32(s[2]), to_tf32(s[1]), to_tf32(s[3])};
#pragma unroll
  for (int d = 0; d < D / 8; d += 2) {
    uint32_t l[2], h[2];
    load_pair(low + 8 * d, l);
    load_pair(high + 8 * d, h);
    const uint32_t even[2] = {l[0], h[0]}, odd[2] = {l[1], h[1]};
    mma_tf32(acc[d], a, even);
    mma_tf32(acc[d + 1], a, odd);
  }
}

/* Writes the warp's rows, those of the lane by its factors for rows g and g+8, to rows 0..valid-1 of dst. */
template <int D>
DEVICE void store_rows(float *dst, int64_t pitch, int valid, int head_dim, const float (&acc)[D / 8][4], float low,
                       float high) {
  bool vectors = by_four(dst, head_dim) && (pitch & 3) == 0;
#pragma unroll
  for (int r = 0; r < 2; r++) {
    int row = staying_row(r);
    float factor = r == 0 ? low : high;
    if (row >= valid) continue;
#pragma unroll
    for (int d = 0; d < D / 8; d += 2) {
      int column = 8 * d + lane_id() % 4 * 4;
      float *to = dst + row * pitch + column;
      Vec<4> v;
#pragma unroll
      for (int k = 0; k < 4; k++) v.v[k] = acc[d + k % 2][2 * r + k / 2] * factor;
      if (vectors && column < head_dim) {
        store<4>(to, v);
      } else {
#pragma unroll
        for (int k = 0; k < 4; k++) {
          if (column + k < head_dim) to[k] = v.v[k];
        }
      }
    }
  }
}
