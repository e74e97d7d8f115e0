/*
 * Depthwise 3x3 convolution of [n, h, w, c], stride 1, zero padding = dilation; optionally followed by GELU.
 *
 *   y[i,j] = bias + sum over ky, kx of weight[c,ky,kx] * x[i + (ky-1) dilation, j + (kx-1) dilation]
 *   dx: the same with the weights flipped by 180 degrees
 *   dw[c,ky,kx] += sum over i, j of dy[i,j] * x[i + (ky-1) dilation, j + (kx-1) dilation];  db += sum of dy
 *
 * Maps are all float32 or all bf16, sums and parameters float32. weights [c, 9]. bias may be null. Forward: a thread keeps the weights of its channels in registers and walks along a strip
 * of columns; neighbours in a warp are neighbouring channels. Accesses: forward 2 n*h*w*c plus what the caches miss of the
 * two other rows. The backward writes partials [blocks, 10, c], nine taps and the bias, which are then added in order.
 */
#include "common/gelu.cuh"

enum { DEPTHWISE_STRIP = 8 };

/* The place of the strip's thread: V channels from channel on of the pixels begin to end - 1 of a row. */
struct Strip {
  int64_t row;
  int channel, begin, end;
};

template <int V>
DEVICE Strip strip_at(int64_t i, int w, int c) {
  int groups = c / V, strips = (w + DEPTHWISE_STRIP - 1) / DEPTHWISE_STRIP;
  Strip s;
  s.channel = (int)(i % groups) * V;
  s.begin = (int)(i / groups % strips) * DEPTHWISE_STRIP;
  s.end = min(s.begin + DEPTHWISE_STRIP, w);
  s.row = i / groups / strips;
  return s;
}

/* fused: pre gets the convolution unless it is y, and y the GELU of what pre keeps of it, as gelu.cu computes it again. */
template <int V, class T>
DEVICE void depthwise(const T *x, const float *weight, const float *bias, T *pre, T *y, int64_t rows, int h, int w,
                      int c, int dilation, int flipped, int accumulate, int fused) {
  int64_t strips = (w + DEPTHWISE_STRIP - 1) / DEPTHWISE_STRIP;
  FOR_GRID(i, rows * strips * (c / V)) {
    Strip s = strip_at<V>(i, w, c);
    int line = (int)(s.row % h);
    Vec<V> taps[9], shift{};
#pragma unroll
    for (int k = 0; k < 9; k++) {
#pragma unroll
      for (int v = 0; v < V; v++) taps[k].v[v] = weight[(s.channel + v) * 9 + (flipped ? 8 - k : k)];
    }
    if (bias) shift = load<V>(bias + s.channel);
    for (int j = s.begin; j < s.end; j++) {
      int64_t at = (s.row * w + j) * c + s.channel;
      Vec<V> sum = accumulate ? load<V>(y + at) : shift;
#pragma unroll
      for (int k = 0; k < 9; k++) {
        int up = (k / 3 - 1) * dilation, across = (k % 3 - 1) * dilation;
        if (line + up < 0 || line + up >= h || j + across < 0 || j + across >= w) continue;
        Vec<V> xv = load<V>(x + at + ((int64_t)up * w + across) * c);
#pragma unroll
        for (int v = 0; v < V; v++) sum.v[v] = fmaf(taps[k].v[v], xv.v[v], sum.v[v]);
      }
      if (fused) {
        if (pre != y) store(pre + at, sum);
#pragma unroll
        for (int v = 0; v < V; v++) sum.v[v] = gelu(as_stored<T>(sum.v[v]));
      }
      store(y + at, sum);
    }
  }
}

template <class T>
DEVICE void depthwise_any(const T *x, const float *weight, const float *bias, T *y, int64_t rows, int h, int w, int c,
                          int dilation, int flipped, int accumulate) {
  if (by_four(x, c) && by_four(y, c) && by_four(bias, c)) {
    depthwise<4>(x, weight, bias, y, y, rows, h, w, c, dilation, flipped, accumulate, 0);
  } else {
    depthwise<1>(x, weight, bias, y, y, rows, h, w, c, dilation, flipped, accumulate, 0);
  }
}

/* Any grid; rows = n * h. */
KERNEL(128, ciss_depthwise_forward_f32_kernel)
(const float *x, const float *weight, const float *bias, float *y, int64_t rows, int h, int w, int c, int dilation,
 int flipped, int accumulate) {
  depthwise_any(x, weight, bias, y, rows, h, w, c, dilation, flipped, accumulate);
}
KERNEL(128, ciss_depthwise_forward_bf16_kernel)
(const bf16 *x, const float *weight, const float *bias, bf16 *y, int64_t rows, int h, int w, int c, int dilation,
 int flipped, int accumulate) {
  depthwise_any(x, weight, bias, y, rows, h, w, c, dilation, flipped, accumulate);
}

