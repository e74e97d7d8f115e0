/*
 * The two halves of a convolution that is a matrix product with weights [out, taps, in]; a tap is (ky, kx):
 *
 *   gather   patches[p, tap, ch] = x[iy(p, ky), ix(p, kx), ch], 0 outside of the image
 *   scatter  dx[iy, ix, ch] += sum over the taps, and the output position p that reads there, of patches[p, tap, ch]
 *
 * with iy = oy * stride + ky * dilation - padding. Positions p are the rows first to first + rows - 1 of the n * h_out rows
 * of the output, w_out each. The scatter is written as a gather over pixels of dx: deterministic. It visits the rows of dx
 * that those output rows reach. For products of bf16, patches are gathered as bf16 from either type, and scattered as
 * float32 to either. Bytes moved: patches once, x (or dx) about once through the caches.
 */
#include "common/dev.cuh"

template <int V, class X, class P>
DEVICE void gather_patches(const X *x, P *patches, int64_t first, int64_t rows, int h, int w, int c, int h_out,
                           int w_out, int kernel, int stride, int padding, int dilation) {
  int taps = kernel * kernel, groups = c / V;
  FOR_GRID(i, rows * w_out * taps * groups) {
    int channel = (int)(i % groups) * V, tap = (int)(i / groups % taps);
    int64_t position = i / groups / taps, row = first + position / w_out;
    int ox = (int)(position % w_out), oy = (int)(row % h_out);
    int iy = oy * stride + tap / kernel * dilation - padding, ix = ox * stride + tap % kernel * dilation - padding;
    bool inside = iy >= 0 && iy < h && ix >= 0 && ix < w;
    Vec<V> v{};
    if (inside) v = load<V>(x + ((row / h_out * h + iy) * w + ix) * c + channel);
    store(patches + (position * taps + tap) * c + channel, v);
  }
}

template <class X, class P>
DEVICE void gather_any(const X *x, P *patches, int64_t first, int64_t rows, int h, int w, int c, int h_out, int w_out,
                       int kernel, int stride, int padding, int dilation) {
  if (by_four(x, c) && by_four(patches, c)) {
    gather_patches<4>(x, patches, first, rows, h, w, c, h_out, w_out, kernel, stride, padding, dilation);
  } else {
    gather_patches<1>(x, patches, first, rows, h, w, c, h_out, w_out, kernel, stride, padding, dilation);
  }
}

/* Any grid. */
KERNEL(256, ciss_gather_patches_f32_kernel)
(const float *x, float *patches, int64_t first, int64_t rows, int h, int w, int c, int h_out, int w_out, int kernel,
 int stride, int padding, int dilation) {
  gather_any(x, patches, first, rows, h, w, c, h_out, w_out, kernel, stride, padding, dilation);
}
KERNEL(256, ciss_gather_patches_f32_bf16_kernel)
(const float *x, bf16 *patches, int64_t first, int64_t rows, int h, int w, int c, int h_out, int w_out, int kernel,
 int stride, int padding, int dilation) {
  gather_any(x, patches, first, rows, h, w, c, h_out, w_out, kernel, stride, padding, dilation);
}
KERNEL(256, ciss_gather_patches_bf16_kernel)
(const bf16 *x, bf16 *patches, int64_t first, int64_t rows, int h, int w, int c, int h_out, int w_out, int kernel,
 int stride, int padding, int dilation) {
  gather_any(x, patches, first, rows, h, w, c, h_out, w_out, kernel, stride, padding, dilation);
}

/* The output coordinate that reads cell i through a tap, or -1. */
DEVICE int output_at(int i, int tap, int out, int stride, int padding, int dilation) {
  int from = i + padding - tap * dilation;
  return from >= 0 && from % stride == 0 && from / stride < out ? from / stride : -1;
}

template <int V, class X>
DEVICE void scatter_patches(const float *patches, X *dx, int64_t first, int64_t rows, int64_t dx_first,
                            int64_t dx_rows, int h, int w, int c, int h_out, int w_out, int kernel, int stride,
                            int padding, int dilation) {
  int taps = kernel * kernel, groups = c / V;
  FOR_GRID(i, dx_rows * w * groups) {
    int channel = (int)(i % groups) * V, ix = (int)(i / groups % w);
    int64_t row = dx_first + i / groups / w, image = row / h;
    Vec<V> sum{};
    for (int ky = 0; ky < kernel; ky++) {
      int oy = output_at((int)(row % h), ky, h_out, stride, padding, dilation);
      int64_t from = image * h_out + oy - first;
      if (oy < 0 || from < 0 || from >= rows) continue;
      for (int kx = 0; kx < kernel; kx++) {
        int ox = output_at(ix, kx, w_out, stride, padding, dilation);
        if (ox < 0) continue;
        Vec<V> d = load<V>(patches + ((from * w_out + ox) * taps + ky * kernel + kx) * c + channel);
#pragma unroll
        for (int v = 0; v < V; v++) sum.v[v] += d.v[v];
      }
    }
    X *out = dx + (row * w + ix) * c + channel;
    Vec<V> before = load<V>(out);
#pragma unroll
    for (int v = 0; v < V; v++) sum.v[v] += before.v[v];
    store(out, sum);
  }
}

template <class X>
DEVICE void scatter_any(const float *patches, X *dx, int64_t first, int64_t rows, int64_t dx_first, int64_t dx_rows,
                        int h, int w, int c, int h_out, int w_out, int kernel, int stride, int padding, int dilation) {
  if (by_four(patches, c) && by_four(dx, c)) {
    scatter_patches<4>(patches, dx, first, rows, dx_first, dx_rows, h, w, c, h_out, w_out, kernel, stride, padding,
                       dilation);
  } else {
    scatter_patches<1>(patches, dx, first, rows, dx_first, dx_rows, h, w, c, h_out, w_out, kernel, stride, padding,
                       dilation);
  }
}

/* Any grid. Visits the rows dx_first to dx_first + dx_rows - 1 of the n * h rows of dx. */
KERNEL_BLOCKS(256, 5, ciss_scatter_patches_f32_kernel)
(const float *patches, float *dx, int64_t first, int64_t rows, int64_t dx_first, int64_t dx_rows, int h, int w, int c,
 int h_out, int w_out, int kernel, int stride, int padding, int dilation) {
  scatter_any(patches, dx, first, rows, dx_first, dx_rows, h, w, c, h_out, w_out, kernel, stride, padding, dilation);
}
KERNEL_BLOCKS(256, 5, ciss_scatter_patches_f32_bf16_kernel)
(const float *patches, bf16 *dx, int64_t first, int64_t rows, int64_t dx_first, int64_t dx_rows, int h, int w, int c,
 int h_out, int w_out, int kernel, int stride, int padding, int dilation) {
  scatter_any(patches, dx, first, rows, dx_first, dx_rows, h, w, c, h_out, w_out, kernel, stride, padding, dilation);
}

REGISTER_KERNEL(ciss_gather_patches_f32_kernel)
REGISTER_KERNEL(ciss_gather_patches_f32_bf16_kernel)
REGISTER_KERNEL(ciss_gather_patches_bf16_kernel)
REGISTER_KERNEL(ciss_scatter_patches_f32_kernel)
REGISTER_KERNEL(ciss_scatter_patches_f32_bf16_kernel)
