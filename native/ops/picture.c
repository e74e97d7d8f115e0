/*
 * The way of a picture [h][w][3], B,G,R, to the network: resize, distort, normalise (data.md 3.2). Everything is
 * rounded as written: the Makefile compiles this file without fused multiply-adds. Pictures are bytes or floats, told
 * by `bytes`.
 */
#include "operation.h"
#include "simd.h"

/* Where an output reads along one axis: two inputs and the weight of the upper one. */
struct taps {
  int32_t lower, upper;
  float weight;
};

INLINE int64_t clamp_int(int64_t v, int64_t low, int64_t high) { return v < low ? low : v > high ? high : v; }

/* Rows outside keep their weight, only their index is clamped; columns outside go to the border with weight 0. */
INLINE struct taps taps_of(int64_t i, int64_t in, int64_t out, int column) {
  float at = (float)(((double)i + 0.5) * ((double)in / (double)out) - 0.5);
  float lower = floorf(at);
  int64_t k = (int64_t)lower;
  float weight = column && (k < 0 || k >= in - 1) ? 0 : at - lower;
  return (struct taps){(int32_t)clamp_int(k, 0, in - 1), (int32_t)clamp_int(k + 1, 0, in - 1), weight};
}

INLINE int32_t fixed_point(float weight) { return (int32_t)rintf(weight * 2048.0f); }

INLINE float value(const void *x, int64_t bytes, int64_t i) {
  return bytes ? (float)((const uint8_t *)x)[i] : ((const float *)x)[i];
}

/*
 * Rows begin to end - 1 of the part with the corner y1, x1 and w_part columns of the picture resized to h_out x w_out,
 * bytes to bytes. scratch holds the taps of w_part columns.
 */
void NAME(ciss_resize_picture_u8)(const uint8_t *x, int64_t h, int64_t w, int64_t h_out, int64_t w_out, int64_t y1,
                                  int64_t x1, int64_t w_part, uint8_t *y, int64_t begin, int64_t end, void *scratch) {
  struct taps *columns = scratch;
  int halved = h == 2 * h_out && w == 2 * w_out, same = h == h_out && w == w_out;
  for (int64_t j = 0; j < w_part; j++) columns[j] = taps_of(x1 + j, w, w_out, 1);
  for (int64_t i = begin; i < end; i++) {
    uint8_t *to = y + i * w_part * 3;
    if (same) {
      for (int64_t k = 0; k < 3 * w_part; k++) to[k] = x[((y1 + i) * w + x1) * 3 + k];
      continue;
    }
    if (halved) {
      const uint8_t *upper = x + (2 * (y1 + i) * w + 2 * x1) * 3, *lower = upper + 3 * w;
      for (int64_t k = 0; k < 3 * w_part; k++) {
        int64_t p = k / 3 * 6 + k % 3;
        to[k] = (uint8_t)((upper[p] + upper[p + 3] + lower[p] + lower[p + 3] + 2) >> 2);
      }
      continue;
    }
    struct taps row = taps_of(y1 + i, h, h_out, 0);
    const uint8_t *upper = x + row.lower * w * 3, *lower = x + row.upper * w * 3;
    int32_t r0 = fixed_point(1 - row.weight), r1 = fixed_point(row.weight);
    for (int64_t j = 0; j < w_part; j++) {
      int64_t p = 3 * columns[j].lower, q = 3 * columns[j].upper;
      int32_t c0 = fixed_point(1 - columns[j].weight), c1 = fixed_point(columns[j].weight);
      for (int64_t c = 0; c < 3; c++) {
        int32_t a = upper[p + c] * c0 + upper[q + c] * c1, b = lower[p + c] * c0 + lower[q + c] * c1;
        to[3 * j + c] = (uint8_t)((((r0 * (a >> 4)) >> 16) + ((r1 * (b >> 4)) >> 16) + 2) >> 2);
      }
    }
  }
}

