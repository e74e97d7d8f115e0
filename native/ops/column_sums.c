/* Sums over the rows of x [rows, c]: bias gradients of products and convolutions. Overwrites sums [c]. */
#include "operation.h"
#include "simd.h"

/* Strips of columns keep their sums in registers; a strip of 128 floats of a row is read in one go. */
#define STRIP (128 / VL)

static void strip_sums(const float *x, int64_t rows, int64_t c, float *sums) {
  vf sum[STRIP] = {{0}};
  for (int64_t r = 0; r < rows; r++, x += c) {
    for (int i = 0; i < STRIP; i++) sum[i] += vf_load(x + i * VL);
  }
  for (int i = 0; i < STRIP; i++) vf_store(sums + i * VL, sum[i]);
}

static void vector_sums(const float *x, int64_t rows, int64_t c, int64_t n, float *sums) {
  vf sum = {0};
  for (int64_t r = 0; r < rows; r++) sum += vf_load_lanes(x + r * c, n);
  vf_store_lanes(sums, sum, n);
}

void NAME(ciss_column_sums_f32)(const float *x, int64_t rows, int64_t c, float *sums) {
  int64_t begin = 0;
  for (; begin + STRIP * VL <= c; begin += STRIP * VL) strip_sums(x + begin, rows, c, sums + begin);
  for (; begin < c; begin += VL) vector_sums(x + begin, rows, c, lanes(begin, c), sums + begin);
}

/* y[i] += sum over k of partials[k * stride + i], in the order of k. */
void NAME(ciss_add_partials_f32)(const float *partials, int64_t count, int64_t stride, float *y, int64_t n) {
  for (int64_t i = 0; i < n; i += VL) {
    int64_t width = lanes(i, n);
    vf sum = {0};
    for (int64_t k = 0; k < count; k++) sum += vf_load_lanes(partials + k * stride + i, width);
    vf_store_lanes(y + i, vf_load_lanes(y + i, width) + sum, width);
  }
}
