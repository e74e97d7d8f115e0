/*
 * The teacher's pseudo-labels from bilinearly upsampled scores, which are never stored: the first maximum, and how many
 * pixels have a softmax probability 1 / sum of exp(s - maximum) of at least threshold, compared in float.
 *
 * logits [n, h, w, k], label [n, h_out, w_out]; counts are integers, so their sum depends on no order.
 */
#include "common/reduce.cuh"
#include "common/score.cuh"

/* Grid (any, n); counts [n, blocks]. */
KERNEL(256, ciss_pseudo_label_f32_kernel)
(const float *logits, const int *row_index, const float *row_weight, const int *column_index,
 const float *column_weight, uint8_t *label, int *counts, int k, int h, int w, int h_out, int w_out, float threshold) {
  SMEM(BlockScratch<int>, s);
  Axis rows = {row_index, row_weight, nullptr, h}, columns = {column_index, column_weight, nullptr, w};
  int confident = 0;
  const float *image = logits + (int64_t)blockIdx.y * h * w * k;
  FOR_GRID(i, (int64_t)h_out * w_out) {
    Softmax r = score_softmax(score_taps(image, rows, columns, (int)i / w_out, (int)i % w_out, k), k);
    label[(int64_t)blockIdx.y * h_out * w_out + i] = (uint8_t)r.best;
    confident += 1.0f / r.sum >= threshold;
  }
  confident = block_sum(confident, s);
  if (threadIdx.x == 0) counts[blockIdx.y * gridDim.x + blockIdx.x] = confident;
}

/* result = the sum of the counts. Grid 1. */
KERNEL(256, ciss_pseudo_label_merge_kernel)(const int *counts, double *result, int parts) {
  SMEM(BlockScratch<double>, s);
  double sum = 0;
  for (int i = threadIdx.x; i < parts; i += 256) sum += counts[i];
  sum = block_sum(sum, s);
  if (threadIdx.x == 0) *result = sum;
}

/*
 * weight [n, h, w] = the share of confident pixels as float, 0 in the first ignore_top and last ignore_bottom rows of
 * an image, times the mask (may be null). Any grid.
 */
KERNEL(256, ciss_pseudo_weight_f32_kernel)
(const double *confident, const uint8_t *mask, float *weight, int64_t pixels, int h, int w, int ignore_top,
 int ignore_bottom) {
  float share = (float)(*confident / (double)pixels);
  FOR_GRID(i, pixels) {
    int row = (int)(i / w % h);
    float value = row < ignore_top || row >= h - ignore_bottom ? 0.0f : share;
    weight[i] = mask ? value * (float)mask[i] : value;
  }
}

REGISTER_KERNEL(ciss_pseudo_label_f32_kernel)
REGISTER_KERNEL(ciss_pseudo_label_merge_kernel)
REGISTER_KERNEL(ciss_pseudo_weight_f32_kernel)
