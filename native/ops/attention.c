/*
 * Multi-head attention, forward: o = softmax(q k^T / sqrt(head_dim)) v for the rows (tokens) of one image and head.
 *
 * The tokens x keys matrix never exists: blocks of ROW_BLOCK rows keep their scores [blocks of keys][rows][PANEL] in
 * scratch memory, in the first cache for the usual numbers of keys. Powers are powers of two: k is packed with the factor
 * log2(e) / sqrt(head_dim). The logarithms lse of the denominators [tokens] are kept for the backward.
 */
#include "attention_tile.h"
#include "math_vector.h"
#include "operation.h"

#define ROW_BLOCK 16

/* Scores of TILE_ROWS rows against `vectors` vectors of keys; `valid` of the keys exist, the others score -infinity. */
INLINE void score_tile(int vectors, const float *q, const float *kt, float *scores, vf *maximum, int64_t head_dim,
                       int64_t valid) {
  tile acc;
  tile_clear(acc);
  tile_product(acc, vectors, q, padded_head_dim(head_dim), 1, kt, PANEL, head_dim);
  if (valid < vectors * VL) {
    vi index;
    for (int i = 0; i < VL; i++) index[i] = i;
#pragma GCC unroll 2
    for (int i = 0; i < vectors; i++) {
      vi missing = index >= vi_set((int32_t)(valid - i * VL));
#pragma GCC unroll 8
      for (int r = 0; r < TILE_ROWS; r++) acc[r][i] = vf_select(missing, vf_set(-INFINITY), acc[r][i]);
    }
  }
  tile_store(acc, vectors, scores, PANEL);
#pragma GCC unroll 8
  for (int r = 0; r < TILE_ROWS; r++) {
#pragma GCC unroll 2
    for (int i = 0; i < vectors; i++) maximum[r] = vf_max(maximum[r], acc[r][i]);
  }
}

OUTLINE void score_2(const float *q, const float *kt, float *scores, vf *maximum, int64_t head_dim, int64_t valid) {
  score_tile(2, q, kt, scores, maximum, head_dim, valid);
}

OUTLINE void score_1(const float *q, const float *kt, float *scores, vf *maximum, int64_t head_dim, int64_t valid) {
  score_tile(1, q, kt, scores, maximum, head_dim, valid);
}

/* Scores of a block of rows against all keys, and the largest of each row. */
OUTLINE void score_rows(const float *q, const float *kt, float *scores, float *maximum, int64_t rows, int64_t keys,
                        int64_t head_dim) {
  int64_t width = padded_head_dim(head_dim);
  vf largest[ROW_BLOCK];
  for (int64_t r = 0; r < rows; r++) largest[r] = vf_set(-INFINITY);
  for (int64_t begin = 0; begin < keys; begin += PANEL, kt += PANEL * width, scores += ROW_BLOCK * PANEL) {
    int64_t count = min_int(PANEL, keys - begin);
    for (int64_t r = 0; r < rows; r += TILE_ROWS) {
      int64_t k = 0;
      for (; k + VL < count; k += TILE_COLUMNS) {
        score_2(q + r * width, kt + k, scores + r * PANEL + k, largest + r, head_dim, count - k);
      }
      if (k < count) score_1(q + r * width, kt + k, scores + r * PANEL + k, largest + r, head_dim, count - k);
    }
  }
  for (int64_t r = 0; r < rows; r++) maximum[r] = vf_maximum(largest[r]);
}

/* scores := 2^(scores - maximum), and the sum of each row. */
OUTLINE void exponentials(float *scores, const float *maximum, float *sum, int64_t rows, int64_t keys) {
  for (int64_t r = 0; r < rows; r++) {
    vf total = {0};
    for (int64_t begin = 0; begin < keys; begin += PANEL) {
      float *row = scores + begin * ROW_BLOCK + r * PANEL;
      int64_t count = min_int(PANEL, keys - begin);
      for (int64_t k = 0; k < count; k += VL) {
        vf p = vf_exp2(vf_load(row + k) - maximum[r]);
        vf_store(row + k, p);
        total += p;
      }
    }
    sum[r] = vf_sum(total);
  }
}

/* o[r] = factor[r] * p[r] v in `columns` of the columns of a tile, for the first `rows` of its rows. */
OUTLINE void output_tile(const float *p, const float *v, const float *factor, float *o, int64_t stride, int64_t rows,
                         int64_t columns, int64_t keys, int64_t head_dim) {
  tile acc;
  tile_clear(acc);
  for (int64_t begin = 0; begin < keys; begin += PANEL, p += ROW_BLOCK * PANEL, v += PANEL * padded_head_dim(head_dim)) {
    tile_product(acc, 2, p, PANEL, 1, v, PANEL, min_int(PANEL, keys - begin));
  }
#pragma GCC unroll 8
  for (int r = 0; r < TILE_ROWS; r++) {
    if (r >= rows) break;
    vf_store_lanes(o + r * stride, acc[r][0] * factor[r], min_int(VL, columns));
    if (columns > VL) vf_store_lanes(o + r * stride + VL, acc[r][1] * factor[r], min_int(VL, columns - VL));
  }
}

/*
 * The rows of one head: q and o apart by stride; kt transposed and v plain, packed; scratch: ROW_BLOCK * (padded head_dim
 * + keys rounded up to blocks) floats.
 */
void NAME(ciss_attention_forward_f32)(const float *q, const float *kt, const float *v, float *o, float *lse,
                                      float *scratch, int64_t stride, int64_t tokens, int64_t keys, int64_t head_dim) {
  int64_t width = padded_head_dim(head_dim);
  float *packed = scratch, *scores = scratch + ROW_BLOCK * width;
  for (int64_t begin = 0; begin < tokens; begin += ROW_BLOCK, q += ROW_BLOCK * stride, o += ROW_BLOCK * stride) {
    int64_t rows = min_int(ROW_BLOCK, tokens - begin), padded = round_up(rows, TILE_ROWS);
    float maximum[ROW_BLOCK] = {0}, sum[ROW_BLOCK], factor[ROW_BLOCK];
    for (int r = 0; r < ROW_BLOCK; r++) sum[r] = 1;
    pack_rows(q, stride, rows, head_dim, packed, padded);
    score_rows(packed, kt, scores, maximum, padded, keys, head_dim);
    exponentials(scores, maximum, sum, padded, keys);
    for (int64_t r = 0; r < rows; r += VL) {
      vf s = vf_load(sum + r);
      vf_store(factor + r, 1.0f / s);
      vf_store_lanes(lse + begin + r, vf_load(maximum + r) * LN_2 + vf_log(s), lanes(r, rows));
    }
    for (int64_t r = 0; r < rows; r += TILE_ROWS) {
      for (int64_t j = 0; j < head_dim; j += TILE_COLUMNS) {
        const float *panel = v + j / PANEL * PANEL * PANEL + j % PANEL;
        output_tile(scores + r * PANEL, panel, factor + r, o + r * stride + j, stride, rows - r, head_dim - j, keys,
                    head_dim);
      }
    }
  }
}
