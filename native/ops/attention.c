/*
 * Multi-head attention, forward: o = softmax(q k^T / sqrt(head_dim)) v for the rows (tokens) of one image and head.
 *
 * The tokens x keys matrix never exists: blocks of ROW_BLOCK rows keep their scores [blocks of keys][rows][KEY_BLOCK] in
 * scratch memory, in the first cache for the usual numbers of keys. Powers are powers of two: k is packed with the factor
 * log2(e) / sqrt(head_dim). The logarithms lse of the denominators [tokens] are kept for the backward.
 */
#include "attention_tile.h"
#include "math_vector.h"
#include "operation.h"

#define ROW_BLOCK 16

/*
 * One block of at most KEY_BLOCK keys or values of a head, apart by stride: transposed [padded head_dim][KEY_BLOCK] =
 * scale x^T and plain [KEY_BLOCK][padded head_dim] = x; either may be NULL. Padding is 0.
 */
void NAME(ciss_attention_pack_f32)(const float *x, int64_t stride, int64_t keys, int64_t head_dim, float scale,
                                   float *transposed, float *plain) {
  if (plain) pack_rows(x, stride, keys, head_dim, plain, KEY_BLOCK);
  if (!transposed) return;
  for (int64_t j = 0; j < padded_head_dim(head_dim); j++) {
    for (int64_t k = 0; k < KEY_BLOCK; k++) {
      transposed[j * KEY_BLOCK + k] = j < head_dim && k < keys ? scale * x[k * stride + j] : 0;
    }
  }
}

/* Scores of TILE_ROWS rows against `vectors` vectors of keys; `valid` of the keys exist, the others score -infinity. */
INLINE void score_tile(int vectors, const float *q, const float *kt, float *scores, vf *maximum, int64_t width,
                       int64_t head_dim, int64_t valid) {
  tile acc;
  tile_clear(acc);
  tile_product(acc, vectors, q, width, 1, kt, KEY_BLOCK, head_dim);
  if (valid < vectors * VL) {
    vi index;
    for (int i = 0; i < VL; i++) index[i] = i;
    for (int i = 0; i < vectors; i++) {
      vi missing = index >= vi_set((int32_t)(valid - i * VL));
      for (int r = 0; r < TILE_ROWS; r++) acc[r][i] = vf_select(missing, vf_set(-INFINITY), acc[r][i]);
    }
  }
  tile_store(acc, vectors, scores, KEY_BLOCK);
#pragma GCC unroll 8
  for (int r = 0; r < TILE_ROWS; r++) {
#pragma GCC unroll 2
    for (int i = 0; i < vectors; i++) maximum[r] = vf_max(maximum[r], acc[r][i]);
  }
}

/* Scores of a block of rows against all keys, and the largest of each row. */
INLINE void score_rows(const float *q, const float *kt, float *scores, float *maximum, int64_t rows, int64_t keys,
                       int64_t head_dim) {
  int64_t width = padded_head_dim(head_dim);
  vf largest[ROW_BLOCK];
  for (int64_t r = 0; r < rows; r++) largest[r] = vf_set(-INFINITY);
  for (int64_t begin = 0; begin < keys; begin += KEY_BLOCK, kt += width * KEY_BLOCK, scores += ROW_BLOCK * KEY_BLOCK) {
    int64_t count = min_int(KEY_BLOCK, keys - begin);
    for (int64_t r = 0; r < rows; r += TILE_ROWS) {
      const float *qr = q + r * width;
      int64_t k = 0;
      for (; k + VL < count; k += 2 * VL) {
        score_tile(2, qr, kt + k, scores + r * KEY_BLOCK + k, largest + r, width, head_dim, count - k);
      }
      if (k < count) score_tile(1, qr, kt + k, scores + r * KEY_BLOCK + k, largest + r, width, head_dim, count - k);
    }
  }
  for (int64_t r = 0; r < rows; r++) maximum[r] = vf_maximum(largest[r]);
}

/* scores := 2^(scores - maximum), and the sum of each row. */
INLINE void exponentials(float *scores, const float *maximum, float *sum, int64_t rows, int64_t keys) {
  vf total[ROW_BLOCK];
  for (int64_t r = 0; r < rows; r++) total[r] = vf_set(0);
  for (int64_t begin = 0; begin < keys; begin += KEY_BLOCK, scores += ROW_BLOCK * KEY_BLOCK) {
    int64_t count = min_int(KEY_BLOCK, keys - begin);
    for (int64_t r = 0; r < rows; r++) {
      for (int64_t k = 0; k < count; k += VL) {
        vf p = vf_exp2(vf_load(scores + r * KEY_BLOCK + k) - maximum[r]);
        vf_store(scores + r * KEY_BLOCK + k, p);
        total[r] += p;
      }
    }
  }
  for (int64_t r = 0; r < rows; r++) sum[r] = vf_sum(total[r]);
}

/* o[r] = factor[r] * p[r] v for TILE_ROWS rows, of which `rows` exist, and the columns from j. */
INLINE void output_tile(int vectors, const float *p, const float *v, const float *factor, float *o, int64_t stride,
                        int64_t rows, int64_t keys, int64_t head_dim, int64_t j) {
  int64_t width = padded_head_dim(head_dim);
  tile acc;
  tile_clear(acc);
  for (int64_t begin = 0; begin < keys; begin += KEY_BLOCK, p += ROW_BLOCK * KEY_BLOCK, v += KEY_BLOCK * width) {
    tile_product(acc, vectors, p, KEY_BLOCK, 1, v + j, width, min_int(KEY_BLOCK, keys - begin));
  }
#pragma GCC unroll 8
  for (int r = 0; r < TILE_ROWS; r++) {
    if (r >= rows) break;
#pragma GCC unroll 2
    for (int i = 0; i < vectors; i++) {
      int64_t n = lanes(j + i * VL, head_dim);
      if (n > 0) vf_store_lanes(o + r * stride + j + i * VL, acc[r][i] * factor[r], n);
    }
  }
}

INLINE void forward(const float *q, const float *kt, const float *v, float *o, float *lse, float *scratch,
                    int64_t stride, int64_t tokens, int64_t keys, int64_t head_dim) {
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
      const float *p = scores + r * KEY_BLOCK;
      int64_t j = 0;
      for (; j + VL < width; j += 2 * VL) {
        output_tile(2, p, v, factor + r, o + r * stride, stride, rows - r, keys, head_dim, j);
      }
      if (j < width) output_tile(1, p, v, factor + r, o + r * stride, stride, rows - r, keys, head_dim, j);
    }
  }
}

/*
 * The rows of one head: q and o apart by stride; kt transposed and v plain, packed; scratch: ROW_BLOCK * (padded head_dim
 * + keys rounded up to blocks) floats. Head sizes of 32 and 64 have loops of fixed length.
 */
void NAME(ciss_attention_forward_f32)(const float *q, const float *kt, const float *v, float *o, float *lse,
                                      float *scratch, int64_t stride, int64_t tokens, int64_t keys, int64_t head_dim) {
  if (head_dim == 32) {
    forward(q, kt, v, o, lse, scratch, stride, tokens, keys, 32);
  } else if (head_dim == 64) {
    forward(q, kt, v, o, lse, scratch, stride, tokens, keys, 64);
  } else {
    forward(q, kt, v, o, lse, scratch, stride, tokens, keys, head_dim);
  }
}