/* The same to floats. */
void NAME(ciss_resize_picture_f32)(const void *x, int64_t bytes, int64_t h, int64_t w, int64_t h_out, int64_t w_out,
                                   int64_t y1, int64_t x1, int64_t w_part, float *y, int64_t begin, int64_t end,
                                   void *scratch) {
  struct taps *columns = scratch;
  int halved = h == 2 * h_out && w == 2 * w_out, same = h == h_out && w == w_out;
  for (int64_t j = 0; j < w_part; j++) columns[j] = taps_of(x1 + j, w, w_out, 1);
  for (int64_t i = begin; i < end; i++) {
    float *to = y + i * w_part * 3;
    if (same) {
      for (int64_t k = 0; k < 3 * w_part; k++) to[k] = value(x, bytes, ((y1 + i) * w + x1) * 3 + k);
      continue;
    }
    if (halved) {
      int64_t upper = (2 * (y1 + i) * w + 2 * x1) * 3, lower = upper + 3 * w;
      for (int64_t k = 0; k < 3 * w_part; k++) {
        int64_t p = k / 3 * 6 + k % 3;
        float sum = value(x, bytes, upper + p) + value(x, bytes, upper + p + 3);
        sum = sum + value(x, bytes, lower + p);
        to[k] = (sum + value(x, bytes, lower + p + 3)) * 0.25f;
      }
      continue;
    }
    struct taps row = taps_of(y1 + i, h, h_out, 0);
    int64_t upper = row.lower * w * 3, lower = row.upper * w * 3;
    for (int64_t j = 0; j < w_part; j++) {
      int64_t p = 3 * columns[j].lower, q = 3 * columns[j].upper;
      float t = columns[j].weight;
      for (int64_t c = 0; c < 3; c++) {
        float a = value(x, bytes, upper + p + c) * (1 - t) + value(x, bytes, upper + q + c) * t;
        float b = value(x, bytes, lower + p + c) * (1 - t) + value(x, bytes, lower + q + c) * t;
        to[3 * j + c] = a * (1 - row.weight) + b * row.weight;
      }
    }
  }
}

/* Pixels that are normalised together. */
#define PIXELS 64

/* n pixels B,G,R from pixel `from` on, forwards or backwards, as R,G,B. */
INLINE void load_rgb(const void *x, int64_t bytes, int64_t from, int64_t step, int64_t n, float *levels) {
  for (int64_t j = 0; j < n; j++) {
    for (int64_t c = 0; c < 3; c++) levels[3 * j + c] = value(x, bytes, 3 * (from + step * j) + 2 - c);
  }
}

/*
 * Rows begin to end - 1 of y, w_out columns each. place: corner (y, x), height and width of the crop of x, 1 if it is
 * mirrored, corner of the window. scale: mean, then 1 / deviation of R, G, B.
 */
void NAME(ciss_normalize_picture)(const void *x, int64_t bytes, int64_t w, const int32_t *place, const double *scale,
                                  float padding, int64_t w_out, float *y, int64_t begin, int64_t end) {
  int64_t height = place[2], width = place[3], mirrored = place[4];
  float means[3 * PIXELS];
  double factors[3 * PIXELS];
  for (int64_t k = 0; k < 3 * PIXELS; k++) {
    means[k] = (float)scale[k % 3];
    factors[k] = scale[3 + k % 3];
  }
  for (int64_t i = begin; i < end; i++) {
    float *to = y + i * w_out * 3;
    int64_t row = place[5] + i, filled = row < height ? clamp_int(width - place[6], 0, w_out) : 0;
    for (int64_t j = 0; j < filled; j += PIXELS) {
      int64_t n = min_int(PIXELS, filled - j), column = place[6] + j;
      int64_t from = (place[0] + row) * w + place[1] + (mirrored ? width - 1 - column : column);
      float levels[3 * PIXELS];
      if (mirrored) load_rgb(x, bytes, from, -1, n, levels);
      else load_rgb(x, bytes, from, 1, n, levels);
      for (int64_t k = 0; k < 3 * n; k++) {
        float distance = levels[k] - means[k];
        to[3 * j + k] = (float)((double)distance * factors[k]);
      }
    }
    for (int64_t k = 3 * filled; k < 3 * w_out; k++) to[k] = padding;
  }
}

