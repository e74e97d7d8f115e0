/*
 * Transforms of Winograd's F(2x2,3x3): a 3x3 convolution with stride 1 as 16 matrix products, 2.25 times fewer operations.
 *
 *   Y = A^T [ (G g G^T) o (B^T d B) ] A       d 4x4 inputs, g 3x3 weights, Y 2x2 outputs, o elementwise
 *   dg = G^T [ sum over tiles of (A dY A^T) o (B^T d B) ] G
 *
 *   B^T = [1 0 -1 0; 0 1 1 0; 0 -1 1 0; 0 1 0 -1]  G = [1 0 0; .5 .5 .5; .5 -.5 .5; 0 0 1]  A^T = [1 1 1 0; 0 1 -1 -1]
 *
 * Tiles are numbered (image, tile row, tile column); tile (ty, tx) covers outputs 2ty, 2ty+1 and 2tx, 2tx+1 and reads inputs
 * from 2ty - padding, 2tx - padding on. A transformed map holds [fy - fy_begin][fx][tile - begin][c] for the frequencies
 * fy_begin <= fy < fy_end, 0 <= fx < 4: one matrix [tiles, c] per frequency. Pixels outside a map are read as 0 and not
 * written. Weights are [out][slab][in][9] outside and [slab][16][in][out] here, [slab][16][out][in] for the backward: the
 * order in which products read rows of weights.
 *
 * Source: Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2016, section 4.1.
 */
#include "operation.h"
#include "simd.h"
#include "transpose.h"

/* A pixel's channels, or zeros: element j is at start[j & mask]. */
struct pixel {
  const float *start;
  int64_t mask;
};

static const float ZEROS[VL];

INLINE struct pixel pixel_at(const float *image, int64_t y, int64_t x, int64_t h, int64_t w, int64_t c) {
  if (y < 0 || y >= h || x < 0 || x >= w) return (struct pixel){ZEROS, 0};
  return (struct pixel){image + (y * w + x) * c, -1};
}

INLINE vf load_pixel(struct pixel p, int64_t j, int64_t n) { return vf_load_lanes(p.start + (j & p.mask), n); }

/* Row fy of B^T d is d[INPUT_ROW[fy][0]] + INPUT_SIGN[fy] * d[INPUT_ROW[fy][1]]. */
static const int INPUT_ROW[4][2] = {{0, 2}, {1, 2}, {2, 1}, {1, 3}};
static const float INPUT_SIGN[4] = {-1, 1, -1, -1};

/* Row fy of A y is GRADIENT_FACTOR[fy][0] * y[0] + GRADIENT_FACTOR[fy][1] * y[1]. */
static const float GRADIENT_FACTOR[4][2] = {{1, 0}, {1, 1}, {1, -1}, {0, -1}};

INLINE void input_frequencies(const struct pixel *top, const struct pixel *bottom, float sign, int64_t c, float *u,
                              int64_t stride) {
  for (int64_t j = 0; j < c; j += VL) {
    int64_t n = lanes(j, c);
    vf t[4];
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) t[i] = load_pixel(top[i], j, n) + load_pixel(bottom[i], j, n) * sign;
    vf_store_lanes(u + j, t[0] - t[2], n);
    vf_store_lanes(u + stride + j, t[1] + t[2], n);
    vf_store_lanes(u + 2 * stride + j, t[2] - t[1], n);
    vf_store_lanes(u + 3 * stride + j, t[1] - t[3], n);
  }
}

/* u = B^T d B of the tiles begin .. end of x [n,h,w,c]. */
void NAME(ciss_winograd_input_f32)(const float *x, int64_t h, int64_t w, int64_t c, int64_t padding, int64_t tiles_y,
                                   int64_t tiles_x, int64_t begin, int64_t end, int64_t fy_begin, int64_t fy_end,
                                   float *u) {
  int64_t stride = (end - begin) * c;
  for (int64_t tile = begin; tile < end; tile++) {
    int64_t x0 = tile % tiles_x * 2 - padding, y0 = tile / tiles_x % tiles_y * 2 - padding;
    const float *image = x + tile / tiles_x / tiles_y * h * w * c;
    struct pixel d[4][4];
    for (int i = 0; i < 16; i++) d[i / 4][i % 4] = pixel_at(image, y0 + i / 4, x0 + i % 4, h, w, c);
    for (int64_t fy = fy_begin; fy < fy_end; fy++) {
      input_frequencies(d[INPUT_ROW[fy][0]], d[INPUT_ROW[fy][1]], INPUT_SIGN[fy], c,
                        u + (fy - fy_begin) * 4 * stride + (tile - begin) * c, stride);
    }
  }
}

