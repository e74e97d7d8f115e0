/*
 * Cross entropy of bilinearly upsampled scores at label resolution; the upsampled scores are never stored.
 *
 *   l = logsumexp(s) - s[label];  result[0] = sum of l * weight * label_weights[label] / pixels
 *   result[1] = per cent of the pixels whose first maximum is the label
 *   dlogits[cell] = coefficient * sum over the pixels that read the cell of
 *                   share * weight * label_weights[label] * (softmax(s) - [class = label])
 *
 * logits [n, h, w, k]; label_weights [256] is 0 for ignored labels, else the class weight; label and weight (may be
 * null: 1) are given by their first pixel that counts, the distance of rows (pitch) and of images. lse [n, h_out,
 * w_out] goes from the forward to the backward, which gathers: every element of dlogits is written once, its sum in a
 * fixed order. Sums of losses are double, one pair a block, added up in order.
 */
#include "common/reduce.cuh"
#include "common/score.cuh"

struct LossSumShared {
  BlockScratch<double> loss;
  BlockScratch<int> correct;
};

/* Grid (any, n); partials [n, blocks, 2] double. */
KERNEL(256, ciss_cross_entropy_forward_f32_kernel)
(const float *logits, const int *row_index, const float *row_weight, const int *column_index,
 const float *column_weight, const uint8_t *label, const float *weight, const float *label_weights, float *lse,
 double *partials, int k, int h, int w, int h_out, int w_out, int pitch, int image_pitch) {
  SMEM(LossSumShared, s);
  Axis rows = {row_index, row_weight, nullptr, h}, columns = {column_index, column_weight, nullptr, w};
  double loss = 0;
  int correct = 0;
  int64_t image = blockIdx.y;
  FOR_GRID(i, (int64_t)h_out * w_out) {
    int o = (int)i / w_out, j = (int)i % w_out;
    int64_t at = image * image_pitch + (int64_t)o * pitch + j;
    Taps taps = score_taps(logits + image * h * w * k, rows, columns, o, j, k);
    Softmax r = score_softmax(taps, k);
    float total = r.maximum + logf(r.sum);
    lse[image * h_out * w_out + i] = total;
    int y = label[at];
    float share = label_weights[y] * (weight ? weight[at] : 1.0f);
    if (y < k) loss += (double)((total - score(taps, y)) * share);
    correct += r.best == y;
  }
  loss = block_sum(loss, s.loss);
  correct = block_sum(correct, s.correct);
  if (threadIdx.x == 0) {
    double *out = partials + 2 * (image * gridDim.x + blockIdx.x);
    out[0] = loss;
    out[1] = (double)correct;
  }
}

/* Grid 1. */
KERNEL(256, ciss_cross_entropy_merge_kernel)(const double *partials, double *result, int parts, double pixels) {
  SMEM(LossSumShared, s);
  double loss = 0, correct = 0;
  for (int i = threadIdx.x; i < parts; i += 256) {
    loss += partials[2 * i];
    correct += partials[2 * i + 1];
  }
  loss = block_sum(loss, s.loss);
  correct = block_sum(correct, s.loss);
  if (threadIdx.x == 0) {
    result[0] = loss / pixels;
    result[1] = 100 * correct / pixels;
  }
}

/* Grid (any, n): a thread per element of dlogits, which is overwritten. */
KERNEL(256, ciss_cross_entropy_backward_f32_kernel)
(const float *logits, const int *row_index, const float *row_weight, const int *row_first, const int *column_index,
 const float *column_weight, const int *column_first, const uint8_t *label, const float *weight,
 const float *label_weights, const float *lse, float *dlogits, int k, int h, int w, int h_out, int w_out, int pitch,
 int image_pitch, float coefficient) {
  Axis rows = {row_index, row_weight, row_first, h}, columns = {column_index, column_weight, column_first, w};
  int64_t image = blockIdx.y;
  const float *scores = logits + image * h * w * k;
  FOR_GRID(i, (int64_t)h * w * k) {
    int cell = (int)i / k, c = (int)i % k, y = cell / w, x = cell % w;
    float sum = 0;
    for (int o = axis_begin(rows, y); o < axis_end(rows, y); o++) {
      float wy = axis_share(rows, o, y);
      for (int j = axis_begin(columns, x); j < axis_end(columns, x); j++) {
        int64_t at = image * image_pitch + (int64_t)o * pitch + j;
        float share = wy * axis_share(columns, j, x) * label_weights[label[at]] * (weight ? weight[at] : 1.0f);
        if (share == 0) continue;
        float p = expf(score(score_taps(scores, rows, columns, o, j, k), c) - lse[(image * h_out + o) * w_out + j]);
        sum += share * (p - (label[at] == c ? 1.0f : 0.0f));
      }
    }
    dlogits[image * h * w * k + i] = sum * coefficient;
  }
}

REGISTER_KERNEL(ciss_cross_entropy_forward_f32_kernel)
REGISTER_KERNEL(ciss_cross_entropy_merge_kernel)
REGISTER_KERNEL(ciss_cross_entropy_backward_f32_kernel)
