/*
 * What the fp32 attention kernels share: tiles of 64 rows (32 for heads above 64) in shared memory and products of two
 * of them.
 *
 * A block has 256 threads. With R = 4 (2) rows a thread, thread (i, j) = (tid / 16, tid % 16) owns rows R*i..R*i+R-1 of
 * a tile of results and, of scores [16R][16R], columns j, j+16, ..; of a [16R][D] product, columns j*D/16 and the D/16-1
 * next ones. A row of results thus belongs to 16 neighbouring lanes of one warp. Rows are padded by four: a column of
 * float4 hits every bank once.
 *
 * Head sizes below D are filled up with zeros. q, o [n, tokens, channels], kv [n, keys, 2*channels], keys before
 * values, channels head-major; grid (tiles of rows, heads, n).
 */
#pragma once
#include "dev.cuh"

/* Rows of a tile for heads of up to D channels, and rows of a thread. */
template <int D>
constexpr int ROWS = D <= 64 ? 64 : 32;
template <int D>
constexpr int R = ROWS<D> / 16;

template <int D>
struct alignas(16) AttentionTile {
  float at[ROWS<D>][D + 4];
};
template <int D>
struct alignas(16) AttentionScores {
  float at[ROWS<D>][ROWS<D> + 4];
};

template <int D>
DEVICE int attention_row() {
  return (int)(threadIdx.x >> 4) * R<D>;
}
DEVICE int attention_column() { return (int)(threadIdx.x & 15); }

/* Rows 0..valid-1 of src, which lie pitch apart and have head_dim values; the rest of the tile is 0. */
template <int D>
DEVICE void load_tile(AttentionTile<D> &tile, const float *src, int64_t pitch, int valid, int head_dim) {
  bool vectors = by_four(src, head_dim) && (pitch & 3) == 0;
  for (int i = threadIdx.x; i < ROWS<D> * (D / 4); i += blockDim.x) {
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
    store<4>(&tile.at[row][column], v);
  }
}

/* s[i][j] = sum over channels of a[row i] b[row j], for this thread's rows and columns. */
template <int D>
DEVICE void score_product(const AttentionTile<D> &a, const AttentionTile<D> &b, float (&s)[R<D>][R<D>]) {
  int row = attention_row<D>(), column = attention_column();
#pragma unroll
  for (int i = 0; i < R<D>; i++) {
#pragma unroll
    for (int j = 0; j < R<D>; j++) s[i][j] = 0;
  }
#pragma unroll 4
  for (int d = 0; d < D; d += 4) {
    Vec<4> x[R<D>], y[R<D>];
#pragma unroll
    for (int i = 0; i < R<D>; i++) {
      x[i] = load<4>(&a.at[row + i][d]);
      y[i] = load<4>(&b.at[column + 16 * i][d]);
    }
#pragma unroll
    for (int i = 0; i < R<D>; i++) {
#pragma unroll
      for (int j = 0; j < R<D>; j++) {
#pragma unroll
        for (int k = 0; k < 4; k++) s[i][j] = fmaf(x[i].v[k], y[j].v[k], s[i][j]);
      }
    }
  }
}

/* Hands this thread's scores to the lanes of its rows; the rows belong to this warp alone. */
template <int D>
DEVICE void share_scores(AttentionScores<D> &tile, const float (&s)[R<D>][R<D>]) {
  int row = attention_row<D>(), column = attention_column();
  SYNC_WARP(); /* the previous scores have been read */
#pragma unroll
  for (int i = 0; i < R<D>; i++) {
#pragma unroll
    for (int j = 0; j < R<D>; j++) tile.at[row + i][column + 16 * j] = s[i][j];
  }
  SYNC_WARP();
}

/* W neighbours, aligned to the largest access of up to 16 bytes that W is a multiple of. */
template <int W>
DEVICE void load_neighbours(const float *p, float (&v)[W]) {
  if constexpr (W % 4 == 0) {
#pragma unroll
    for (int w = 0; w < W; w += 4) {
      Vec<4> four = load<4>(p + w);
#pragma unroll
      for (int k = 0; k < 4; k++) v[w + k] = four.v[k];
    }
  } else {
    static_assert(W == 2, "2, or a multiple of 4");
    CHECK_ALIGNED(p, 8);
    float2 two = *reinterpret_cast<const float2 *>(p);
    v[0] = two.x, v[1] = two.y;
  }
}

/* acc[i][d] += sum over k of scores[row i][k] b[k][d], for this thread's rows and channels. */
template <int D>
DEVICE void accumulate_product(const AttentionScores<D> &scores, const AttentionTile<D> &b, float (&acc)[R<D>][D / 16]) {
  int row = attention_row<D>(), column = attention_column() * (D / 16);
#pragma unroll 1
  for (int k = 0; k < ROWS<D>; k += 4) {
    Vec<4> p[R<D>];
#pragma unroll
    for (int i = 0; i < R<D>; i++) p[i] = load<4>(&scores.at[row + i][k]);
#pragma unroll
    for (int kk = 0; kk < 4; kk++) {
      float v[D / 16];
      load_neighbours(&b.at[k + kk][column], v);
#pragma unroll
      for (int d = 0; d < D / 16; d++) {
#pragma unroll
        for (int i = 0; i < R<D>; i++) acc[i][d] = fmaf(p[i].v[kk], v[d], acc[i][d]);
      }
    }
  }
}

/* Writes factor * acc to the rows 0..valid-1 of dst. */
template <int D>
DEVICE void store_rows(float *dst, int64_t pitch, int valid, int head_dim, const float (&acc)[R<D>][D / 16],
                       const float (&factor)[R<D>]) {
  constexpr int V = D % 64 == 0 ? 4 : 1;
  int row = attention_row<D>(), column = attention_column() * (D / 16);
  bool vectors = V == 4 && by_four(dst, head_dim) && (pitch & 3) == 0;
#pragma unroll
  for (int i = 0; i < R<D>; i++) {
    if (row + i >= valid) continue;
    float *to = dst + (row + i) * pitch + column;
#pragma unroll
    for (int d = 0; d < D / 16; d += V) {
      Vec<V> v;
#pragma unroll
      for (int k = 0; k < V; k++) v.v[k] = acc[i][d + k] * factor[i];
      if (vectors && column + d < head_dim) {
        store<V>(to + d, v);
      } else {
#pragma unroll
        for (int k = 0; k < V; k++) {
          if (column + d + k < head_dim) to[d + k] = v.v[k];
        }
      }
    }
  }
}