/* v = A dY A^T of the tiles begin .. end of dy [n,h,w,c], h and w those of dy. */
void NAME(ciss_winograd_gradient_f32)(const float *dy, int64_t h, int64_t w, int64_t c, int64_t tiles_y,
                                      int64_t tiles_x, int64_t begin, int64_t end, int64_t fy_begin, int64_t fy_end,
                                      float *v) {
  int64_t stride = (end - begin) * c;
  for (int64_t tile = begin; tile < end; tile++) {
    int64_t x0 = tile % tiles_x * 2, y0 = tile / tiles_x % tiles_y * 2;
    const float *image = dy + tile / tiles_x / tiles_y * h * w * c;
    struct pixel d[2][2];
    for (int i = 0; i < 4; i++) d[i / 2][i % 2] = pixel_at(image, y0 + i / 2, x0 + i % 2, h, w, c);
    for (int64_t fy = fy_begin; fy < fy_end; fy++) {
      float first = GRADIENT_FACTOR[fy][0], second = GRADIENT_FACTOR[fy][1];
      float *to = v + (fy - fy_begin) * 4 * stride + (tile - begin) * c;
      for (int64_t j = 0; j < c; j += VL) {
        int64_t n = lanes(j, c);
        vf left = load_pixel(d[0][0], j, n) * first + load_pixel(d[1][0], j, n) * second;
        vf right = load_pixel(d[0][1], j, n) * first + load_pixel(d[1][1], j, n) * second;
        vf_store_lanes(to + j, left, n);
        vf_store_lanes(to + stride + j, left + right, n);
        vf_store_lanes(to + 2 * stride + j, left - right, n);
        vf_store_lanes(to + 3 * stride + j, -right, n);
      }
    }
  }
}

/* y[n,h,w,c] = A^T m A + bias at the tiles begin .. end; m holds all 16 frequencies, bias may be 0. */
void NAME(ciss_winograd_output_f32)(const float *m, const float *bias, int64_t h, int64_t w, int64_t c,
                                    int64_t tiles_y, int64_t tiles_x, int64_t begin, int64_t end, float *y) {
  int64_t stride = (end - begin) * c;
  for (int64_t tile = begin; tile < end; tile++) {
    int64_t x0 = tile % tiles_x * 2, y0 = tile / tiles_x % tiles_y * 2;
    const float *from = m + (tile - begin) * c;
    float *to = y + ((tile / tiles_x / tiles_y * h + y0) * w + x0) * c;
    int below = y0 + 1 < h, right = x0 + 1 < w;
    for (int64_t j = 0; j < c; j += VL) {
      int64_t n = lanes(j, c);
      vf top[4], bottom[4];
#pragma GCC unroll 4
      for (int fx = 0; fx < 4; fx++) {
        vf m1 = vf_load_lanes(from + (4 + fx) * stride + j, n), m2 = vf_load_lanes(from + (8 + fx) * stride + j, n);
        top[fx] = vf_load_lanes(from + fx * stride + j, n) + m1 + m2;
        bottom[fx] = m1 - m2 - vf_load_lanes(from + (12 + fx) * stride + j, n);
      }
      vf b = bias ? vf_load_lanes(bias + j, n) : vf_set(0);
      vf_store_lanes(to + j, top[0] + top[1] + top[2] + b, n);
      if (right) vf_store_lanes(to + c + j, top[1] - top[2] - top[3] + b, n);
      if (below) vf_store_lanes(to + w * c + j, bottom[0] + bottom[1] + bottom[2] + b, n);
      if (below && right) vf_store_lanes(to + (w + 1) * c + j, bottom[1] - bottom[2] - bottom[3] + b, n);
    }
  }
}

/*
 * The 9 weights of VL channels, n of which exist, `pitch` floats apart; turned by 180 degrees if asked for. Where vectors are
 * shorter than 9 floats, the transposition goes in pieces.
 */
INLINE void load_weights(const float *weight, int64_t pitch, int64_t n, int64_t turned, vf g[9]) {
  for (int k = 0; k < 9; k += VL) {
    vf columns[VL];
    int64_t width = lanes(k, 9);
    load_transposed(weight + k, pitch, n, width, columns);
    for (int64_t l = 0; l < width; l++) g[turned ? 8 - k - l : k + l] = columns[l];
  }
}

