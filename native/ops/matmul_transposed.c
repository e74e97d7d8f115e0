/*
 * c [m, n] = a^T b, or +=, with a [k, m], b [k, n], all with pitches in elements. The products of weight gradients: both
 * operands are read along rows, so neither has to be transposed.
 *
 * A block of DEPTH rows of b, WIDE vectors wide, is copied side by side and stays in the first cache while all of a's
 * columns pass by, up to TALL of them at a time: TALL * WIDE sums in registers. Every element is summed in the order of k
 * within a block of DEPTH, and the blocks are added in order.
 */
#include "operation.h"
#include "simd.h"

#define DEPTH 128
#define WIDE 2
#if VL == 16
#define TALL 12
#else
#define TALL 6
#endif

/* tall columns of a times wide vectors of b; the last vector of c has n lanes. */
INLINE void block(const float *a, int64_t a_pitch, const float *b, int64_t depth, int accumulate, float *c,
                  int64_t c_pitch, const int tall, const int wide, int64_t n) {
  vf sum[TALL][WIDE];
#pragma GCC unroll 12
  for (int i = 0; i < tall; i++) {
#pragma GCC unroll 2
    for (int j = 0; j < wide; j++) sum[i][j] = vf_set(0);
  }
  for (int64_t k = 0; k < depth; k++, a += a_pitch, b += wide * VL) {
    vf row[WIDE];
#pragma GCC unroll 2
    for (int j = 0; j < wide; j++) row[j] = vf_load(b + j * VL);
#pragma GCC unroll 12
    for (int i = 0; i < tall; i++) {
      vf factor = vf_set(a[i]);
#pragma GCC unroll 2
      for (int j = 0; j < wide; j++) sum[i][j] += factor * row[j];
    }
  }
#pragma GCC unroll 12
  for (int i = 0; i < tall; i++, c += c_pitch) {
#pragma GCC unroll 2
    for (int j = 0; j < wide; j++) {
      int64_t width = j + 1 < wide ? VL : n;
      vf before = accumulate ? vf_load_lanes(c + j * VL, width) : vf_set(0);
      vf_store_lanes(c + j * VL, before + sum[i][j], width);
    }
  }
}

/* All m columns of a against one copied block of b. */
INLINE void column_of_blocks(const float *a, int64_t a_pitch, int64_t m, const float *b, int64_t depth, int accumulate,
                             float *c, int64_t c_pitch, const int wide, int64_t n) {
  int64_t i = 0;
  for (; i + TALL <= m; i += TALL) block(a + i, a_pitch, b, depth, accumulate, c + i * c_pitch, c_pitch, TALL, wide, n);
#if TALL > 8
  for (; i + 8 <= m; i += 8) block(a + i, a_pitch, b, depth, accumulate, c + i * c_pitch, c_pitch, 8, wide, n);
#endif
  for (; i + 4 <= m; i += 4) block(a + i, a_pitch, b, depth, accumulate, c + i * c_pitch, c_pitch, 4, wide, n);
  for (; i < m; i++) block(a + i, a_pitch, b, depth, accumulate, c + i * c_pitch, c_pitch, 1, wide, n);
}

void NAME(ciss_matmul_transposed_f32)(const float *a, int64_t a_pitch, const float *b, int64_t b_pitch, int64_t m,
                                      int64_t n, int64_t k, int64_t accumulate, float *c, int64_t c_pitch) {
  float copy[DEPTH * WIDE * VL] __attribute__((aligned(64)));
  for (int64_t begin = 0; begin < k; begin += DEPTH) {
    int64_t depth = min_int(DEPTH, k - begin);
    int add = accumulate || begin > 0;
    const float *a_block = a + begin * a_pitch;
    for (int64_t j = 0; j < n; j += WIDE * VL) {
      const float *b_block = b + begin * b_pitch + j;
      if (n - j > VL) {
        int64_t last = lanes(j + VL, n);
        for (int64_t r = 0; r < depth; r++) {
          vf_store(copy + r * 2 * VL, vf_load(b_block + r * b_pitch));
          vf_store(copy + r * 2 * VL + VL, vf_load_lanes(b_block + r * b_pitch + VL, last));
        }
        column_of_blocks(a_block, a_pitch, m, copy, depth, add, c + j, c_pitch, 2, last);
      } else {
        int64_t last = lanes(j, n);
        for (int64_t r = 0; r < depth; r++) vf_store(copy + r * VL, vf_load_lanes(b_block + r * b_pitch, last));
        column_of_blocks(a_block, a_pitch, m, copy, depth, add, c + j, c_pitch, 1, last);
      }
    }
  }
}
