/*
 * Colour jitter of normalised RGB pixels [pixels][3] in place: denormalised to 0..1, four steps in a given order,
 * normalised. Values outside of 0..1 come in and, from the HSV steps, go out.
 *
 * settings [10] in device memory: brightness, contrast, saturation, hue (in turns), mean [3], std [3]; order [4]: 0
 * brightness, 1 contrast, 2 saturation, 3 hue.
 */
#include "common/dev.cuh"

DEVICE float clamp01(float v) { return v < 0 ? 0.0f : v > 1 ? 1.0f : v; }

/* Remainder with the sign of the divisor (1). */
DEVICE float floor_mod1(float v) { return v - floorf(v); }

/* Hue in turns [0,1), saturation, value. */
DEVICE void to_hsv(const float (&rgb)[3], float (&hsv)[3]) {
  float r = rgb[0], g = rgb[1], b = rgb[2];
  float top = fmaxf(r, fmaxf(g, b));
  float chroma = top - fminf(r, fminf(g, b));
  float d = chroma == 0 ? 1.0f : chroma;
  float sixths = r == top ? g - b : g == top ? 2 * d + b - r : 4 * d + r - g;
  hsv[0] = floor_mod1(sixths / d / 6);
  hsv[1] = chroma / (top + 1e-6f);
  hsv[2] = top;
}

DEVICE void from_hsv(const float (&hsv)[3], float (&rgb)[3]) {
  float turns = floor_mod1(hsv[0]) * 6; /* hue may be negative after the shift */
  int sector = (int)turns % 6;
  float f = turns - (float)(int)turns, s = hsv[1], v = hsv[2];
  float p = v * (1 - s), q = v * (1 - f * s), t = v * (1 - (1 - f) * s);
  rgb[0] = sector == 0 || sector == 5 ? v : sector == 1 ? q : sector == 4 ? t : p;
  rgb[1] = sector == 1 || sector == 2 ? v : sector == 0 ? t : sector == 3 ? q : p;
  rgb[2] = sector == 3 || sector == 4 ? v : sector == 2 ? t : sector == 5 ? q : p;
}

DEVICE void jitter_step(int operation, const float *settings, float (&rgb)[3]) {
  if (operation == 0) {
    for (int c = 0; c < 3; c++) rgb[c] = clamp01(rgb[c] + (settings[0] - 1));
  } else if (operation == 1) {
    for (int c = 0; c < 3; c++) rgb[c] = clamp01(rgb[c] * settings[1]);
  } else {
    float hsv[3];
    to_hsv(rgb, hsv);
    if (operation == 2) {
      hsv[1] = clamp01(hsv[1] * settings[2]);
    } else {
      hsv[0] = fmodf(hsv[0] + settings[3], 1.0f); /* keeps the sign */
    }
    from_hsv(hsv, rgb);
  }
}

/* Any grid; a thread per pixel. */
KERNEL(256, ciss_color_jitter_f32_kernel)(float *x, const float *settings, const int *order, int64_t pixels) {
  const float *mean = settings + 4, *std = settings + 7;
  FOR_GRID(i, pixels) {
    float rgb[3];
    for (int c = 0; c < 3; c++) rgb[c] = (x[3 * i + c] * std[c] + mean[c]) / 255.0f;
    for (int k = 0; k < 4; k++) jitter_step(order[k], settings, rgb);
    for (int c = 0; c < 3; c++) x[3 * i + c] = (rgb[c] * 255.0f - mean[c]) / std[c];
  }
}

REGISTER_KERNEL(ciss_color_jitter_f32_kernel)
