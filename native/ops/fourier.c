/*
 * The lowest frequencies of a picture [h][w][3] and Fourier domain adaptation with them (data.md 3.3.1), in double.
 *
 *   F(u,v) = sum over y, x of p(y,x) e^(-2 pi i (u y / h + v x / w))       u = 0 .. rows - 1, v = v_low .. v_high
 *   out    = p + 1/(h w) Re sum over u, v of D(u,v) e^(+2 pi i (u y / h + v x / w)),  D = (|G| - |F|) F/|F|
 *
 * Two small separable transforms. Forward: columns first, as multiply-adds of whole rows, where rows y and h - y are
 * folded to their sum (cosine part) and difference (sine part); then rows. Backward: rows first, then a sum over u per
 * pixel. Pictures are bytes or floats, told by `bytes`; waves [2][n] are cosines and sines of 2 pi k / n; a spectrum is
 * [1 + rows * columns][3][2], its first entry the sum of absolute values.
 */
#include "operation.h"
#include "simd.h"

/* Values of a row that are processed together: the sums of all frequencies then stay in the fastest cache. Java cuts
 * tiles of this size and reserves by it (CpuStylizationOps). */
#define BLOCK 192

/* Rows added in one pass over the sums. */
#define GROUP 4

/* Partial sums of a dot product; a multiple of 3, so that each belongs to one channel. */
#define LANES 24

INLINE double value(const void *x, int64_t bytes, int64_t i) {
  return bytes ? (double)((const uint8_t *)x)[i] : (double)((const float *)x)[i];
}

void NAME(ciss_waves_f64)(double *waves, int64_t n) {
  for (int64_t k = 0; k < n; k++) {
    double angle = 2 * 3.14159265358979323846 * (double)k / (double)n;
    waves[k] = cos(angle);
    waves[n + k] = sin(angle);
  }
}

/* Sums and differences of row y and its mirror, which may be itself. */
INLINE void fold(const void *x, int64_t bytes, int64_t upper, int64_t lower, double *even, double *odd,
                 double *absolute, int64_t n) {
  double both = upper == lower ? 0 : 1;
  for (int64_t i = 0; i < n; i++) {
    double a = value(x, bytes, upper + i), b = both * value(x, bytes, lower + i);
    even[i] = a + b;
    odd[i] = a - b;
    absolute[i] += bytes ? a + b : fabs(a) + fabs(b);
  }
}

/* sum += GROUP rows, which lie BLOCK apart, times their factors. */
INLINE void add_scaled(double *restrict sum, const double *restrict rows, const double *factors, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    sum[i] += (factors[0] * rows[i] + factors[1] * rows[BLOCK + i]) +
              (factors[2] * rows[2 * BLOCK + i] + factors[3] * rows[3 * BLOCK + i]);
  }
}

/*
 * First transform, of the values begin to end - 1 of all rows (at most BLOCK): columns [2][rows][3 w] real and
 * imaginary parts, absolute [3 w] sums of absolute values. scratch holds (2 rows + 2 GROUP) BLOCK doubles.
 */
