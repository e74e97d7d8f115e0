/*
 * Reinhard's colour transfer of pictures [h][w][3], B,G,R, in double: mean and standard deviation of the channels of
 * lab = N ln(M p), and p = M^-1 exp(N^-1 lab) with those of the style. N is orthonormal: its inverse is its transpose.
 */
#include "common/reduce.cuh"

/* 1/sqrt 3, 1/sqrt 6, 1/sqrt 2 */
constexpr double N0 = 0.57735026918962576451, N1 = 0.40824829046386301637, N2 = 0.70710678118654752440;

/* A component that is 0 counts as 2^-52. */
DEVICE double log_component(double value) { return log(value == 0 ? 0x1p-52 : value); }

template <class T>
DEVICE void to_lab(const T *pixel, double (&lab)[3]) {
  double b = (double)pixel[0], g = (double)pixel[1], r = (double)pixel[2];
  double l = log_component(0.3811 * b + 0.5783 * g + 0.0402 * r);
  double m = log_component(0.1967 * b + 0.7244 * g + 0.0782 * r);
  double s = log_component(0.0241 * b + 0.1288 * g + 0.8444 * r);
  lab[0] = N0 * (l + m + s);
  lab[1] = N1 * (l + m - 2 * s);
  lab[2] = N2 * (l - m);
}

struct LabShared {
  BlockScratch<double> sum;
};

template <class T>
DEVICE void lab_sums(const T *x, double *partials, int64_t pixels) {
  SMEM(LabShared, s);
  double origin[3], sum[3] = {0, 0, 0}, squares[3] = {0, 0, 0};
  to_lab(x, origin);
  FOR_GRID(i, pixels) {
    double lab[3];
    to_lab(x + 3 * i, lab);
#pragma unroll
    for (int c = 0; c < 3; c++) {
      double d = lab[c] - origin[c];
      sum[c] += d;
      squares[c] += d * d;
    }
  }
#pragma unroll
  for (int c = 0; c < 3; c++) {
    sum[c] = block_sum(sum[c], s.sum);
    squares[c] = block_sum(squares[c], s.sum);
    if (threadIdx.x == 0) {
      double *out = partials + 9 * (int64_t)blockIdx.x + c;
      out[0] = sum[c];
      out[3] = squares[c];
      out[6] = origin[c];
    }
  }
}

/*
 * partials [blocks][3][3]: sums and sums of squares of the distance from the picture's first pixel, and that pixel. The
 * shift makes the variance of a constant exactly 0 and costs the others no digits that matter. Any grid.
 */
KERNEL(256, ciss_lab_sums_u8_kernel)(const uint8_t *x, double *partials, int64_t pixels) {
  lab_sums(x, partials, pixels);
}
KERNEL(256, ciss_lab_sums_f32_kernel)(const float *x, double *partials, int64_t pixels) {
  lab_sums(x, partials, pixels);
}

/* statistics [2][3]: means, deviations. Grid 1. */
KERNEL(256, ciss_lab_merge_kernel)(const double *partials, double *statistics, int parts, double pixels) {
  SMEM(LabShared, s);
  for (int c = 0; c < 3; c++) {
    double sum = 0, squares = 0;
    for (int i = threadIdx.x; i < parts; i += 256) {
      sum += partials[9 * i + c];
      squares += partials[9 * i + 3 + c];
    }
    double mean = block_sum(sum, s.sum) / pixels;
    double variance = block_sum(squares, s.sum) / pixels - mean * mean;
    if (threadIdx.x == 0) {
      statistics[c] = partials[6 + c] + mean;
      statistics[3 + c] = sqrt(variance > 0 ? variance : 0.0);
    }
  }
}

DEVICE float to_level(double value) { return (float)(value < 0 ? 0.0 : value > 255 ? 255.0 : value); }

template <class T>
DEVICE void reinhard_stylize(const T *content, const double *from, const double *to, const int *corner, float *y, int w,
                             int height, int width) {
  FOR_GRID(i, (int64_t)height * width) {
    double lab[3];
    to_lab(content + ((corner[0] + i / width) * w + corner[1] + i % width) * 3, lab);
#pragma unroll
    for (int c = 0; c < 3; c++) {
      double factor = from[3 + c] == 0 ? 0.0 : to[3 + c] / from[3 + c];
      lab[c] = (lab[c] - from[c]) * factor + to[c];
    }
    double l = exp(N0 * lab[0] + N1 * lab[1] + N2 * lab[2]);
    double m = exp(N0 * lab[0] + N1 * lab[1] - N2 * lab[2]);
    double s = exp(N0 * lab[0] - 2 * N1 * lab[1]);
    y[3 * i] = to_level(4.468669863496255 * l - 3.5886759034721263 * m + 0.11960436657860116 * s);
    y[3 * i + 1] = to_level(-1.2197166276177633 * l + 2.3830879129554567 * m - 0.16263011175140057 * s);
    y[3 * i + 2] = to_level(0.0585084769385459 * l - 0.26107843902769373 * m + 1.205665908525623 * s);
  }
}

/* y [height][width][3]: the part of the content whose corner is given. Any grid; a thread per pixel. */
KERNEL(256, ciss_reinhard_stylize_u8_kernel)
(const uint8_t *content, const double *from, const double *to, const int *corner, float *y, int w, int height,
 int width) {
  reinhard_stylize(content, from, to, corner, y, w, height, width);
}
KERNEL(256, ciss_reinhard_stylize_f32_kernel)
(const float *content, const double *from, const double *to, const int *corner, float *y, int w, int height,
 int width) {
  reinhard_stylize(content, from, to, corner, y, w, height, width);
}

REGISTER_KERNEL(ciss_lab_sums_u8_kernel)
REGISTER_KERNEL(ciss_lab_sums_f32_kernel)
REGISTER_KERNEL(ciss_lab_merge_kernel)
REGISTER_KERNEL(ciss_reinhard_stylize_u8_kernel)
REGISTER_KERNEL(ciss_reinhard_stylize_f32_kernel)
