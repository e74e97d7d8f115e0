/*
 * Losses between feature maps of positions [positions, c].
 *
 *   feature_distance      factor * mean over masked positions of D = sqrt(sum over c of (f - g)^2); df += its gradient
 *   feature_invariance    share * sum of (a - b)^2 or |a - b|; da += share * derivative, db -= it
 *   invariance_by_class   mean over the classes present of the mean over their positions of the channel mean
 *
 * Sums over positions are double, one per block, added up in order. Derivatives of |x| at 0 and of D at D = 0 are 0.
 */
#include "common/reduce.cuh"

constexpr int LABELS = 256, POSITIONS = 64; /* positions: of a block of invariance_by_class */

/* Grid ceil(positions / 8), a warp per position; distance [positions], partials [grid, 2]: their sum and number. */
KERNEL(256, ciss_feature_distance_forward_f32_kernel)
(const float *f, const float *g, const uint8_t *mask, float *distance, double *partials, int positions, int c) {
  SMEM(BlockScratch<double>, s);
  int64_t p = (int64_t)blockIdx.x * 8 + warp_id();
  bool counts = p < positions && (!mask || mask[p]);
  float sum = 0;
  for (int i = lane_id(); counts && i < c; i += 32) {
    float d = f[p * c + i] - g[p * c + i];
    sum += d * d;
  }
  float d = sqrtf(warp_sum(sum));
  if (lane_id() == 0 && counts) distance[p] = d;
  double total = block_sum(lane_id() == 0 && counts ? (double)d : 0.0, s);
  double number = block_sum(lane_id() == 0 && counts ? 1.0 : 0.0, s);
  if (threadIdx.x == 0) {
    partials[2 * blockIdx.x] = total;
    partials[2 * blockIdx.x + 1] = number;
  }
}

/* result [2]: loss with the factor and number of positions; none: 0. Grid 1. */
KERNEL(256, ciss_feature_distance_merge_kernel)(const double *partials, double *result, int parts, double factor) {
  SMEM(BlockScratch<double>, s);
  double sum = 0, positions = 0;
  for (int i = threadIdx.x; i < parts; i += 256) {
    sum += partials[2 * i];
    positions += partials[2 * i + 1];
  }
  sum = block_sum(sum, s);
  positions = block_sum(positions, s);
  if (threadIdx.x == 0) {
    result[0] = positions > 0 ? factor * sum / positions : 0;
    result[1] = positions;
  }
}

/* Grid ceil(positions / 8), a warp per position. */
KERNEL(256, ciss_feature_distance_backward_f32_kernel)
(const float *f, const float *g, const uint8_t *mask, const float *distance, const double *result, float *df,
 int positions, int c, double factor) {
  int64_t p = (int64_t)blockIdx.x * 8 + warp_id();
  if (p >= positions || (mask && !mask[p]) || distance[p] == 0) return;
  float scale = (float)(factor / (result[1] * (double)distance[p]));
  for (int64_t i = p * c + lane_id(); i < (p + 1) * c; i += 32) df[i] += scale * (f[i] - g[i]);
}

/* (d)^2 or |d|, and the derivative. */
DEVICE float difference_norm(float d, int absolute, float &derivative) {
  derivative = absolute ? (d > 0 ? 1.0f : d < 0 ? -1.0f : 0.0f) : 2 * d;
  return absolute ? fabsf(d) : d * d;
}

/* Any grid; partials [grid]. */
KERNEL(256, ciss_feature_invariance_f32_kernel)
(const float *a, const float *b, float *da, float *db, double *partials, int64_t n, int absolute, float share) {
  SMEM(BlockScratch<double>, s);
  double sum = 0;
  FOR_GRID(i, n) {
    float derivative;
    sum += (double)difference_norm(a[i] - b[i], absolute, derivative);
    da[i] += share * derivative;
    db[i] -= share * derivative;
  }
  sum = block_sum(sum, s);
  if (threadIdx.x == 0) partials[blockIdx.x] = sum;
}

