/*
 * The stand-in of cuDNN 9: two-dimensional convolutions of channels-last tensors in fp32 or bf16, one group, through
 * patches and a product. Strict as the stand-in of cuBLAS; the workspace is asked for and poisoned. The algorithm
 * queries offer one that is not deterministic first: whoever takes it is refused. What they say of the workspace is for
 * a math type that they name too; the default one wants twice as much.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <vector>

#include "products.h"

namespace {

enum Status { SUCCESS = 0, BAD_PARAM = 2000, NOT_SUPPORTED = 3000, EXECUTION_FAILED = 5000 };
enum { DATA_FLOAT = 0, DATA_BFLOAT16 = 9, FORMAT_NHWC = 1, MATH_DEFAULT = 0, MATH_TENSOR_OP = 1, MATH_FMA = 3 };
enum { ALGORITHM = 1 };
constexpr size_t WORKSPACE = 4096;

struct Handle {
  void *stream;
};
struct Tensor {
  Type type;
  int n, c, h, w;
  size_t elements() const { return (size_t)n * (size_t)c * (size_t)h * (size_t)w; }
};
struct Convolution {
  int pad_h, pad_w, stride_h, stride_w, dilation_h, dilation_w, math;
};
struct Performance {
  int algorithm, status;
  float time;
  size_t memory;
  int determinism, math, reserved[3];
};
struct Job {
  Convolution conv;
  Tensor x, w, y; /* w: n is co, c is ci */
  float alpha, beta;
  void *x_data, *w_data, *y_data, *workspace;
  size_t workspace_bytes;
};

int refuse(const char *what) {
  fprintf(stderr, "cudnn-on-cpu: %s\n", what);
  return BAD_PARAM;
}

bool element_type(int data_type, Type *type) {
  *type = data_type == DATA_FLOAT ? FLOAT32 : BFLOAT16;
  return data_type == DATA_FLOAT || data_type == DATA_BFLOAT16;
}

int output_size(int in, int kernel, int pad, int stride, int dilation) {
  return (in + 2 * pad - dilation * (kernel - 1) - 1) / stride + 1;
}

Rounding rounding(const Job &j) {
  return j.x.type == FLOAT32 && j.conv.math != MATH_FMA ? TO_TF32 : EXACT;
}

/* f(patch element, input element) for all pairs of one image; input -1: padding. */
template <class F>
void for_patches(const Job &j, F f) {
  int64_t to = 0;
  for (int oy = 0; oy < j.y.h; oy++) {
    for (int ox = 0; ox < j.y.w; ox++) {
      for (int ky = 0; ky < j.w.h; ky++) {
        for (int kx = 0; kx < j.w.w; kx++, to += j.x.c) {
          int iy = oy * j.conv.stride_h - j.conv.pad_h + ky * j.conv.dilation_h;
          int ix = ox * j.conv.stride_w - j.conv.pad_w + kx * j.conv.dilation_w;
          bool inside = iy >= 0 && iy < j.x.h && ix >= 0 && ix < j.x.w;
          f(to, inside ? ((int64_t)iy * j.x.w + ix) * j.x.c : -1);
        }
      }
    }
  }
}

void *image(void *data, const Tensor &t, int i) {
  return (char *)data + (size_t)i * t.elements() / (size_t)t.n * bytes_of(t.type);
}

std::vector<float> patches(const Job &j, int i, int64_t k) {
  std::vector<float> p((size_t)((int64_t)j.y.h * j.y.w * k));
  const void *x = image(j.x_data, j.x, i);
  for_patches(j, [&](int64_t to, int64_t from) {
    for (int c = 0; c < j.x.c && from >= 0; c++) p[(size_t)(to + c)] = load_element(x, j.x.type, from + c);
  });
  return p;
}

void poison(const Job &j) { memset(j.workspace, 0xff, j.workspace_bytes); }

