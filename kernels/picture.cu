/*
 * The way of a picture [h][w][3], B,G,R, to the network: resize, distort, normalise (data.md 3.2). Everything is
 * rounded as written: the Makefiles compile this file without fused multiply-adds. What is drawn for each sample
 * (corners, mirroring, factors) lies in device memory.
 */
#include "common/dev.cuh"

/* Where an output reads along one axis: two inputs and the weight of the upper one. */
struct Taps {
  int lower, upper;
  float weight;
};

DEVICE int clamp_int(int v, int low, int high) { return v < low ? low : v > high ? high : v; }

/* Rows outside keep their weight, only their index is clamped; columns outside go to the border with weight 0. */
DEVICE Taps taps_of(int i, int in, int out, bool column) {
  float at = (float)(((double)i + 0.5) * ((double)in / (double)out) - 0.5);
  float lower = floorf(at);
  int k = (int)lower;
  float weight = column && (k < 0 || k >= in - 1) ? 0.0f : at - lower;
  return {clamp_int(k, 0, in - 1), clamp_int(k + 1, 0, in - 1), weight};
}

DEVICE int fixed_point(float weight) { return (int)rintf(weight * 2048.0f); }

/* Bytes: integer weights of 11 bits, shifted as OpenCV does. */
DEVICE uint8_t interpolated(const uint8_t *upper, const uint8_t *lower, const Taps &row, const Taps &column, int c) {
  int p = 3 * column.lower + c, q = 3 * column.upper + c;
  int c0 = fixed_point(1 - column.weight), c1 = fixed_point(column.weight);
  int a = upper[p] * c0 + upper[q] * c1, b = lower[p] * c0 + lower[q] * c1;
  int r0 = fixed_point(1 - row.weight), r1 = fixed_point(row.weight);
  return (uint8_t)((((r0 * (a >> 4)) >> 16) + ((r1 * (b >> 4)) >> 16) + 2) >> 2);
}

/* Floats, from floats or bytes: horizontally, then vertically. */
template <class T>
DEVICE float interpolated_float(const T *upper, const T *lower, const Taps &row, const Taps &column, int c) {
  int p = 3 * column.lower + c, q = 3 * column.upper + c;
  float t = column.weight;
  float a = (float)upper[p] * (1 - t) + (float)upper[q] * t, b = (float)lower[p] * (1 - t) + (float)lower[q] * t;
  return a * (1 - row.weight) + b * row.weight;
}

DEVICE void put(uint8_t *y, const uint8_t *upper, const uint8_t *lower, const Taps &row, const Taps &column, int c) {
  *y = interpolated(upper, lower, row, column, c);
}
template <class T>
DEVICE void put(float *y, const T *upper, const T *lower, const Taps &row, const Taps &column, int c) {
  *y = interpolated_float(upper, lower, row, column, c);
}

/* The mean of 2 x 2 pixels. */
DEVICE void put_mean(uint8_t *y, const uint8_t *upper, const uint8_t *lower) {
  *y = (uint8_t)((upper[0] + upper[3] + lower[0] + lower[3] + 2) >> 2);
}
template <class T>
DEVICE void put_mean(float *y, const T *upper, const T *lower) {
  float sum = (float)upper[0] + (float)upper[3];
  sum = sum + (float)lower[0];
  *y = (sum + (float)lower[3]) * 0.25f;
}

template <class T, class R>
DEVICE void resize_picture(const T *x, const int *corner, R *y, int h, int w, int h_out, int w_out, int height,
                           int width) {
  bool halved = h == 2 * h_out && w == 2 * w_out, same = h == h_out && w == w_out;
  FOR_GRID(i, (int64_t)height * width) {
    int row = corner[0] + (int)(i / width), column = corner[1] + (int)(i % width);
    if (same) {
      for (int c = 0; c < 3; c++) y[3 * i + c] = (R)x[((int64_t)row * w + column) * 3 + c];
    } else if (halved) {
      const T *upper = x + ((int64_t)2 * row * w + 2 * column) * 3;
      for (int c = 0; c < 3; c++) put_mean(y + 3 * i + c, upper + c, upper + 3 * w + c);
    } else {
      Taps rows = taps_of(row, h, h_out, false), columns = taps_of(column, w, w_out, true);
      const T *upper = x + (int64_t)rows.lower * w * 3, *lower = x + (int64_t)rows.upper * w * 3;
      for (int c = 0; c < 3; c++) put(y + 3 * i + c, upper, lower, rows, columns, c);
    }
  }
}

/*
 * y [height][width][3]: of the picture resized to h_out x w_out, the part whose corner is given. Any grid; a thread per
 * pixel.
 */
KERNEL(256, ciss_resize_picture_u8_kernel)
(const uint8_t *x, const int *corner, uint8_t *y, int h, int w, int h_out, int w_out, int height, int width) {
  resize_picture(x, corner, y, h, w, h_out, w_out, height, width);
}
KERNEL(256, ciss_resize_picture_u8_f32_kernel)
(const uint8_t *x, const int *corner, float *y, int h, int w, int h_out, int w_out, int height, int width) {
  resize_picture(x, corner, y, h, w, h_out, w_out, height, width);
}
KERNEL(256, ciss_resize_picture_f32_kernel)
(const float *x, const int *corner, float *y, int h, int w, int h_out, int w_out, int height, int width) {
  resize_picture(x, corner, y, h, w, h_out, w_out, height, width);
}

