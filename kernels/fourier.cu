/*
 * The lowest frequencies of a picture [h][w][3] and Fourier domain adaptation with them, in double: a handful of
 * multiply-adds per value, too few to be worth less exact sums.
 *
 *   F(u,v) = sum over y, x of p(y,x) e^(-2 pi i (u y / h + v x / w))       u = 0 .. rows - 1, v = v_low .. v_high
 *   y      = p + 1/(h w) Re sum over u, v of D(u,v) e^(+2 pi i (u y / h + v x / w)),  D = (|G| - |F|) F/|F|
 *
 * Forward: frequency_columns folds rows y and h - y to sum (cosine part) and difference (sine part) and transforms
 * strips of rows; frequency_strips adds the strips; frequency_rows transforms along x. Backward: fourier_change makes
 * D, fourier_rows sums over v, fourier_stylize over u. waves [2][n] are cosines and sines of 2 pi k / n, a spectrum is
 * [1 + rows * columns][3][2], its first entry the sums of absolute values.
 */
#include "common/reduce.cuh"

/* Folded rows of a strip, and frequencies that one thread sums up: their waves lie in shared memory. */
constexpr int STRIP = 64, FREQUENCIES = 12;
/* Rows of the result that one thread computes. */
constexpr int OUT_ROWS = 16;

/* Any grid. */
KERNEL(256, ciss_waves_f64_kernel)(double *waves, int n) {
  FOR_GRID(k, n) {
    double angle = 2 * 3.14159265358979323846 * (double)k / (double)n;
    waves[k] = cos(angle);
    waves[n + k] = sin(angle);
  }
}

/* The row that is added to row y, and taken from it. */
DEVICE int mirror_of(int y, int h) { return y == 0 ? 0 : h - y; }

struct ColumnsShared {
  double cosines[STRIP][FREQUENCIES], sines[STRIP][FREQUENCIES];
};

/* The waves of one strip; the sine of a row that is its own mirror is 0, as that row has no difference. */
DEVICE void load_waves(ColumnsShared &s, const double *waves, int h, int top, int first) {
  for (int i = threadIdx.x; i < STRIP * FREQUENCIES; i += 256) {
    int y = top + i / FREQUENCIES;
    int phase = (int)((int64_t)(first + i % FREQUENCIES) * y % h);
    s.cosines[i / FREQUENCIES][i % FREQUENCIES] = waves[phase];
    s.sines[i / FREQUENCIES][i % FREQUENCIES] = mirror_of(y, h) == y ? 0.0 : waves[h + phase];
  }
}

template <class T>
DEVICE void frequency_columns(const T *x, const double *waves, double *partials, int h, int w, int rows) {
  SMEM(ColumnsShared, s);
  int top = (int)blockIdx.y * STRIP, first = (int)blockIdx.z * FREQUENCIES, count = min(STRIP, h / 2 + 1 - top);
  load_waves(s, waves, h, top, first);
  SYNC();
  int64_t n = (int64_t)3 * w, i = (int64_t)blockIdx.x * 256 + threadIdx.x;
  if (i >= n) return;
  double re[FREQUENCIES] = {0}, im[FREQUENCIES] = {0}, absolute = 0;
  for (int k = 0; k < count; k++) {
    int y = top + k, mirror = mirror_of(y, h);
    double a = (double)x[y * n + i], b = mirror == y ? 0.0 : (double)x[mirror * n + i];
    double even = a + b, odd = a - b;
    absolute += fabs(a) + fabs(b);
#pragma unroll
    for (int u = 0; u < FREQUENCIES; u++) {
      re[u] += even * s.cosines[k][u];
      im[u] -= odd * s.sines[k][u];
    }
  }
  double *out = partials + (int64_t)blockIdx.y * (2 * rows + 1) * n + i;
#pragma unroll
  for (int u = 0; u < FREQUENCIES; u++) {
    if (first + u < rows) {
      out[(first + u) * n] = re[u];
      out[(rows + first + u) * n] = im[u];
    }
  }
  if (first == 0) out[2 * rows * n] = absolute;
}