INLINE uint8_t scaled(uint8_t level, float factor, float offset) {
  float v = (float)level * factor + offset;
  return (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
}

/* Of the conversion to HSV: rint((range << 12) / (parts level)), 0 for level 0. */
struct divisors {
  int32_t saturation[256], hue[256];
};

INLINE void fill_divisors(struct divisors *d) {
  d->saturation[0] = d->hue[0] = 0;
  for (int32_t level = 1; level < 256; level++) {
    d->saturation[level] = (int32_t)rint((double)(255 << 12) / (double)level);
    d->hue[level] = (int32_t)rint((double)(180 << 12) / (double)(6 * level));
  }
}

/* B,G,R to H (0..179), S, V. */
INLINE void to_hsv(uint8_t *p, const struct divisors *divisors) {
  int32_t b = p[0], g = p[1], r = p[2];
  int32_t v = b > g ? b : g, low = b < g ? b : g;
  v = r > v ? r : v;
  low = r < low ? r : low;
  int32_t d = v - low;
  int32_t sector = v == r ? g - b : v == g ? b - r + 2 * d : r - g + 4 * d;
  int32_t h = (sector * divisors->hue[d] + 2048) >> 12;
  p[0] = (uint8_t)(h < 0 ? h + 180 : h);
  p[1] = (uint8_t)((d * divisors->saturation[v] + 2048) >> 12);
  p[2] = (uint8_t)v;
}

INLINE uint8_t to_level(float v, int truncated) {
  float whole = truncated ? truncf(v) : rintf(v);
  return (uint8_t)(whole < 0 ? 0 : whole > 255 ? 255 : whole);
}

/* H, S, V to B,G,R. */
INLINE void to_bgr(uint8_t *pixel, int truncated) {
  float h = (float)pixel[0] * (6.0f / 180.0f);
  float s = (float)pixel[1] * (1.0f / 255.0f), v = (float)pixel[2] * (1.0f / 255.0f);
  int32_t k = (int32_t)h % 6;
  float f = h - floorf(h);
  float p = v * (1 - s), q = v * (1 - s * f), t = v * (1 - s * (1 - f));
  const float table[6][3] = {{p, t, v}, {p, v, q}, {t, v, p}, {v, q, p}, {v, p, t}, {q, p, v}};
  for (int c = 0; c < 3; c++) pixel[c] = to_level(table[k][c] * 255.0f, truncated);
}

/*
 * Rows begin to end - 1 of y, the part of x with the corner y1, x1 and w_part columns. steps: brightness, contrast
 * before, saturation, hue, contrast after: 1 if on. settings: brightness, contrast, saturation, hue.
 */
void NAME(ciss_distort_picture_u8)(const uint8_t *x, int64_t w, int64_t y1, int64_t x1, int64_t w_part,
                                   const int32_t *steps, const float *settings, uint8_t *y, int64_t begin,
                                   int64_t end) {
  struct divisors divisors;
  fill_divisors(&divisors);
  for (int64_t i = begin; i < end; i++) {
    for (int64_t j = 0; j < w_part; j++) {
      const uint8_t *from = x + ((y1 + i) * w + x1 + j) * 3;
      uint8_t p[3] = {from[0], from[1], from[2]};
      int truncated = j < w_part / 32 * 32;
      for (int c = 0; c < 3; c++) {
        if (steps[0]) p[c] = scaled(p[c], 1, settings[0]);
        if (steps[1]) p[c] = scaled(p[c], settings[1], 0);
      }
      if (steps[2]) {
        to_hsv(p, &divisors);
        p[1] = scaled(p[1], settings[2], 0);
        to_bgr(p, truncated);
      }
      if (steps[3]) {
        to_hsv(p, &divisors);
        p[0] = (uint8_t)((p[0] + (int32_t)settings[3] + 180) % 180);
        to_bgr(p, truncated);
      }
      for (int c = 0; c < 3; c++) y[(i * w_part + j) * 3 + c] = steps[4] ? scaled(p[c], settings[1], 0) : p[c];
    }
  }
}
