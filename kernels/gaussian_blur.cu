/*
 * Separable blur of a picture [h][w][3] with reflected borders, edge pixel not repeated: vertically, then
 * horizontally. A block blurs a tile of 16 x 32 pixels; its surroundings, up to 8 pixels wide, are read into shared
 * memory once.
 *
 * taps_y [2 radius_y + 1], taps_x likewise, in device memory; radii at most 8 and below h and w. y is not x.
 */
#include "common/dev.cuh"

constexpr int BLUR_ROWS = 16, BLUR_COLUMNS = 32, BLUR_RADIUS = 8;
constexpr int BLUR_TALL = BLUR_ROWS + 2 * BLUR_RADIUS, BLUR_WIDE = (BLUR_COLUMNS + 2 * BLUR_RADIUS) * 3;

struct BlurShared {
  float x[BLUR_TALL][BLUR_WIDE], rows[BLUR_ROWS][BLUR_WIDE];
};

DEVICE int reflect(int i, int n) { return i < 0 ? -i : i >= n ? 2 * n - 2 - i : i; }

/* Grid (ceil(w / 32), ceil(h / 16)). */
KERNEL(256, ciss_gaussian_blur_f32_kernel)
(const float *x, const float *taps_y, const float *taps_x, float *y, int radius_y, int radius_x, int h, int w) {
  SMEM(BlurShared, s);
  int top = (int)blockIdx.y * BLUR_ROWS, left = (int)blockIdx.x * BLUR_COLUMNS;
  int width = min(BLUR_COLUMNS, w - left) + 2 * radius_x, height = min(BLUR_ROWS, h - top) + 2 * radius_y;
  for (int i = threadIdx.x; i < height * width * 3; i += blockDim.x) {
    int r = i / (width * 3), k = i % (width * 3);
    int row = reflect(top + r - radius_y, h), column = reflect(left + k / 3 - radius_x, w);
    s.x[r][k] = x[((int64_t)row * w + column) * 3 + k % 3];
  }
  SYNC();
  for (int i = threadIdx.x; i < (height - 2 * radius_y) * width * 3; i += blockDim.x) {
    int r = i / (width * 3), k = i % (width * 3);
    float sum = 0;
    for (int t = 0; t <= 2 * radius_y; t++) sum += taps_y[t] * s.x[r + t][k];
    s.rows[r][k] = sum;
  }
  SYNC();
  int columns = width - 2 * radius_x;
  for (int i = threadIdx.x; i < (height - 2 * radius_y) * columns * 3; i += blockDim.x) {
    int r = i / (columns * 3), k = i % (columns * 3);
    float sum = 0;
    for (int t = 0; t <= 2 * radius_x; t++) sum += taps_x[t] * s.rows[r][k + 3 * t];
    y[((int64_t)(top + r) * w + left) * 3 + k] = sum;
  }
}

REGISTER_KERNEL(ciss_gaussian_blur_f32_kernel)