int forward(void *data) {
  const Job &j = *(const Job *)data;
  poison(j);
  int64_t k = (int64_t)j.w.h * j.w.w * j.w.c, pixels = (int64_t)j.y.h * j.y.w;
  for (int i = 0; i < j.x.n; i++) {
    std::vector<float> p = patches(j, i, k);
    multiply(j.w.n, pixels, k, j.alpha, {j.w_data, j.w.type, k, 1}, {p.data(), FLOAT32, 1, k}, j.beta,
             image(j.y_data, j.y, i), j.y.type, 1, j.w.n, rounding(j));
  }
  return 0;
}

int backward_filter(void *data) {
  const Job &j = *(const Job *)data;
  poison(j);
  int64_t k = (int64_t)j.w.h * j.w.w * j.w.c, pixels = (int64_t)j.y.h * j.y.w;
  for (int i = 0; i < j.x.n; i++) {
    std::vector<float> p = patches(j, i, k);
    multiply(k, j.w.n, pixels, j.alpha, {p.data(), FLOAT32, 1, k}, {image(j.y_data, j.y, i), j.y.type, j.w.n, 1},
             i ? 1 : j.beta, j.w_data, j.w.type, 1, k, rounding(j));
  }
  return 0;
}

int backward_data(void *data) {
  const Job &j = *(const Job *)data;
  poison(j);
  int64_t k = (int64_t)j.w.h * j.w.w * j.w.c, pixels = (int64_t)j.y.h * j.y.w;
  size_t inputs = j.x.elements() / (size_t)j.x.n;
  for (int i = 0; i < j.x.n; i++) {
    std::vector<float> p((size_t)(pixels * k)), dx(inputs);
    multiply(k, pixels, j.w.n, 1, {j.w_data, j.w.type, 1, k}, {image(j.y_data, j.y, i), j.y.type, 1, j.w.n}, 0,
             p.data(), FLOAT32, 1, k, rounding(j));
    for_patches(j, [&](int64_t from, int64_t to) {
      for (int c = 0; c < j.x.c && to >= 0; c++) dx[(size_t)(to + c)] += p[(size_t)(from + c)];
    });
    void *out = image(j.x_data, j.x, i);
    for (size_t e = 0; e < inputs; e++) {
      float before = j.beta == 0 ? 0 : j.beta * load_element(out, j.x.type, (int64_t)e);
      store_element(out, j.x.type, (int64_t)e, j.alpha * dx[e] + before);
    }
  }
  return 0;
}

size_t workspace_of(const Convolution &conv) { return conv.math == MATH_DEFAULT ? 2 * WORKSPACE : WORKSPACE; }

bool overlap(const void *a, size_t a_bytes, const void *b, size_t b_bytes) {
  return (const char *)a < (const char *)b + b_bytes && (const char *)b < (const char *)a + a_bytes;
}

enum Output { X, W, Y };

int submit(Handle *handle, const Job &j, int algorithm, Output output, int (*run)(void *)) {
  if (algorithm != ALGORITHM) return refuse("an algorithm that is not deterministic, or unknown");
  if (j.w.c != j.x.c || j.w.n != j.y.c || j.x.n != j.y.n) return refuse("channels or batches do not fit");
  if (j.y.h != output_size(j.x.h, j.w.h, j.conv.pad_h, j.conv.stride_h, j.conv.dilation_h) ||
      j.y.w != output_size(j.x.w, j.w.w, j.conv.pad_w, j.conv.stride_w, j.conv.dilation_w)) {
    return refuse("the output's size is not the convolution's");
  }
  if (j.x.type != j.y.type || j.x.type != j.w.type) return NOT_SUPPORTED;
  const struct {
    const void *data;
    size_t bytes;
  } buffers[] = {{j.x_data, j.x.elements() * bytes_of(j.x.type)},
                 {j.w_data, j.w.elements() * bytes_of(j.w.type)},
                 {j.y_data, j.y.elements() * bytes_of(j.y.type)},
                 {j.workspace, j.workspace_bytes}};
  const auto &out = buffers[output];
  for (const auto &b : buffers) {
    if (!ciss_cpu_is_device(b.data, b.bytes)) return refuse("a tensor or the workspace is not in device memory");
    if (&b != &out && overlap(b.data, b.bytes, out.data, out.bytes)) return refuse("the output overlaps an input");
  }
  if (j.workspace_bytes < workspace_of(j.conv)) return refuse("the workspace is smaller than was asked for");
  int status = ciss_cpu_enqueue(handle->stream, run, new Job(j), [](void *p) { delete (Job *)p; });
  return status ? EXECUTION_FAILED : SUCCESS;
}