/* Grid (ceil(3 w / 256), strips = ceil((h / 2 + 1) / 64), ceil(rows / 12)); partials [strips][2 rows + 1][3 w]. */
KERNEL(256, ciss_frequency_columns_u8_kernel)
(const uint8_t *x, const double *waves, double *partials, int h, int w, int rows) {
  frequency_columns(x, waves, partials, h, w, rows);
}
KERNEL(256, ciss_frequency_columns_f32_kernel)
(const float *x, const double *waves, double *partials, int h, int w, int rows) {
  frequency_columns(x, waves, partials, h, w, rows);
}

/* The first of the strips' partials [strips][count] becomes their sum. Any grid. */
KERNEL(256, ciss_frequency_strips_kernel)(double *partials, int64_t count, int strips) {
  FOR_GRID(i, count) {
    double sum = partials[i];
    for (int k = 1; k < strips; k++) sum += partials[k * count + i];
    partials[i] = sum;
  }
}

struct RowsShared {
  BlockScratch<double> sum;
};

/* columns [2 rows + 1][3 w]. Grid (1 + rows * columns): a block per entry of the spectrum. */
KERNEL_BLOCKS(256, 4, ciss_frequency_rows_kernel)
(const double *columns, const double *waves, double *spectrum, int w, int rows, int v_low, int width) {
  SMEM(RowsShared, s);
  int entry = (int)blockIdx.x - 1, u = entry < 0 ? 2 * rows : entry / width, v = entry < 0 ? 0 : v_low + entry % width;
  const double *re = columns + (int64_t)u * 3 * w, *im = columns + (int64_t)(rows + u) * 3 * w;
  double sum[3][2] = {{0, 0}, {0, 0}, {0, 0}};
  for (int x = threadIdx.x; x < w; x += 256) {
    int phase = (int)(((int64_t)v * x % w + w) % w);
    double cosine = waves[phase], sine = waves[w + phase];
#pragma unroll
    for (int c = 0; c < 3; c++) {
      double a = re[3 * x + c], b = entry < 0 ? 0.0 : im[3 * x + c];
      sum[c][0] += a * cosine + b * sine;
      sum[c][1] += b * cosine - a * sine;
    }
  }
#pragma unroll
  for (int c = 0; c < 3; c++) {
    for (int part = 0; part < 2; part++) {
      double total = block_sum(sum[c][part], s.sum);
      if (threadIdx.x == 0) spectrum[6 * (int64_t)blockIdx.x + 2 * c + part] = total;
    }
  }
}

/*
 * change [rows][columns][3][2]: D / (h w). Rows u and -u are conjugates and give twice the real part; row 0 and the
 * Nyquist row are their own mirrors. Any grid; a thread per coefficient.
 */
KERNEL(256, ciss_fourier_change_kernel)
(const double *content, const double *style, double *change, int h, int w, int rows, int columns) {
  FOR_GRID(i, (int64_t)rows * columns * 3) {
    int u = (int)(i / 3 / columns), c = (int)(i % 3);
    double weight = (u == 0 || 2 * u == h ? 1.0 : 2.0) / ((double)h * (double)w);
    double re = content[6 + 2 * i], im = content[7 + 2 * i];
    double amplitude = hypot(re, im), wanted = hypot(style[6 + 2 * i], style[7 + 2 * i]);
    bool zero = amplitude <= 1e-10 * content[2 * c];
    double factor = weight * (zero ? wanted : (wanted - amplitude) / amplitude);
    change[2 * i] = zero ? factor : factor * re;
    change[2 * i + 1] = zero ? 0.0 : factor * im;
  }
}

