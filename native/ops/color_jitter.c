/*
 * Colour jitter of normalised RGB pixels [pixels][3] in place (method.md 2.8): denormalised to 0..1, four steps in a given
 * order, normalised. Values outside of 0..1 come in and, from the HSV steps, go out.
 */
#include "operation.h"
#include "simd.h"

INLINE float clamp01(float v) { return v < 0 ? 0 : v > 1 ? 1 : v; }

/* Remainder with the sign of the divisor (1). */
INLINE float floor_mod1(float v) { return v - floorf(v); }

/* Hue in turns [0,1), saturation, value. */
INLINE void to_hsv(const float *rgb, float *hsv) {
  float r = rgb[0], g = rgb[1], b = rgb[2];
  float top = fmaxf(r, fmaxf(g, b));
  float chroma = top - fminf(r, fminf(g, b));
  float d = chroma == 0 ? 1.0f : chroma;
  float sixths = r == top ? g - b : g == top ? 2 * d + b - r : 4 * d + r - g;
  hsv[0] = floor_mod1(sixths / d / 6);
  hsv[1] = chroma / (top + 1e-6f);
  hsv[2] = top;
}

INLINE void from_hsv(const float *hsv, float *rgb) {
  float turns = floor_mod1(hsv[0]) * 6; /* hue may be negative after the shift */
  int sector = (int)turns % 6;
  float f = turns - (float)(int)turns;
  float s = hsv[1], v = hsv[2];
  float p = v * (1 - s), q = v * (1 - f * s), t = v * (1 - (1 - f) * s);
  const float table[6][3] = {{v, t, p}, {q, v, p}, {p, v, t}, {p, q, v}, {t, p, v}, {v, p, q}};
  for (int c = 0; c < 3; c++) rgb[c] = table[sector][c];
}

INLINE void step(int64_t operation, const float *factors, float *rgb) {
  if (operation == 0) {
    for (int c = 0; c < 3; c++) rgb[c] = clamp01(rgb[c] + (factors[0] - 1));
  } else if (operation == 1) {
    for (int c = 0; c < 3; c++) rgb[c] = clamp01(rgb[c] * factors[1]);
  } else {
    float hsv[3];
    to_hsv(rgb, hsv);
    if (operation == 2) {
      hsv[1] = clamp01(hsv[1] * factors[2]);
    } else {
      hsv[0] = fmodf(hsv[0] + factors[3], 1.0f); /* keeps the sign */
    }
    from_hsv(hsv, rgb);
  }
}

/*
 * Pixels begin..end. factors: brightness, contrast, saturation, hue (in turns); order: four base-4 digits, the first
 * operation lowest; scales: mean[3], std[3].
 */
void NAME(ciss_color_jitter_f32)(float *x, const float *factors, int64_t order, const float *scales, int64_t begin,
                                 int64_t end) {
  const float *mean = scales, *std = scales + 3;
  for (int64_t i = begin; i < end; i++) {
    float rgb[3];
    for (int c = 0; c < 3; c++) rgb[c] = (x[3 * i + c] * std[c] + mean[c]) / 255.0f;
    for (int k = 0; k < 4; k++) step(order >> (2 * k) & 3, factors, rgb);
    for (int c = 0; c < 3; c++) x[3 * i + c] = (rgb[c] * 255.0f - mean[c]) / std[c];
  }
}