/* place: corner (y, x), height and width of the crop of x, 1 if it is mirrored, corner of the window. */
template <class T>
DEVICE void normalize_picture(const T *x, const int *place, float *y, int w, int h_out, int w_out,
                              const float (&mean)[3], const double (&reciprocal)[3], float padding) {
  FOR_GRID(i, (int64_t)h_out * w_out) {
    int row = place[5] + (int)(i / w_out), column = place[6] + (int)(i % w_out);
    bool inside = row < place[2] && column < place[3];
    int from_column = place[1] + (place[4] ? place[3] - 1 - column : column);
    const T *from = x + (inside ? ((int64_t)(place[0] + row) * w + from_column) * 3 : 0);
#pragma unroll
    for (int c = 0; c < 3; c++) {
      float distance = (float)from[2 - c] - mean[c];
      y[3 * i + c] = inside ? (float)((double)distance * reciprocal[c]) : padding;
    }
  }
}

/* y [h_out][w_out][3] R,G,B; mean and 1 / deviation of R, G, B. Any grid; a thread per pixel. */
KERNEL(256, ciss_normalize_picture_u8_kernel)
(const uint8_t *x, const int *place, float *y, int w, int h_out, int w_out, float mean_r, float mean_g, float mean_b,
 double reciprocal_r, double reciprocal_g, double reciprocal_b, float padding) {
  const float mean[3] = {mean_r, mean_g, mean_b};
  const double reciprocal[3] = {reciprocal_r, reciprocal_g, reciprocal_b};
  normalize_picture(x, place, y, w, h_out, w_out, mean, reciprocal, padding);
}
KERNEL(256, ciss_normalize_picture_f32_kernel)
(const float *x, const int *place, float *y, int w, int h_out, int w_out, float mean_r, float mean_g, float mean_b,
 double reciprocal_r, double reciprocal_g, double reciprocal_b, float padding) {
  const float mean[3] = {mean_r, mean_g, mean_b};
  const double reciprocal[3] = {reciprocal_r, reciprocal_g, reciprocal_b};
  normalize_picture(x, place, y, w, h_out, w_out, mean, reciprocal, padding);
}

DEVICE int scaled(int level, float factor, float offset) {
  float v = (float)level * factor + offset;
  return (int)(v < 0 ? 0.0f : v > 255 ? 255.0f : v);
}

/* rint((range << 12) / (parts level)), 0 for level 0: the fixed-point divisors of the conversion. */
DEVICE int divisor(int range, int parts, int level) {
  return level == 0 ? 0 : (int)rint((double)(range << 12) / (double)(parts * level));
}

/* B,G,R to H (0..179), S, V. */
DEVICE void to_hsv(int (&p)[3]) {
  int b = p[0], g = p[1], r = p[2];
  int v = max(max(b, g), r), d = v - min(min(b, g), r);
  int sector = v == r ? g - b : v == g ? b - r + 2 * d : r - g + 4 * d;
  int h = (sector * divisor(180, 6, d) + 2048) >> 12;
  p[0] = h < 0 ? h + 180 : h;
  p[1] = (d * divisor(255, 1, v) + 2048) >> 12;
  p[2] = v;
}

DEVICE int to_level(float v, bool truncated) { return clamp_int((int)(truncated ? v : rintf(v)), 0, 255); }

/* H, S, V to B,G,R. */
DEVICE void to_bgr(int (&pixel)[3], bool truncated) {
  float h = (float)pixel[0] * (6.0f / 180.0f);
  float s = (float)pixel[1] * (1.0f / 255.0f), v = (float)pixel[2] * (1.0f / 255.0f);
  int k = (int)h % 6;
  float f = h - floorf(h);
  float p = v * (1 - s), q = v * (1 - s * f), t = v * (1 - s * (1 - f));
  pixel[0] = to_level((k < 2 ? p : k == 2 ? t : k == 5 ? q : v) * 255.0f, truncated);
  pixel[1] = to_level((k == 0 ? t : k == 3 ? q : k > 3 ? p : v) * 255.0f, truncated);
  pixel[2] = to_level((k == 0 || k == 5 ? v : k == 1 ? q : k == 4 ? t : p) * 255.0f, truncated);
}

/*
 * y [height][width][3]: the distorted part of x whose corner is given. steps: corner (y, x), then brightness, contrast
 * before, saturation, hue, contrast after: 1 if on. settings: brightness, contrast, saturation, hue. Any grid; a thread
 * per pixel.
 */
KERNEL(256, ciss_distort_picture_u8_kernel)
(const uint8_t *x, const int *steps, const float *settings, uint8_t *y, int w, int height, int width) {
  FOR_GRID(i, (int64_t)height * width) {
    const uint8_t *from = x + ((steps[0] + i / width) * w + steps[1] + i % width) * 3;
    int p[3] = {from[0], from[1], from[2]};
    bool truncated = (int)(i % width) < width / 32 * 32;
    for (int c = 0; c < 3; c++) {
      if (steps[2]) p[c] = scaled(p[c], 1, settings[0]);
      if (steps[3]) p[c] = scaled(p[c], settings[1], 0);
    }
    if (steps[4]) {
      to_hsv(p);
      p[1] = scaled(p[1], settings[2], 0);
      to_bgr(p, truncated);
    }
    if (steps[5]) {
      to_hsv(p);
      p[0] = (p[0] + (int)settings[3] + 180) % 180;
      to_bgr(p, truncated);
    }
    for (int c = 0; c < 3; c++) y[3 * i + c] = (uint8_t)(steps[6] ? scaled(p[c], settings[1], 0) : p[c]);
  }
}

REGISTER_KERNEL(ciss_resize_picture_u8_kernel)
REGISTER_KERNEL(ciss_resize_picture_u8_f32_kernel)
REGISTER_KERNEL(ciss_resize_picture_f32_kernel)
REGISTER_KERNEL(ciss_normalize_picture_u8_kernel)
REGISTER_KERNEL(ciss_normalize_picture_f32_kernel)
REGISTER_KERNEL(ciss_distort_picture_u8_kernel)