void NAME(ciss_frequency_columns)(const void *x, int64_t bytes, int64_t h, int64_t w, const double *waves, int64_t rows,
                                  double *columns, double *absolute, int64_t begin, int64_t end, double *scratch) {
  int64_t n = end - begin, folded = h / 2 + 1;
  double *re = scratch, *im = re + rows * BLOCK, *even = im + rows * BLOCK, *odd = even + GROUP * BLOCK;
  for (int64_t i = 0; i < (2 * rows + 2 * GROUP) * BLOCK; i++) scratch[i] = 0;
  for (int64_t i = begin; i < end; i++) absolute[i] = 0;
  for (int64_t y = 0; y < folded; y += GROUP) {
    int64_t count = min_int(GROUP, folded - y);
    for (int64_t k = 0; k < count; k++) {
      int64_t upper = (y + k) * w * 3 + begin, lower = (h - y - k) % h * w * 3 + begin;
      fold(x, bytes, upper, lower, even + k * BLOCK, odd + k * BLOCK, absolute + begin, n);
    }
    for (int64_t u = 0; u < rows; u++) {
      double cosines[GROUP] = {0}, sines[GROUP] = {0};
      for (int64_t k = 0; k < count; k++) {
        int64_t phase = u * (y + k) % h;
        cosines[k] = waves[phase];
        sines[k] = (h - y - k) % h == y + k ? 0 : -waves[h + phase];
      }
      add_scaled(re + u * BLOCK, even, cosines, n);
      add_scaled(im + u * BLOCK, odd, sines, n);
    }
  }
  for (int64_t u = 0; u < rows; u++) {
    for (int64_t i = 0; i < n; i++) {
      columns[u * w * 3 + begin + i] = re[u * BLOCK + i];
      columns[(rows + u) * w * 3 + begin + i] = im[u * BLOCK + i];
    }
  }
}

/* sums [3]: over the pixels, of a value times its wave. */
INLINE void dot(const double *restrict a, const double *restrict waves, int64_t n, double *sums) {
  double lanes[LANES] = {0};
  int64_t whole = n / LANES * LANES;
  for (int64_t i = 0; i < whole; i += LANES) {
    for (int64_t k = 0; k < LANES; k++) lanes[k] += a[i + k] * waves[i + k];
  }
  for (int64_t i = whole; i < n; i++) lanes[i - whole] += a[i] * waves[i];
  for (int64_t c = 0; c < 3; c++) {
    sums[c] = 0;
    for (int64_t k = c; k < LANES; k += 3) sums[c] += lanes[k];
  }
}

/*
 * Second transform, for v and -v (those that exist) of all u: the spectrum's columns; for v = 0 also its first entry.
 * scratch holds 6 w doubles.
 */
void NAME(ciss_frequency_rows)(const double *columns, const double *absolute, const double *waves, int64_t w,
                               int64_t rows, int64_t v_low, int64_t v_high, int64_t v, double *spectrum,
                               double *scratch) {
  int64_t n = 3 * w, width = v_high - v_low + 1;
  double *cosines = scratch, *sines = scratch + n;
  for (int64_t i = 0; i < n; i++) {
    int64_t phase = v * (i / 3) % w;
    cosines[i] = waves[phase];
    sines[i] = waves[w + phase];
  }
  for (int64_t u = 0; u < rows; u++) {
    const double *re = columns + u * n, *im = columns + (rows + u) * n;
    double re_cos[3], re_sin[3], im_cos[3], im_sin[3];
    dot(re, cosines, n, re_cos);
    dot(re, sines, n, re_sin);
    dot(im, cosines, n, im_cos);
    dot(im, sines, n, im_sin);
    for (int64_t c = 0; c < 3; c++) {
      double *row = spectrum + 6 * (1 + u * width) + 2 * c;
      if (v <= v_high) {
        row[6 * (v - v_low)] = re_cos[c] + im_sin[c];
        row[6 * (v - v_low) + 1] = im_cos[c] - re_sin[c];
      }
      if (-v >= v_low) {
        row[6 * (-v - v_low)] = re_cos[c] - im_sin[c];
        row[6 * (-v - v_low) + 1] = im_cos[c] + re_sin[c];
      }
    }
  }
  for (int64_t i = 0; v == 0 && i < 6; i++) spectrum[i] = 0;
  for (int64_t i = 0; v == 0 && i < n; i++) spectrum[2 * (i % 3)] += absolute[i];
}

/*
 * change [columns][3][2][rows]: D / (h w), from the spectra of content and style. Rows u and -u are conjugates and give
 * twice the real part; row 0 and the Nyquist row are their own mirrors.
 */
