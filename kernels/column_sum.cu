/*
 * Sums over the rows of [rows, c], in two steps and therefore in a fixed order: bias gradients, and the second step of
 * every weight gradient.
 *
 *   step 1: partials[block] = sum over the block's rows of x          rows*c read
 *   step 2: out = (accumulate ? out : 0) + sum over parts of partials
 */
#include "common/dev.cuh"

struct ColumnSumShared {
  float sum[8][32];
};

/* This thread's column over the rows warp, warp + 8, ... of [rows] rows that lie stride apart, then over the warps. */
template <class T>
DEVICE float column_sum(const T *x, int64_t rows, int64_t stride, bool inside, ColumnSumShared &s) {
  float sum = 0;
  if (inside) {
    for (int64_t r = warp_id(); r < rows; r += 8) sum += load(x + r * stride);
  }
  s.sum[warp_id()][lane_id()] = sum;
  SYNC();
  float total = 0;
  for (int w = 0; w < 8; w++) total += s.sum[w][lane_id()];
  return total;
}

template <class T>
DEVICE void column_sums(const T *x, float *partials, int rows, int c, int rows_per_block, ColumnSumShared &s) {
  int column = blockIdx.x * 32 + lane_id();
  int64_t first = (int64_t)blockIdx.y * rows_per_block;
  int64_t mine = min((int64_t)rows_per_block, rows - first);
  float total = column_sum(x + first * c + column, mine, c, column < c, s);
  if (warp_id() == 0 && column < c) partials[(int64_t)blockIdx.y * c + column] = total;
}

/* Grid (ceil(c / 32), blocks): block y sums rows y*rows_per_block and on; partials [blocks, c]. */
KERNEL(256, ciss_column_sum_f32_kernel)
(const float *x, float *partials, int rows, int c, int rows_per_block) {
  SMEM(ColumnSumShared, s);
  column_sums(x, partials, rows, c, rows_per_block, s);
}
KERNEL(256, ciss_column_sum_bf16_kernel)
(const bf16 *x, float *partials, int rows, int c, int rows_per_block) {
  SMEM(ColumnSumShared, s);
  column_sums(x, partials, rows, c, rows_per_block, s);
}

/* Grid ceil(c / 32). Rows of partials lie stride apart (they may hold the sums of several outputs). */
KERNEL(256, ciss_sum_partials_f32_kernel)
(const float *partials, float *out, int parts, int stride, int c, int accumulate) {
  SMEM(ColumnSumShared, s);
  int column = blockIdx.x * 32 + lane_id();
  float total = column_sum(partials + column, parts, stride, column < c, s);
  if (warp_id() == 0 && column < c) out[column] = (accumulate ? out[column] : 0.0f) + total;
}

template <class T>
DEVICE void sum_few_partials(const float *partials, T *out, int parts, int64_t stride, int64_t n, int accumulate) {
  FOR_GRID(i, n) {
    float total = accumulate ? load(out + i) : 0.0f;
    for (int part = 0; part < parts; part++) total += partials[part * stride + i];
    store(out + i, total);
  }
}

/* The same where there are few parts of many values: a thread per value. Any grid. */
KERNEL(256, ciss_sum_few_partials_f32_kernel)
(const float *partials, float *out, int parts, int64_t stride, int64_t n, int accumulate) {
  sum_few_partials(partials, out, parts, stride, n, accumulate);
}
KERNEL(256, ciss_sum_few_partials_bf16_kernel)
(const float *partials, bf16 *out, int parts, int64_t stride, int64_t n, int accumulate) {
  sum_few_partials(partials, out, parts, stride, n, accumulate);
}

REGISTER_KERNEL(ciss_column_sum_f32_kernel)
REGISTER_KERNEL(ciss_column_sum_bf16_kernel)
REGISTER_KERNEL(ciss_sum_partials_f32_kernel)
REGISTER_KERNEL(ciss_sum_few_partials_f32_kernel)
REGISTER_KERNEL(ciss_sum_few_partials_bf16_kernel)
