/*
 * Tiles and products of the bf16 attention kernels. Rows are padded by eight values, so that the eight rows of an
 * ldmatrix, 16 bytes of each, hit every bank once. Scores of 16 rows, as two products of eight columns, are packed into
 * the first operand of the next product where they lie.
 */
#pragma once
#include "attention_pass.cuh"

enum { PASSING = 64 };

template <int D>
struct alignas(16) Bf16Tile {
  uint16_t at[PASSING][D + 8];
};

/* Whether every row of an array [.., c] of this pitch may be read by 16 bytes. */
DEVICE bool by_eight(const bf16 *p, int c, int64_t pitch) {
  return (c & 7) == 0 && (pitch & 7) == 0 && (reinterpret_cast<uintptr_t>(p) & 15) == 0;
}

/* Starts copying rows 0..valid-1 of src, which lie pitch apart and have head_dim values; the rest of the tile is 0. */
template <int D>
DEVICE void copy_tile(Bf16Tile<D> &tile, const bf16 *src, int64_t pitch, int valid, int head_dim) {
  bool vectors = by_eight(src, head_dim, pitch);
  for (int i = threadIdx.x; i < PASSING * (D / 8); i += blockDim.x) {
    int row = i / (D / 8), column = i % (D / 8) * 8;
    bool there = row < valid && column < head_dim;
    const bf16 *from = there ? src + row * pitch + column : src;
    if (vectors) {
      cp_async16(&tile.at[row][column], from, there);
    } else {
      for (int k = 0; k < 8; k++) tile.at[row][column + k] = there && column + k < head_dim ? from[k].bits : 0;
    }
  }
}

/* The warp's 16 rows of the tile as the first operand of D/16 products over channels. */
template <int D>
DEVICE void load_rows(const Bf16Tile<D> &tile, uint32_t (&a)[D / 16][4]) {
  const uint16_t *row = tile.at[warp_id() * 16 + lane_id() % 16] + lane_id() / 16 * 8;
#pragma unroll
  for (int k = 0; k < D / 16; k++) ldmatrix_x4(a[k], row + 16 * k);
}

/* Two tiles of rows that stay, through a stage that rows pass through afterwards. */
template <int D, class Stage>
DEVICE void load_staying(Stage &stage, const bf16 *a, const bf16 *b, int64_t pitch, int valid, int head_dim,
                         uint32_t (&a_rows)[D / 16][4], uint32_t (&b_rows)[D / 16][4]) {
  copy_tile<D>(stage.a, a, pitch, valid, head_dim);
  copy_tile<D>(stage.b, b, pitch, valid, head_dim);
  cp_async_commit();
  cp_async_wait<0>();
  SYNC();
  load_rows<D>(stage.a, a_rows);
  load_rows<D>(stage.b, b_rows);
  SYNC();
}

/* s[16x8] = the warp's rows times the tile's rows first..first+7. */
template <int D>
DEVICE void score_product(const uint32_t (&a)[D / 16][4], const Bf16Tile<D> &tile, int first, float (&s)[4]) {
  const uint16_t *row = tile.at[first + lane_id() % 8] + lane_id() / 8 * 8;
  s[0] = s[1] = s[2] = s[3] = 0;
#pragma unroll
  for (int k = 0; k < D / 16; k += 2) {
    uint32_t b[4];
    ldmatrix_x4(b, row + 16 * k);
    const uint32_t low[2] = {b[0], b[1]}, high[2] = {b[2], b[3]};
    mma_bf16(s, a[k], low);
    mma_bf16(s, a[k + 1], high);
  }
}

/* Column of the tile that s[i] of a score_product belongs to. */
DEVICE int score_column(int first, int i) { return first + lane_id() % 4 * 2 + i % 2; }

/* acc[16xD] += s[16x16], given as two products of eight columns, times the tile's rows first..first+15. */
template <int D>
DEVICE void accumulate_product(const float (&low)[4], const float (&high)[4], const Bf16Tile<D> &tile, int first,
                               float (&acc)[D / 8][4]) {
  const uint32_t a[4] = {pack_bf16(low[0], low[1]), pack_bf16(low[2], low[3]), pack_bf16(high[0], high[1]),
                         pack_bf16(high[2], high[3])};
  const uint16_t *row = tile.at[first + lane_id() % 16] + lane_id() / 16 * 8;
#pragma unroll
  for (int d = 0; d < D / 8; d += 2) {
    uint32_t b[4];
    ldmatrix_x4_trans(b, row + 8 * d);
    const uint32_t left[2] = {b[0], b[1]}, right[2] = {b[2], b[3]};
    mma_bf16(acc[d], a, left);
    mma_bf16(acc[d + 1], a, right);
  }
}

/* Writes two neighbours, by one access if pairs; the second may be beyond the row's end. */
DEVICE void store_pair(bf16 *p, float low, float high, bool pairs, bool second) {
  if (pairs) {
    CHECK_ALIGNED(p, 4);
    *reinterpret_cast<uint32_t *>(p) = pack_bf16(low, high);
  } else {
    store(p, low);
    if (second) store(p + 1, high);
  }
}
DEVICE void store_pair(float *p, float low, float high, bool pairs, bool second) {
  if (pairs) {
    CHECK_ALIGNED(p, 8);
    *reinterpret_cast<float2 *>(p) = make_float2(low, high);
  } else {
    store(p, low);
    if (second) store(p + 1, high);
  }
}

/* Writes the warp's rows, those of the lane by its factors for rows g and g+8, to rows 0..valid-1 of dst. */
template <int D, class T>
DEVICE void store_rows(T *dst, int64_t pitch, int valid, int head_dim, const float (&acc)[D / 8][4], float low,
                       float high) {
  bool pairs = ((head_dim | pitch) & 1) == 0 && (reinterpret_cast<uintptr_t>(dst) & (2 * sizeof(T) - 1)) == 0;
#pragma unroll
  for (int r = 0; r < 2; r++) {
    int row = staying_row(r);
    float factor = r == 0 ? low : high;
    if (row >= valid) continue;
#pragma unroll
    for (int d = 0; d < D / 8; d++) {
      int column = 8 * d + lane_id() % 4 * 2;
      if (column >= head_dim) continue;
      store_pair(dst + row * pitch + column, acc[d][2 * r] * factor, acc[d][2 * r + 1] * factor, pairs,
                 column + 1 < head_dim);
    }
  }
}