template <class T>
DEVICE void depthwise_gelu_any(const T *x, const float *weight, const float *bias, T *pre, T *y, int64_t rows, int h,
                               int w, int c, int dilation) {
  if (by_four(x, c) && by_four(y, c) && by_four(pre, c) && by_four(bias, c)) {
    depthwise<4>(x, weight, bias, pre, y, rows, h, w, c, dilation, 0, 0, 1);
  } else {
    depthwise<1>(x, weight, bias, pre, y, rows, h, w, c, dilation, 0, 0, 1);
  }
}

/* Any grid; pre may be y: then only y remains. */
KERNEL(128, ciss_depthwise_gelu_forward_f32_kernel)
(const float *x, const float *weight, const float *bias, float *pre, float *y, int64_t rows, int h, int w, int c,
 int dilation) {
  depthwise_gelu_any(x, weight, bias, pre, y, rows, h, w, c, dilation);
}
KERNEL_BLOCKS(128, 5, ciss_depthwise_gelu_forward_bf16_kernel)
(const bf16 *x, const float *weight, const float *bias, bf16 *pre, bf16 *y, int64_t rows, int h, int w, int c,
 int dilation) {
  depthwise_gelu_any(x, weight, bias, pre, y, rows, h, w, c, dilation);
}

struct DepthwiseBackwardShared {
  float sum[8][10][32];
};

template <class T>
DEVICE void depthwise_backward_weight(const T *x, const T *dy, float *partials, int64_t rows, int h, int w, int c,
                                      int dilation, int rows_per_block, DepthwiseBackwardShared &s) {
  int channel = blockIdx.x * 32 + lane_id();
  int64_t begin = (int64_t)blockIdx.y * rows_per_block, end = min(begin + rows_per_block, rows);
  float sum[10] = {0};
  for (int64_t p = begin * w + warp_id(); p < end * w && channel < c; p += 8) {
    int line = (int)(p / w % h), j = (int)(p % w);
    float d = load(dy + p * c + channel);
#pragma unroll
    for (int k = 0; k < 9; k++) {
      int up = (k / 3 - 1) * dilation, across = (k % 3 - 1) * dilation;
      if (line + up < 0 || line + up >= h || j + across < 0 || j + across >= w) continue;
      sum[k] = fmaf(d, load(x + (p + (int64_t)up * w + across) * c + channel), sum[k]);
    }
    sum[9] += d;
  }
#pragma unroll
  for (int k = 0; k < 10; k++) s.sum[warp_id()][k][lane_id()] = sum[k];
  SYNC();
  for (int k = warp_id(); k < 10; k += 8) {
    float total = 0;
    for (int warp = 0; warp < 8; warp++) total += s.sum[warp][k][lane_id()];
    if (channel < c) partials[((int64_t)blockIdx.y * 10 + k) * c + channel] = total;
  }
}

/*
 * Grid (ceil(c / 32), blocks): block y takes rows y*rows_per_block and on of the n * h rows; a lane is a channel, the warps
 * share the pixels. partials [blocks, 10, c].
 */
KERNEL(256, ciss_depthwise_backward_weight_f32_kernel)
(const float *x, const float *dy, float *partials, int64_t rows, int h, int w, int c, int dilation,
 int rows_per_block) {
  SMEM(DepthwiseBackwardShared, s);
  depthwise_backward_weight(x, dy, partials, rows, h, w, c, dilation, rows_per_block, s);
}
KERNEL(256, ciss_depthwise_backward_weight_bf16_kernel)
(const bf16 *x, const bf16 *dy, float *partials, int64_t rows, int h, int w, int c, int dilation,
 int rows_per_block) {
  SMEM(DepthwiseBackwardShared, s);
  depthwise_backward_weight(x, dy, partials, rows, h, w, c, dilation, rows_per_block, s);
}

/* Grid ceil(c / 128). Adds partials [blocks, 10, c] in order to dw [c, 9] and, unless it is null, db [c]. */
KERNEL(128, ciss_depthwise_backward_weight_sum_f32_kernel)
(const float *partials, float *dw, float *db, int blocks, int c) {
  int channel = blockIdx.x * 128 + threadIdx.x;
  if (channel >= c) return;
  for (int k = 0; k < 10; k++) {
    float total = 0;
    for (int b = 0; b < blocks; b++) total += partials[((int64_t)b * 10 + k) * c + channel];
    if (k < 9) dw[(int64_t)channel * 9 + k] += total;
    else if (db) db[channel] += total;
  }
}

REGISTER_KERNEL(ciss_depthwise_forward_f32_kernel)
REGISTER_KERNEL(ciss_depthwise_forward_bf16_kernel)
REGISTER_KERNEL(ciss_depthwise_gelu_forward_f32_kernel)
REGISTER_KERNEL(ciss_depthwise_gelu_forward_bf16_kernel)
REGISTER_KERNEL(ciss_depthwise_backward_weight_f32_kernel)
REGISTER_KERNEL(ciss_depthwise_backward_weight_bf16_kernel)
REGISTER_KERNEL(ciss_depthwise_backward_weight_sum_f32_kernel)
