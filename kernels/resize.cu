/*
 * Bilinear resize of [n, h, w, c] by the tables of common/axis.cuh, and its transpose. Maps are float32 or bf16.
 *
 *   forward   y[o,j] = four taps of x            y is overwritten; 2 accesses an element of y at most
 *   backward  dx[i,j] = sum over the outputs that read the cell: a gather, and therefore deterministic
 */
#include "common/axis.cuh"

/*
 * index and weight [out], first [in + 1]: output o reads the coordinate max(step * o + shift, 0). Grid 1.
 * Thread o fills first for the cells behind that of output o - 1 up to its own; the last one the rest.
 */
KERNEL(256, ciss_axis_table_kernel)(int *index, float *weight, int *first, int in, int out, double step, double shift) {
  for (int o = threadIdx.x; o <= out; o += 256) {
    double at = step * o + shift, before = step * (o - 1) + shift;
    int cell = o == out ? in : min((int)(at > 0 ? at : 0), in - 1);
    int previous = o == 0 ? -1 : min((int)(before > 0 ? before : 0), in - 1);
    for (int i = previous + 1; i <= cell; i++) first[i] = o;
    if (o == out) continue;
    index[o] = cell;
    weight[o] = cell == in - 1 ? 0.0f : (float)((at > 0 ? at : 0) - cell);
  }
}

template <int V, class T>
DEVICE void resize_forward(const T *x, T *y, const Axis &rows, const Axis &columns, int n, int h_out, int w_out, int c) {
  int groups = c / V;
  FOR_GRID(i, (int64_t)n * h_out * w_out * groups) {
    int channel = (int)(i % groups) * V, j = (int)(i / groups % w_out);
    int64_t row = i / groups / w_out;
    int o = (int)(row % h_out);
    const T *image = x + row / h_out * rows.in * columns.in * c + channel;
    const T *above = image + (int64_t)rows.index[o] * columns.in * c;
    const T *below = image + (int64_t)axis_next(rows, o) * columns.in * c;
    int64_t left = (int64_t)columns.index[j] * c, right = (int64_t)axis_next(columns, j) * c;
    float wy = rows.weight[o], wx = columns.weight[j];
    float w00 = (1 - wy) * (1 - wx), w01 = (1 - wy) * wx, w10 = wy * (1 - wx), w11 = wy * wx;
    Vec<V> a = load<V>(above + left), b = load<V>(above + right), d = load<V>(below + left), e = load<V>(below + right);
#pragma unroll
    for (int k = 0; k < V; k++) a.v[k] = a.v[k] * w00 + b.v[k] * w01 + (d.v[k] * w10 + e.v[k] * w11);
    store(y + (row * w_out + j) * c + channel, a);
  }
}

template <class T>
DEVICE void resize_forward_any(const T *x, T *y, const int *row_index, const float *row_weight,
                               const int *column_index, const float *column_weight, int n, int h_in, int w_in,
                               int h_out, int w_out, int c) {
  Axis rows = {row_index, row_weight, nullptr, h_in}, columns = {column_index, column_weight, nullptr, w_in};
  if (by_four(x, c) && by_four(y, c)) resize_forward<4>(x, y, rows, columns, n, h_out, w_out, c);
  else resize_forward<1>(x, y, rows, columns, n, h_out, w_out, c);
}

/* Any grid. */
KERNEL(256, ciss_resize_forward_f32_kernel)
(const float *x, float *y, const int *row_index, const float *row_weight, const int *column_index,
 const float *column_weight, int n, int h_in, int w_in, int h_out, int w_out, int c) {
  resize_forward_any(x, y, row_index, row_weight, column_index, column_weight, n, h_in, w_in, h_out, w_out, c);
}
KERNEL(256, ciss_resize_forward_bf16_kernel)
(const bf16 *x, bf16 *y, const int *row_index, const float *row_weight, const int *column_index,
 const float *column_weight, int n, int h_in, int w_in, int h_out, int w_out, int c) {
  resize_forward_any(x, y, row_index, row_weight, column_index, column_weight, n, h_in, w_in, h_out, w_out, c);
}

