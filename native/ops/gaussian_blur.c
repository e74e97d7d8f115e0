/*
 * Separable blur of a picture [h][w][c] with reflected borders, edge pixel not repeated (method.md 2.8). Rows are blurred
 * vertically into a row buffer, then horizontally.
 */
#include "operation.h"
#include "simd.h"

INLINE int64_t reflect(int64_t i, int64_t n) { return i < 0 ? -i : i >= n ? 2 * n - 2 - i : i; }

/* Rows begin..end of y; taps are [2 radius + 1] per axis; row is scratch of w*c floats. Radii are below h and w. */
void NAME(ciss_gaussian_blur_f32)(const float *x, const float *taps_y, int64_t radius_y, const float *taps_x,
                                  int64_t radius_x, float *y, float *row, int64_t h, int64_t w, int64_t c, int64_t begin,
                                  int64_t end) {
  for (int64_t i = begin; i < end; i++) {
    for (int64_t k = 0; k < w * c; k++) row[k] = 0;
    for (int64_t t = -radius_y; t <= radius_y; t++) {
      const float *from = x + reflect(i + t, h) * w * c;
      float weight = taps_y[t + radius_y];
      for (int64_t k = 0; k < w * c; k++) row[k] += weight * from[k];
    }
    for (int64_t j = 0; j < w; j++) {
      for (int64_t k = 0; k < c; k++) {
        float sum = 0;
        for (int64_t t = -radius_x; t <= radius_x; t++) sum += taps_x[t + radius_x] * row[reflect(j + t, w) * c + k];
        y[(i * w + j) * c + k] = sum;
      }
    }
  }
}