void NAME(ciss_fourier_change)(const double *content, const double *style, int64_t h, int64_t w, int64_t rows,
                               int64_t columns, double *change) {
  for (int64_t u = 0; u < rows; u++) {
    double weight = (u == 0 || 2 * u == h ? 1.0 : 2.0) / ((double)h * (double)w);
    for (int64_t v = 0; v < columns; v++) {
      for (int64_t c = 0; c < 3; c++) {
        int64_t at = 6 * (1 + u * columns + v) + 2 * c;
        double re = content[at], im = content[at + 1];
        double amplitude = hypot(re, im), wanted = hypot(style[at], style[at + 1]);
        int zero = amplitude <= 1e-10 * content[2 * c];
        double factor = weight * (zero ? wanted : (wanted - amplitude) / amplitude);
        change[((3 * v + c) * 2) * rows + u] = zero ? factor : factor * re;
        change[((3 * v + c) * 2 + 1) * rows + u] = zero ? 0 : factor * im;
      }
    }
  }
}

/* For each u the sum over v at n columns from `first` value of a row on; row `rows` of both is zeroed. */
INLINE void inverse_rows(const double *change, const double *waves, int64_t w, int64_t rows, int64_t v_low,
                         int64_t v_high, int64_t first, int64_t n, double *re, double *im, double *sums) {
  for (int64_t i = 0; i < n; i++) {
    int64_t x = (first + i) / 3, c = (first + i) % 3;
    double *restrict sum_re = sums, *restrict sum_im = sums + rows;
    for (int64_t u = 0; u < 2 * rows; u++) sums[u] = 0;
    for (int64_t v = v_low; v <= v_high; v++) {
      int64_t phase = (v * x % w + w) % w;
      double cosine = waves[phase], sine = waves[w + phase];
      const double *a = change + 2 * (3 * (v - v_low) + c) * rows, *b = a + rows;
      for (int64_t u = 0; u < rows; u++) {
        sum_re[u] += a[u] * cosine - b[u] * sine;
        sum_im[u] += a[u] * sine + b[u] * cosine;
      }
    }
    for (int64_t u = 0; u < rows; u++) {
      re[u * BLOCK + i] = sum_re[u];
      im[u * BLOCK + i] = sum_im[u];
    }
    re[rows * BLOCK + i] = im[rows * BLOCK + i] = 0;
  }
}

/*
 * The values begin to end - 1 (at most BLOCK) of each row of out [height][width][3], the part of the content whose
 * corner is y1, x1. scratch holds (2 rows + 3) BLOCK + 2 rows doubles.
 */
void NAME(ciss_fourier_stylize)(const void *content, int64_t bytes, int64_t h, int64_t w, const double *change,
                                const double *waves_y, const double *waves_x, int64_t rows, int64_t v_low,
                                int64_t v_high, int64_t y1, int64_t x1, int64_t height, int64_t width, float *out,
                                int64_t begin, int64_t end, double *scratch) {
  int64_t n = end - begin;
  double *re = scratch, *im = re + (rows + 1) * BLOCK, *restrict delta = im + (rows + 1) * BLOCK;
  inverse_rows(change, waves_x, w, rows, v_low, v_high, 3 * x1 + begin, n, re, im, delta + BLOCK);
  for (int64_t y = 0; y < height; y++) {
    for (int64_t i = 0; i < n; i++) delta[i] = 0;
    for (int64_t u = 0; u < rows; u += 2) {
      const double *a = re + u * BLOCK, *b = im + u * BLOCK;
      int64_t first = u * (y1 + y) % h, second = (u + 1) * (y1 + y) % h;
      double c0 = waves_y[first], s0 = waves_y[h + first], c1 = waves_y[second], s1 = waves_y[h + second];
      for (int64_t i = 0; i < n; i++) {
        delta[i] += (c0 * a[i] - s0 * b[i]) + (c1 * a[BLOCK + i] - s1 * b[BLOCK + i]);
      }
    }
    int64_t from = ((y1 + y) * w + x1) * 3 + begin;
    float *to = out + y * width * 3 + begin;
    for (int64_t i = 0; i < n; i++) to[i] = (float)(value(content, bytes, from + i) + delta[i]);
  }
}
