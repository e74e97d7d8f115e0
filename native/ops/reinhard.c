/*
 * Reinhard's colour transfer (data.md 3.3.2) of pictures [h][w][3], B,G,R, bytes or floats, in double: mean and
 * standard deviation of the channels of lab = N ln(M p), and p = M^-1 exp(N^-1 lab) with those of the style. N is
 * orthonormal: its inverse is its transpose. LANES pixels are computed at once, each channel in a vector of its own.
 */
#include "operation.h"
#include "simd.h"

#include <string.h>

#define LANES (VL / 2)

typedef double vd __attribute__((vector_size(8 * LANES)));
typedef uint64_t vu __attribute__((vector_size(8 * LANES)));

static const double TO_LMS[3][3] = {{0.3811, 0.5783, 0.0402}, {0.1967, 0.7244, 0.0782}, {0.0241, 0.1288, 0.8444}};
static const double FROM_LMS[3][3] = {{4.468669863496255, -3.5886759034721263, 0.11960436657860116},
                                      {-1.2197166276177633, 2.3830879129554567, -0.16263011175140057},
                                      {0.0585084769385459, -0.26107843902769373, 1.205665908525623}};

/* 1/sqrt 3, 1/sqrt 6, 1/sqrt 2 */
static const double N0 = 0.57735026918962576451, N1 = 0.40824829046386301637, N2 = 0.70710678118654752440;

/* 1.5 * 2^52: added to it, a small integer stands in the low bits. */
static const double SHIFT = 6755399441055744.0;

INLINE vd select_vd(vu mask, vd a, vd b) { return (vd)((mask & (vu)a) | (~mask & (vu)b)); }

/*
 * ln of positive normal numbers, to 2 units in the last place: x = 2^e (1 + f) with 1 + f in [1/sqrt 2, sqrt 2), ln(1 +
 * f) = 2 artanh(f / (2 + f)) by its series.
 */
INLINE vd log_vd(vd x) {
  vu e = ((vu)x - 0x3fe6a09e667f3bcdu + (UINT64_C(1024) << 52)) >> 52; /* + 1024 */
  vd f = (vd)((vu)x - (e << 52) + (UINT64_C(1024) << 52)) - 1.0;
  vd exponent = (vd)(e + (0x4338000000000000u - 1024u)) - SHIFT;
  vd s = f / (f + 2.0), q = s * s, p = q * (1.0 / 23) + 1.0 / 21;
  p = p * q + 1.0 / 19;
  p = p * q + 1.0 / 17;
  p = p * q + 1.0 / 15;
  p = p * q + 1.0 / 13;
  p = p * q + 1.0 / 11;
  p = p * q + 1.0 / 9;
  p = p * q + 1.0 / 7;
  p = p * q + 1.0 / 5;
  p = p * q + 1.0 / 3;
  return exponent * 0.69314718055994530942 + (2.0 * s + 2.0 * s * (q * p));
}

/* e^x, to 2 units in the last place; arguments are clamped to [-700, 700]. */
INLINE vd exp_vd(vd x) {
  const vd zero = {0};
  x = select_vd((vu)(x > zero - 700.0), x, zero - 700.0);
  x = select_vd((vu)(x < zero + 700.0), x, zero + 700.0);
  vd shifted = x * 1.44269504088896340736 + SHIFT, k = shifted - SHIFT;
  vd r = x - k * 0.693147180369123816490;
  r = r - k * 1.90821492927058770002e-10;
  vd p = r * (1.0 / 6227020800) + 1.0 / 479001600;
  p = p * r + 1.0 / 39916800;
  p = p * r + 1.0 / 3628800;
  p = p * r + 1.0 / 362880;
  p = p * r + 1.0 / 40320;
  p = p * r + 1.0 / 5040;
  p = p * r + 1.0 / 720;
  p = p * r + 1.0 / 120;
  p = p * r + 1.0 / 24;
  p = p * r + 1.0 / 6;
  p = p * r + 0.5;
  p = p * r + 1.0;
  p = p * r + 1.0;
  return (vd)((vu)p + ((vu)shifted << 52)); /* the bits of SHIFT itself are shifted out */
}

INLINE vd transformed(const double *row, const vd *p) { return row[0] * p[0] + row[1] * p[1] + row[2] * p[2]; }

