/* The operations of a warp as a whole: tensor core products and matrix loads, computed once for all 32 lanes. */
#include "runtime.h"

namespace {

/* Lane 4g+t holds A's rows g, g+8 and B's column g; see dev.cuh for the layout. Products and sums in fp32. */
template <int K>
void multiply(const float (&a)[16][K], const float (&b)[K][8], ciss_cpu_lane *lanes) {
  float d[16][8] = {};
  for (int i = 0; i < 16; i++) {
    for (int k = 0; k < K; k++) {
      for (int j = 0; j < 8; j++) d[i][j] += a[i][k] * b[k][j];
    }
  }
  for (int lane = 0; lane < 32; lane++) {
    int g = lane / 4, t = lane % 4;
    float r[4] = {d[g][2 * t], d[g][2 * t + 1], d[g + 8][2 * t], d[g + 8][2 * t + 1]};
    memcpy(lanes[lane].words, r, sizeof r);
  }
}

void multiply_bf16(ciss_cpu_lane *lanes) {
  float a[16][16], b[16][8];
  for (int lane = 0; lane < 32; lane++) {
    int g = lane / 4, t = lane % 4;
    const uint32_t *w = lanes[lane].words;
    for (int half = 0; half < 2; half++) {
      int shift = half ? 0 : 16;
      uint32_t mask = 0xffff0000u;
      for (int r = 0; r < 4; r++) a[g + r % 2 * 8][2 * t + r / 2 * 8 + half] = float_of_bits(w[r] << shift & mask);
      for (int r = 0; r < 2; r++) b[2 * t + r * 8 + half][g] = float_of_bits(w[4 + r] << shift & mask);
    }
  }
  multiply(a, b, lanes);
}

/* The hardware ignores the low 13 bits. */
void multiply_tf32(ciss_cpu_lane *lanes) {
  float a[16][8], b[8][8];
  for (int lane = 0; lane < 32; lane++) {
    int g = lane / 4, t = lane % 4;
    const uint32_t *w = lanes[lane].words;
    for (int r = 0; r < 4; r++) a[g + r % 2 * 8][t + r / 2 * 4] = float_of_bits(w[r] & 0xffffe000u);
    for (int r = 0; r < 2; r++) b[t + r * 4][g] = float_of_bits(w[4 + r] & 0xffffe000u);
  }
  multiply(a, b, lanes);
}

void load_matrices(ciss_cpu_lane *lanes, bool transposed) {
  uint16_t m[4][8][8];
  for (int lane = 0; lane < 32; lane++) {
    const void *row;
    memcpy(&row, lanes[lane].words, sizeof row);
    if ((uintptr_t)row & 15) ciss_cpu_misaligned(row, 16);
    memcpy(m[lane / 8][lane % 8], row, 16);
  }
  for (int lane = 0; lane < 32; lane++) {
    int g = lane / 4, t = lane % 4;
    for (int i = 0; i < 4; i++) {
      uint32_t lo = transposed ? m[i][2 * t][g] : m[i][g][2 * t];
      uint32_t hi = transposed ? m[i][2 * t + 1][g] : m[i][g][2 * t + 1];
      lanes[lane].words[i] = hi << 16 | lo;
    }
  }
}

}  // namespace

void combine_lanes(ciss_cpu_op op, ciss_cpu_lane *lanes) {
  switch (op) {
    case CISS_CPU_SHUFFLE:
    case CISS_CPU_SYNC_WARP: break;
    case CISS_CPU_MMA_BF16: multiply_bf16(lanes); break;
    case CISS_CPU_MMA_TF32: multiply_tf32(lanes); break;
    case CISS_CPU_LDMATRIX: load_matrices(lanes, false); break;
    case CISS_CPU_LDMATRIX_TRANS: load_matrices(lanes, true); break;
  }
}