int algorithms(const Convolution *conv, int wanted, int *returned, Performance *results) {
  *returned = wanted < 2 ? wanted : 2;
  for (int i = 0; i < *returned; i++) {
    int math = conv->math == MATH_DEFAULT ? MATH_TENSOR_OP : conv->math;
    results[i] = {i == 0 ? 0 : ALGORITHM, 0, (float)(i + 1), WORKSPACE, i, math, {}};
  }
  return SUCCESS;
}

}  // namespace

EXPORT size_t cudnnGetVersion(void) { return 91000; }
EXPORT const char *cudnnGetErrorString(int status) { return status ? "refused by the stand-in" : "success"; }
EXPORT int cudnnCreate(Handle **handle) {
  *handle = new Handle{};
  return SUCCESS;
}
EXPORT int cudnnDestroy(Handle *handle) {
  delete handle;
  return SUCCESS;
}
EXPORT int cudnnSetStream(Handle *handle, void *stream) {
  handle->stream = stream;
  return SUCCESS;
}
EXPORT int cudnnGetStream(Handle *handle, void **stream) {
  *stream = handle->stream;
  return SUCCESS;
}

EXPORT int cudnnCreateTensorDescriptor(Tensor **t) {
  *t = new Tensor{};
  return SUCCESS;
}
EXPORT int cudnnDestroyTensorDescriptor(Tensor *t) {
  delete t;
  return SUCCESS;
}
EXPORT int cudnnSetTensor4dDescriptor(Tensor *t, int format, int type, int n, int c, int h, int w) {
  *t = {FLOAT32, n, c, h, w};
  if (!element_type(type, &t->type) || format != FORMAT_NHWC) return NOT_SUPPORTED;
  return n > 0 && c > 0 && h > 0 && w > 0 ? SUCCESS : refuse("a tensor without elements");
}
EXPORT int cudnnCreateFilterDescriptor(Tensor **t) { return cudnnCreateTensorDescriptor(t); }
EXPORT int cudnnDestroyFilterDescriptor(Tensor *t) { return cudnnDestroyTensorDescriptor(t); }
EXPORT int cudnnSetFilter4dDescriptor(Tensor *t, int type, int format, int k, int c, int h, int w) {
  return cudnnSetTensor4dDescriptor(t, format, type, k, c, h, w);
}
EXPORT int cudnnCreateConvolutionDescriptor(Convolution **c) {
  *c = new Convolution{};
  return SUCCESS;
}
EXPORT int cudnnDestroyConvolutionDescriptor(Convolution *c) {
  delete c;
  return SUCCESS;
}
EXPORT int cudnnSetConvolution2dDescriptor(Convolution *c, int pad_h, int pad_w, int stride_h, int stride_w,
                                           int dilation_h, int dilation_w, int mode, int compute) {
  *c = {pad_h, pad_w, stride_h, stride_w, dilation_h, dilation_w, MATH_DEFAULT};
  if (mode != 1) return refuse("a convolution with flipped filters (mode 0), not a cross-correlation");
  return compute == DATA_FLOAT ? SUCCESS : NOT_SUPPORTED;
}
EXPORT int cudnnSetConvolutionMathType(Convolution *c, int math) {
  c->math = math;
  return math == MATH_DEFAULT || math == MATH_TENSOR_OP || math == MATH_FMA ? SUCCESS : NOT_SUPPORTED;
}
EXPORT int cudnnSetConvolutionGroupCount(Convolution *, int groups) { return groups == 1 ? SUCCESS : NOT_SUPPORTED; }
EXPORT int cudnnGetConvolution2dForwardOutputDim(Convolution *c, Tensor *x, Tensor *w, int *n, int *channels, int *h,
                                                 int *width) {
  *n = x->n;
  *channels = w->n;
  *h = output_size(x->h, w->h, c->pad_h, c->stride_h, c->dilation_h);
  *width = output_size(x->w, w->w, c->pad_w, c->stride_w, c->dilation_w);
  return SUCCESS;
}