/* Pixels `first` to first + count - 1, count up to LANES; the other lanes repeat the first pixel. */
INLINE void to_lab(const void *x, int64_t bytes, int64_t first, int64_t count, vd *lab) {
  vd p[3], log_lms[3];
  for (int64_t c = 0; c < 3; c++) {
    double levels[LANES];
    for (int64_t k = 0; k < LANES; k++) {
      int64_t i = 3 * (first + (k < count ? k : 0)) + c;
      levels[k] = bytes ? (double)((const uint8_t *)x)[i] : (double)((const float *)x)[i];
    }
    memcpy(&p[c], levels, sizeof levels);
  }
  const vd zero = {0};
  for (int64_t c = 0; c < 3; c++) {
    vd component = transformed(TO_LMS[c], p);
    log_lms[c] = log_vd(select_vd((vu)(component == zero), zero + 0x1p-52, component));
  }
  lab[0] = N0 * (log_lms[0] + log_lms[1] + log_lms[2]);
  lab[1] = N1 * (log_lms[0] + log_lms[1] - 2.0 * log_lms[2]);
  lab[2] = N2 * (log_lms[0] - log_lms[1]);
}

/*
 * partial [2][3]: sums and sums of squares over the pixels begin to end - 1 of the distance from the picture's first
 * pixel; that shift makes the variance of a constant exactly 0 and costs the others no digits that matter.
 */
void NAME(ciss_lab_sums)(const void *x, int64_t bytes, int64_t begin, int64_t end, double *partial) {
  vd origin[3], lab[3], sum[3] = {{0}, {0}, {0}}, squares[3] = {{0}, {0}, {0}};
  to_lab(x, bytes, 0, 1, origin);
  for (int64_t i = begin; i < end; i += LANES) {
    int64_t n = min_int(LANES, end - i);
    to_lab(x, bytes, i, n, lab);
    for (int64_t c = 0; c < 3; c++) {
      vd d = lab[c] - origin[c];
      for (int64_t k = n; k < LANES; k++) d[k] = 0;
      sum[c] += d;
      squares[c] += d * d;
    }
  }
  for (int64_t c = 0; c < 3; c++) {
    partial[c] = partial[3 + c] = 0;
    for (int64_t k = 0; k < LANES; k++) {
      partial[c] += sum[c][k];
      partial[3 + c] += squares[c][k];
    }
  }
}

/* statistics [2][3]: means and standard deviations (division by n) from partials [parts][2][3]. */
void NAME(ciss_lab_merge)(const void *x, int64_t bytes, const double *partials, int64_t parts, double pixels,
                          double *statistics) {
  vd origin[3];
  to_lab(x, bytes, 0, 1, origin);
  for (int64_t c = 0; c < 3; c++) {
    double sum = 0, squares = 0;
    for (int64_t k = 0; k < parts; k++) {
      sum += partials[6 * k + c];
      squares += partials[6 * k + 3 + c];
    }
    double mean = sum / pixels;
    statistics[c] = origin[c][0] + mean;
    statistics[3 + c] = sqrt(fmax(squares / pixels - mean * mean, 0));
  }
}

/* Rows begin to end - 1 of out [height][width][3], the part of the content [h][w][3] whose corner is y1, x1. */
void NAME(ciss_reinhard_stylize)(const void *content, int64_t bytes, int64_t w, const double *content_statistics,
                                 const double *style_statistics, int64_t y1, int64_t x1, int64_t width, float *out,
                                 int64_t begin, int64_t end) {
  double factor[3];
  for (int64_t c = 0; c < 3; c++) {
    factor[c] = content_statistics[3 + c] == 0 ? 0 : style_statistics[3 + c] / content_statistics[3 + c];
  }
  for (int64_t y = begin; y < end; y++) {
    for (int64_t j = 0; j < width; j += LANES) {
      int64_t n = min_int(LANES, width - j);
      vd lab[3], lms[3];
      to_lab(content, bytes, (y1 + y) * w + x1 + j, n, lab);
      for (int64_t c = 0; c < 3; c++) lab[c] = (lab[c] - content_statistics[c]) * factor[c] + style_statistics[c];
      lms[0] = exp_vd(N0 * lab[0] + N1 * lab[1] + N2 * lab[2]);
      lms[1] = exp_vd(N0 * lab[0] + N1 * lab[1] - N2 * lab[2]);
      lms[2] = exp_vd(N0 * lab[0] - 2.0 * N1 * lab[1]);
      for (int64_t c = 0; c < 3; c++) {
        vd level = transformed(FROM_LMS[c], lms);
        for (int64_t k = 0; k < n; k++) out[(y * width + j + k) * 3 + c] = (float)fmin(fmax(level[k], 0), 255);
      }
    }
  }
}