/* G g of one column (or row) of g. */
INLINE void weight_frequencies(vf g0, vf g1, vf g2, vf f[4]) {
  vf even = (g0 + g2) * 0.5f, odd = g1 * 0.5f;
  f[0] = g0;
  f[1] = even + odd;
  f[2] = even - odd;
  f[3] = g2;
}

/* All 16 frequencies of the weights g of VL channels, `stride` floats from one frequency to the next. */
INLINE void store_frequencies(const vf g[9], float *u, int64_t stride, int64_t n) {
  vf rows[3][4];
  for (int kx = 0; kx < 3; kx++) weight_frequencies(g[kx], g[3 + kx], g[6 + kx], rows[kx]);
  for (int fy = 0; fy < 4; fy++) {
    vf f[4];
    weight_frequencies(rows[0][fy], rows[1][fy], rows[2][fy], f);
    for (int fx = 0; fx < 4; fx++) vf_store_lanes(u + (fy * 4 + fx) * stride, f[fx], n);
  }
}

/* u[slab][f][i][o] = (G g G^T)[f] with g = weight[o][slab][i] for begin <= o < end. */
void NAME(ciss_winograd_weight_f32)(const float *weight, int64_t out, int64_t slabs, int64_t in, int64_t begin,
                                    int64_t end, float *u) {
  int64_t stride = in * out;
  for (int64_t o = begin; o < end; o += VL) {
    for (int64_t i = 0; i < slabs * in; i++) {
      vf g[9];
      load_weights(weight + (o * slabs * in + i) * 9, slabs * in * 9, lanes(o, end), 0, g);
      store_frequencies(g, u + (i / in * 16 * in + i % in) * out + o, stride, lanes(o, end));
    }
  }
}

/* u[slab][f][o][i] = (G g G^T)[f] with g = weight[o][slab][i] turned by 180 degrees, for begin <= o < end. */
void NAME(ciss_winograd_turned_weight_f32)(const float *weight, int64_t out, int64_t slabs, int64_t in, int64_t begin,
                                           int64_t end, float *u) {
  int64_t stride = in * out;
  for (int64_t o = begin; o < end; o++) {
    for (int64_t s = 0; s < slabs; s++) {
      for (int64_t i = 0; i < in; i += VL) {
        vf g[9];
        load_weights(weight + ((o * slabs + s) * in + i) * 9, 9, lanes(i, in), 1, g);
        store_frequencies(g, u + s * 16 * stride + o * in + i, stride, lanes(i, in));
      }
    }
  }
}

/* The transpose of weight_frequencies. */
INLINE void weight_gradients(const vf f[4], vf *g0, vf *g1, vf *g2) {
  vf even = (f[1] + f[2]) * 0.5f;
  *g0 = f[0] + even;
  *g1 = (f[1] - f[2]) * 0.5f;
  *g2 = even + f[3];
}

/*
 * dw[o][slab][i] += G^T m[slab][.][o][i] G for begin <= o < end, where m is the sum of `count` parts, `part` floats apart, in
 * their order.
 */
void NAME(ciss_winograd_weight_gradient_f32)(const float *m, int64_t count, int64_t part, int64_t out, int64_t slabs,
                                             int64_t in, int64_t begin, int64_t end, float *dw) {
  for (int64_t o = begin; o < end; o++) {
    for (int64_t s = 0; s < slabs; s++) {
      for (int64_t i = 0; i < in; i += VL) {
        int64_t n = lanes(i, in);
        vf columns[4][3], g[9];
        for (int fy = 0; fy < 4; fy++) {
          vf f[4];
          for (int fx = 0; fx < 4; fx++) {
            const float *from = m + ((s * 16 + fy * 4 + fx) * out + o) * in + i;
            f[fx] = vf_set(0);
            for (int64_t k = 0; k < count; k++) f[fx] += vf_load_lanes(from + k * part, n);
          }
          weight_gradients(f, &columns[fy][0], &columns[fy][1], &columns[fy][2]);
        }
        for (int kx = 0; kx < 3; kx++) {
          const vf f[4] = {columns[0][kx], columns[1][kx], columns[2][kx], columns[3][kx]};
          weight_gradients(f, &g[kx], &g[3 + kx], &g[6 + kx]);
        }
        for (int k = 0; k < 9; k += VL) {
          vf block[VL] = {{0}};
          int64_t width = lanes(k, 9);
          for (int64_t l = 0; l < width; l++) block[l] = g[k + l];
          add_transposed(block, dw + ((o * slabs + s) * in + i) * 9 + k, 9, n, width);
        }
      }
    }
  }
}