/* *result += factor * sum of the partials. Grid 1. */
KERNEL(256, ciss_add_doubles_kernel)(const double *partials, double *result, int parts, double factor) {
  SMEM(BlockScratch<double>, s);
  double sum = 0;
  for (int i = threadIdx.x; i < parts; i += 256) sum += partials[i];
  sum = block_sum(sum, s);
  if (threadIdx.x == 0) *result += factor * sum;
}

struct ByClassShared {
  double sum[POSITIONS];
  int label[POSITIONS];
};

/*
 * Grid ceil(positions / 64); partials [grid, 2, 256]: per class the sum over its positions of the sum over channels,
 * and their number.
 */
KERNEL(256, ciss_invariance_by_class_forward_f32_kernel)
(const float *a, const float *b, const uint8_t *label, double *partials, int positions, int c, int classes,
 int absolute) {
  SMEM(ByClassShared, s);
  int64_t first = (int64_t)blockIdx.x * POSITIONS;
  for (int i = warp_id(); i < POSITIONS; i += 8) {
    int64_t p = first + i;
    int y = p < positions ? label[p] : LABELS;
    double sum = 0;
    for (int k = lane_id(); y < classes && k < c; k += 32) {
      float derivative;
      sum += (double)difference_norm(a[p * c + k] - b[p * c + k], absolute, derivative);
    }
    sum = warp_sum(sum);
    if (lane_id() == 0) {
      s.sum[i] = sum;
      s.label[i] = y < classes ? y : LABELS;
    }
  }
  SYNC();
  double sum = 0, number = 0;
  for (int i = 0; i < POSITIONS; i++) {
    bool mine = s.label[i] == (int)threadIdx.x;
    sum += mine ? s.sum[i] : 0.0;
    number += mine ? 1.0 : 0.0;
  }
  double *out = partials + (int64_t)blockIdx.x * 2 * LABELS + threadIdx.x;
  out[0] = sum;
  out[LABELS] = number;
}

/*
 * coefficients [256]: factor / (classes present * positions of the class * c), 0 for absent classes and void; *result
 * += loss. Grid 1; a thread per class.
 */
KERNEL(256, ciss_invariance_by_class_merge_kernel)
(const double *partials, float *coefficients, double *result, int parts, int c, double factor) {
  SMEM(BlockScratch<double>, s);
  double sum = 0, positions = 0;
  for (int i = 0; i < parts; i++) {
    sum += partials[(int64_t)i * 2 * LABELS + threadIdx.x];
    positions += partials[(int64_t)i * 2 * LABELS + LABELS + threadIdx.x];
  }
  double present = block_sum(positions > 0 ? 1.0 : 0.0, s);
  double share = positions > 0 ? factor / (present * positions * (double)c) : 0.0;
  coefficients[threadIdx.x] = (float)share;
  double loss = block_sum(share * sum, s);
  if (threadIdx.x == 0) *result += loss;
}

/* Grid ceil(positions / 8), a warp per position. */
KERNEL(256, ciss_invariance_by_class_backward_f32_kernel)
(const float *a, const float *b, const uint8_t *label, const float *coefficients, float *da, float *db, int positions,
 int c, int absolute) {
  int64_t p = (int64_t)blockIdx.x * 8 + warp_id();
  float coefficient = p < positions ? coefficients[label[p]] : 0.0f;
  if (coefficient == 0) return;
  for (int64_t i = p * c + lane_id(); i < (p + 1) * c; i += 32) {
    float derivative;
    difference_norm(a[i] - b[i], absolute, derivative);
    da[i] += coefficient * derivative;
    db[i] -= coefficient * derivative;
  }
}

REGISTER_KERNEL(ciss_feature_distance_forward_f32_kernel)
REGISTER_KERNEL(ciss_feature_distance_merge_kernel)
REGISTER_KERNEL(ciss_feature_distance_backward_f32_kernel)
REGISTER_KERNEL(ciss_feature_invariance_f32_kernel)
REGISTER_KERNEL(ciss_add_doubles_kernel)
REGISTER_KERNEL(ciss_invariance_by_class_forward_f32_kernel)
REGISTER_KERNEL(ciss_invariance_by_class_merge_kernel)
REGISTER_KERNEL(ciss_invariance_by_class_backward_f32_kernel)
