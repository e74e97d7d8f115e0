/* Small operations on label maps and class probabilities. */
#include "common/dev.cuh"

enum { VOID_LABEL = 255 };

/* probabilities += softmax(logits) over the last axis of [rows, c]. Any grid; a thread per row. */
KERNEL(256, ciss_softmax_accumulate_f32_kernel)(const float *logits, float *probabilities, int64_t rows, int c) {
  FOR_GRID(r, rows) {
    const float *x = logits + r * c;
    float *p = probabilities + r * c;
    float maximum = x[0], sum = 0;
    for (int i = 1; i < c; i++) maximum = fmaxf(maximum, x[i]);
    for (int i = 0; i < c; i++) sum += expf(x[i] - maximum);
    float share = 1.0f / sum;
    for (int i = 0; i < c; i++) p[i] += expf(x[i] - maximum) * share;
  }
}

/* label [rows] = the first maximum over the last axis of x [rows, c]. Any grid; a thread per row. */
KERNEL(256, ciss_argmax_f32_kernel)(const float *x, uint8_t *label, int64_t rows, int c) {
  FOR_GRID(r, rows) {
    int best = 0;
    for (int i = 1; i < c; i++) best = x[r * c + i] > x[r * c + best] ? i : best;
    label[r] = (uint8_t)best;
  }
}

struct DownscaleShared {
  int count[8][256];
};

/* The first class with the most votes: a key per class, the count before the class counted backwards. */
DEVICE int most_votes(const int *count, int classes) {
  int key = 0;
  for (int c = lane_id(); c <= classes; c += 32) {
    int votes = count[c == classes ? VOID_LABEL : c];
    key = max(key, votes << 9 | (511 - c));
  }
#pragma unroll
  for (int mask = 16; mask > 0; mask >>= 1) key = max(key, SHFL_XOR(key, mask));
  return 511 - (key & 511);
}

/*
 * reduced [n, h/factor, w/factor] = the class with the largest share of a block of label [n, h, w] (void counts as
 * class `classes`; ties: the lowest), void where that is void or its share is below min_ratio. Grid ceil(reduced /
 * 8); a warp per element. factor is at most 2048.
 */
KERNEL(256, ciss_downscale_label_u8_kernel)
(const uint8_t *label, uint8_t *reduced, int n, int h, int w, int factor, int classes, float min_ratio) {
  SMEM(DownscaleShared, s);
  int h_out = h / factor, w_out = w / factor;
  int64_t i = (int64_t)blockIdx.x * 8 + warp_id();
  if (i >= (int64_t)n * h_out * w_out) return;
  int *count = s.count[warp_id()];
  for (int c = lane_id(); c < 256; c += 32) count[c] = 0;
  SYNC_WARP();
  const uint8_t *block = label + (i / w_out / h_out * h + i / w_out % h_out * factor) * w + i % w_out * factor;
  for (int p = lane_id(); p < factor * factor; p += 32) {
    atomic_add(&count[block[(int64_t)(p / factor) * w + p % factor]], 1);
  }
  SYNC_WARP();
  int best = most_votes(count, classes);
  int votes = count[best == classes ? VOID_LABEL : best];
  bool keep = best < classes && !((float)votes / (float)(factor * factor) < min_ratio);
  if (lane_id() == 0) reduced[i] = keep ? (uint8_t)best : (uint8_t)VOID_LABEL;
}

/* mask = 1 where table[label] is not 0. Any grid. */
KERNEL(256, ciss_lookup_u8_kernel)(const uint8_t *label, const uint8_t *table, uint8_t *mask, int64_t n) {
  FOR_GRID(i, n) mask[i] = table[label[i]] != 0;
}

REGISTER_KERNEL(ciss_softmax_accumulate_f32_kernel)
REGISTER_KERNEL(ciss_argmax_f32_kernel)
REGISTER_KERNEL(ciss_downscale_label_u8_kernel)
REGISTER_KERNEL(ciss_lookup_u8_kernel)