/* sums [2][rows][3 width]: over v, at the columns from corner[1] on. Any grid; a thread per u and value of a row. */
KERNEL(256, ciss_fourier_rows_kernel)
(const double *change, const double *waves, const int *corner, double *sums, int w, int rows, int v_low, int columns,
 int width) {
  int64_t n = (int64_t)3 * width;
  FOR_GRID(i, rows * n) {
    int u = (int)(i / n), c = (int)(i % 3);
    int64_t x = corner[1] + i % n / 3;
    double re = 0, im = 0;
    for (int k = 0; k < columns; k++) {
      int phase = (int)(((v_low + k) * x % w + w) % w);
      double cosine = waves[phase], sine = waves[w + phase];
      const double *d = change + (((int64_t)u * columns + k) * 3 + c) * 2;
      re += d[0] * cosine - d[1] * sine;
      im += d[0] * sine + d[1] * cosine;
    }
    sums[i] = re;
    sums[rows * n + i] = im;
  }
}

struct StylizeShared {
  double cosines[FREQUENCIES][OUT_ROWS], sines[FREQUENCIES][OUT_ROWS];
};

template <class T>
DEVICE void fourier_stylize(const T *content, const double *sums, const double *waves, const int *corner, float *y,
                            int h, int w, int rows, int height, int width) {
  SMEM(StylizeShared, s);
  int top = (int)blockIdx.y * OUT_ROWS, count = min(OUT_ROWS, height - top);
  int64_t n = (int64_t)3 * width, i = (int64_t)blockIdx.x * 256 + threadIdx.x;
  double delta[OUT_ROWS] = {0};
  for (int first = 0; first < rows; first += FREQUENCIES) {
    for (int k = threadIdx.x; k < FREQUENCIES * OUT_ROWS; k += 256) {
      int phase = (int)((int64_t)(first + k / OUT_ROWS) * (corner[0] + top + k % OUT_ROWS) % h);
      s.cosines[k / OUT_ROWS][k % OUT_ROWS] = waves[phase];
      s.sines[k / OUT_ROWS][k % OUT_ROWS] = waves[h + phase];
    }
    SYNC();
    for (int u = 0; u < min(FREQUENCIES, rows - first) && i < n; u++) {
      double re = sums[(first + u) * n + i], im = sums[(rows + first + u) * n + i];
#pragma unroll
      for (int k = 0; k < OUT_ROWS; k++) delta[k] += re * s.cosines[u][k] - im * s.sines[u][k];
    }
    SYNC();
  }
  if (i >= n) return;
#pragma unroll
  for (int k = 0; k < OUT_ROWS; k++) {
    if (k < count) {
      double before = (double)content[((int64_t)(corner[0] + top + k) * w + corner[1]) * 3 + i];
      y[(top + k) * n + i] = (float)(before + delta[k]);
    }
  }
}

/* y [height][width][3]: the part of the content with that corner. Grid (ceil(3 width / 256), ceil(height / 16)). */
KERNEL(256, ciss_fourier_stylize_u8_kernel)
(const uint8_t *content, const double *sums, const double *waves, const int *corner, float *y, int h, int w, int rows,
 int height, int width) {
  fourier_stylize(content, sums, waves, corner, y, h, w, rows, height, width);
}
KERNEL(256, ciss_fourier_stylize_f32_kernel)
(const float *content, const double *sums, const double *waves, const int *corner, float *y, int h, int w, int rows,
 int height, int width) {
  fourier_stylize(content, sums, waves, corner, y, h, w, rows, height, width);
}

REGISTER_KERNEL(ciss_waves_f64_kernel)
REGISTER_KERNEL(ciss_frequency_columns_u8_kernel)
REGISTER_KERNEL(ciss_frequency_columns_f32_kernel)
REGISTER_KERNEL(ciss_frequency_strips_kernel)
REGISTER_KERNEL(ciss_frequency_rows_kernel)
REGISTER_KERNEL(ciss_fourier_change_kernel)
REGISTER_KERNEL(ciss_fourier_rows_kernel)
REGISTER_KERNEL(ciss_fourier_stylize_u8_kernel)
REGISTER_KERNEL(ciss_fourier_stylize_f32_kernel)