EXPORT int cudnnGetConvolutionForwardAlgorithm_v7(Handle *, Tensor *, Tensor *, Convolution *c, Tensor *, int wanted,
                                                  int *returned, Performance *results) {
  return algorithms(c, wanted, returned, results);
}
EXPORT int cudnnGetConvolutionBackwardDataAlgorithm_v7(Handle *, Tensor *, Tensor *, Convolution *c, Tensor *,
                                                       int wanted, int *returned, Performance *results) {
  return algorithms(c, wanted, returned, results);
}
EXPORT int cudnnGetConvolutionBackwardFilterAlgorithm_v7(Handle *, Tensor *, Tensor *, Convolution *c, Tensor *,
                                                         int wanted, int *returned, Performance *results) {
  return algorithms(c, wanted, returned, results);
}
static int count_of(int *count) {
  *count = 2;
  return SUCCESS;
}
EXPORT int cudnnGetConvolutionForwardAlgorithmMaxCount(Handle *, int *count) { return count_of(count); }
EXPORT int cudnnGetConvolutionBackwardDataAlgorithmMaxCount(Handle *, int *count) { return count_of(count); }
EXPORT int cudnnGetConvolutionBackwardFilterAlgorithmMaxCount(Handle *, int *count) { return count_of(count); }
static int workspace_of(const Convolution *conv, size_t *bytes) {
  *bytes = workspace_of(*conv);
  return SUCCESS;
}
EXPORT int cudnnGetConvolutionForwardWorkspaceSize(Handle *, Tensor *, Tensor *, Convolution *conv, Tensor *, int,
                                                   size_t *bytes) {
  return workspace_of(conv, bytes);
}
EXPORT int cudnnGetConvolutionBackwardDataWorkspaceSize(Handle *, Tensor *, Tensor *, Convolution *conv, Tensor *, int,
                                                        size_t *bytes) {
  return workspace_of(conv, bytes);
}
EXPORT int cudnnGetConvolutionBackwardFilterWorkspaceSize(Handle *, Tensor *, Tensor *, Convolution *conv, Tensor *, int,
                                                          size_t *bytes) {
  return workspace_of(conv, bytes);
}

EXPORT int cudnnConvolutionForward(Handle *handle, const float *alpha, Tensor *xd, void *x, Tensor *wd, void *w,
                                   Convolution *c, int algorithm, void *workspace, size_t bytes, const float *beta,
                                   Tensor *yd, void *y) {
  return submit(handle, {*c, *xd, *wd, *yd, *alpha, *beta, x, w, y, workspace, bytes}, algorithm, Y, forward);
}
EXPORT int cudnnConvolutionBackwardData(Handle *handle, const float *alpha, Tensor *wd, void *w, Tensor *yd, void *dy,
                                        Convolution *c, int algorithm, void *workspace, size_t bytes, const float *beta,
                                        Tensor *xd, void *dx) {
  return submit(handle, {*c, *xd, *wd, *yd, *alpha, *beta, dx, w, dy, workspace, bytes}, algorithm, X, backward_data);
}
EXPORT int cudnnConvolutionBackwardFilter(Handle *handle, const float *alpha, Tensor *xd, void *x, Tensor *yd, void *dy,
                                          Convolution *c, int algorithm, void *workspace, size_t bytes,
                                          const float *beta, Tensor *wd, void *dw) {
  return submit(handle, {*c, *xd, *wd, *yd, *alpha, *beta, x, dw, dy, workspace, bytes}, algorithm, W, backward_filter);
}