template <int V, class T>
DEVICE void resize_backward(const T *dy, T *dx, const Axis &rows, const Axis &columns, int n, int h_out, int w_out,
                            int c, int accumulate) {
  int groups = c / V;
  FOR_GRID(i, (int64_t)n * rows.in * columns.in * groups) {
    int channel = (int)(i % groups) * V, j = (int)(i / groups % columns.in);
    int64_t row = i / groups / columns.in;
    int cell = (int)(row % rows.in);
    const T *image = dy + row / rows.in * h_out * w_out * c + channel;
    Vec<V> sum{};
    for (int o = axis_begin(rows, cell); o < axis_end(rows, cell); o++) {
      float wy = axis_share(rows, o, cell);
      for (int p = axis_begin(columns, j); p < axis_end(columns, j); p++) {
        float share = wy * axis_share(columns, p, j);
        Vec<V> d = load<V>(image + ((int64_t)o * w_out + p) * c);
#pragma unroll
        for (int k = 0; k < V; k++) sum.v[k] = fmaf(share, d.v[k], sum.v[k]);
      }
    }
    T *out = dx + (row * columns.in + j) * c + channel;
    if (accumulate) {
      Vec<V> old = load<V>(out);
#pragma unroll
      for (int k = 0; k < V; k++) sum.v[k] += old.v[k];
    }
    store(out, sum);
  }
}

template <class T>
DEVICE void resize_backward_any(const T *dy, T *dx, const int *row_index, const float *row_weight,
                                const int *row_first, const int *column_index, const float *column_weight,
                                const int *column_first, int n, int h_in, int w_in, int h_out, int w_out, int c,
                                int accumulate) {
  Axis rows = {row_index, row_weight, row_first, h_in}, columns = {column_index, column_weight, column_first, w_in};
  if (by_four(dy, c) && by_four(dx, c)) resize_backward<4>(dy, dx, rows, columns, n, h_out, w_out, c, accumulate);
  else resize_backward<1>(dy, dx, rows, columns, n, h_out, w_out, c, accumulate);
}

/* Any grid. */
KERNEL(256, ciss_resize_backward_f32_kernel)
(const float *dy, float *dx, const int *row_index, const float *row_weight, const int *row_first,
 const int *column_index, const float *column_weight, const int *column_first, int n, int h_in, int w_in, int h_out,
 int w_out, int c, int accumulate) {
  resize_backward_any(dy, dx, row_index, row_weight, row_first, column_index, column_weight, column_first, n, h_in,
                      w_in, h_out, w_out, c, accumulate);
}
KERNEL(256, ciss_resize_backward_bf16_kernel)
(const bf16 *dy, bf16 *dx, const int *row_index, const float *row_weight, const int *row_first,
 const int *column_index, const float *column_weight, const int *column_first, int n, int h_in, int w_in, int h_out,
 int w_out, int c, int accumulate) {
  resize_backward_any(dy, dx, row_index, row_weight, row_first, column_index, column_weight, column_first, n, h_in,
                      w_in, h_out, w_out, c, accumulate);
}

/* Mirrors columns (horizontal) or rows of x [n, h, w, c]. Any grid. */
KERNEL(256, ciss_flip_f32_kernel)(const float *x, float *y, int64_t count, int h, int w, int c, int horizontal) {
  FOR_GRID(i, count) {
    int64_t pixel = i / c, row = pixel / w;
    int64_t from = horizontal ? row * w + w - 1 - pixel % w : (row / h * h + h - 1 - row % h) * w + pixel % w;
    y[i] = x[from * c + i % c];
  }
}

REGISTER_KERNEL(ciss_axis_table_kernel)
REGISTER_KERNEL(ciss_resize_forward_f32_kernel)
REGISTER_KERNEL(ciss_resize_forward_bf16_kernel)
REGISTER_KERNEL(ciss_resize_backward_f32_kernel)
REGISTER_KERNEL(ciss_resize_backward_bf16_kernel)
REGISTER_KERNEL(ciss_flip_f32_kernel)
