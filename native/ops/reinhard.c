/*
 * Reinhard's colour transfer (data.md 3.3.2) of pictures [h][w][3], B,G,R, bytes or floats, in double: mean and standard
 * deviation of the channels of lab = N ln(M p), and p = M^-1 exp(N^-1 lab) with those of the style. N is orthonormal: its
 * inverse is its transpose.
 */
#include "operation.h"
#include "simd.h"

static const double TO_LMS[3][3] = {{0.3811, 0.5783, 0.0402}, {0.1967, 0.7244, 0.0782}, {0.0241, 0.1288, 0.8444}};
static const double FROM_LMS[3][3] = {{4.468669863496255, -3.5886759034721263, 0.11960436657860116},
                                      {-1.2197166276177633, 2.3830879129554567, -0.16263011175140057},
                                      {0.0585084769385459, -0.26107843902769373, 1.205665908525623}};

/* 1/sqrt 3, 1/sqrt 6, 1/sqrt 2 */
static const double N0 = 0.57735026918962576451, N1 = 0.40824829046386301637, N2 = 0.70710678118654752440;

INLINE double value(const void *x, int64_t bytes, int64_t i) {
  return bytes ? (double)((const uint8_t *)x)[i] : (double)((const float *)x)[i];
}

INLINE double transformed(const double *row, const double *p) { return row[0] * p[0] + row[1] * p[1] + row[2] * p[2]; }

INLINE void to_lab(const void *x, int64_t bytes, int64_t pixel, double *lab) {
  double p[3], log_lms[3];
  for (int c = 0; c < 3; c++) p[c] = value(x, bytes, 3 * pixel + c);
  for (int c = 0; c < 3; c++) {
    double component = transformed(TO_LMS[c], p);
    log_lms[c] = log(component == 0 ? 0x1p-52 : component);
  }
  lab[0] = N0 * (log_lms[0] + log_lms[1] + log_lms[2]);
  lab[1] = N1 * (log_lms[0] + log_lms[1] - 2 * log_lms[2]);
  lab[2] = N2 * (log_lms[0] - log_lms[1]);
}

/*
 * partial [2][3]: sums and sums of squares over the pixels begin to end - 1 of the distance from the picture's first pixel;
 * that shift makes the variance of a constant exactly 0 and costs the others no digits that matter.
 */
void NAME(ciss_lab_sums)(const void *x, int64_t bytes, int64_t begin, int64_t end, double *partial) {
  double origin[3], lab[3], sum[3] = {0}, squares[3] = {0};
  to_lab(x, bytes, 0, origin);
  for (int64_t i = begin; i < end; i++) {
    to_lab(x, bytes, i, lab);
    for (int c = 0; c < 3; c++) {
      double d = lab[c] - origin[c];
      sum[c] += d;
      squares[c] += d * d;
    }
  }
  for (int c = 0; c < 3; c++) {
    partial[c] = sum[c];
    partial[3 + c] = squares[c];
  }
}

/* statistics [2][3]: means and standard deviations (division by n) from partials [parts][2][3]. */
void NAME(ciss_lab_merge)(const void *x, int64_t bytes, const double *partials, int64_t parts, double pixels,
                          double *statistics) {
  double origin[3];
  to_lab(x, bytes, 0, origin);
  for (int c = 0; c < 3; c++) {
    double sum = 0, squares = 0;
    for (int64_t k = 0; k < parts; k++) {
      sum += partials[6 * k + c];
      squares += partials[6 * k + 3 + c];
    }
    double mean = sum / pixels;
    statistics[c] = origin[c] + mean;
    statistics[3 + c] = sqrt(fmax(squares / pixels - mean * mean, 0));
  }
}

/* Rows begin to end - 1 of out [height][width][3], the part of the content [h][w][3] whose corner is y1, x1. */
void NAME(ciss_reinhard_stylize)(const void *content, int64_t bytes, int64_t w, const double *content_statistics,
                                 const double *style_statistics, int64_t y1, int64_t x1, int64_t width, float *out,
                                 int64_t begin, int64_t end) {
  double factor[3];
  for (int c = 0; c < 3; c++) {
    factor[c] = content_statistics[3 + c] == 0 ? 0 : style_statistics[3 + c] / content_statistics[3 + c];
  }
  for (int64_t i = begin * width; i < end * width; i++) {
    double lab[3], lms[3];
    to_lab(content, bytes, (y1 + i / width) * w + x1 + i % width, lab);
    for (int c = 0; c < 3; c++) lab[c] = (lab[c] - content_statistics[c]) * factor[c] + style_statistics[c];
    lms[0] = exp(N0 * lab[0] + N1 * lab[1] + N2 * lab[2]);
    lms[1] = exp(N0 * lab[0] + N1 * lab[1] - N2 * lab[2]);
    lms[2] = exp(N0 * lab[0] - 2 * N1 * lab[1]);
    for (int c = 0; c < 3; c++) out[3 * i + c] = (float)fmin(fmax(transformed(FROM_LMS[c], lms), 0), 255);
  }
}
