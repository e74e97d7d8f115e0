/*
 * Equal windows of a map [n, h, w, c] and their tiles [windows * n, wh, ww, c]: tile k * n + b is window k of image b.
 * corners [windows, 2] (first row, first column) is read from device memory: windows move from step to step.
 *
 *   cut       tiles = windows of the map
 *   add       map += the tiles that cover a cell, in their order
 *   average   map = the mean of the tiles that cover a cell
 *
 * A thread per element of what is written; any grid.
 */
#include "common/dev.cuh"

template <class T>
DEVICE void cut_windows(const T *map, const int *corners, T *tiles, int64_t count, int n, int h, int w, int c, int wh,
                        int ww) {
  FOR_GRID(i, count) {
    int64_t pixel = i / c, tile = pixel / ((int64_t)wh * ww);
    int k = (int)(tile / n), b = (int)(tile % n);
    int y = corners[2 * k] + (int)(pixel / ww % wh), x = corners[2 * k + 1] + (int)(pixel % ww);
    tiles[i] = map[(((int64_t)b * h + y) * w + x) * c + i % c];
  }
}

KERNEL(256, ciss_cut_windows_f32_kernel)
(const float *map, const int *corners, float *tiles, int64_t count, int n, int h, int w, int c, int wh, int ww) {
  cut_windows(map, corners, tiles, count, n, h, w, c, wh, ww);
}

KERNEL(256, ciss_cut_windows_u8_kernel)
(const uint8_t *map, const int *corners, uint8_t *tiles, int64_t count, int n, int h, int w, int c, int wh, int ww) {
  cut_windows(map, corners, tiles, count, n, h, w, c, wh, ww);
}

/* Adds to sum what the tiles hold of element i of the map, and counts them. */
DEVICE int add_tiles(const float *tiles, const int *corners, int windows, int64_t i, int n, int h, int w, int c, int wh,
                     int ww, float &sum) {
  int64_t pixel = i / c;
  int b = (int)(pixel / w / h), y = (int)(pixel / w % h), x = (int)(pixel % w), covered = 0;
  for (int k = 0; k < windows; k++) {
    int ty = y - corners[2 * k], tx = x - corners[2 * k + 1];
    if (ty < 0 || ty >= wh || tx < 0 || tx >= ww) continue;
    sum += tiles[((((int64_t)k * n + b) * wh + ty) * ww + tx) * c + i % c];
    covered++;
  }
  return covered;
}

KERNEL(256, ciss_add_windows_f32_kernel)
(const float *tiles, const int *corners, float *map, int64_t count, int windows, int n, int h, int w, int c, int wh,
 int ww) {
  FOR_GRID(i, count) {
    float sum = map[i];
    add_tiles(tiles, corners, windows, i, n, h, w, c, wh, ww, sum);
    map[i] = sum;
  }
}

/* Every cell is covered. */
KERNEL(256, ciss_average_windows_f32_kernel)
(const float *tiles, const int *corners, float *map, int64_t count, int windows, int n, int h, int w, int c, int wh,
 int ww) {
  FOR_GRID(i, count) {
    float sum = 0;
    int covered = add_tiles(tiles, corners, windows, i, n, h, w, c, wh, ww, sum);
    map[i] = sum / covered;
  }
}

REGISTER_KERNEL(ciss_cut_windows_f32_kernel)
REGISTER_KERNEL(ciss_cut_windows_u8_kernel)
REGISTER_KERNEL(ciss_add_windows_f32_kernel)
REGISTER_KERNEL(ciss_average_windows_f32_kernel)
