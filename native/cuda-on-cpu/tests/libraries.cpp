/*
 * Checks the stand-ins of cuBLAS and cuDNN against plain loops, and that they refuse what the real ones would read or
 * write wrongly. Output as of faults.cpp.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <vector>

extern "C" {
int cuInit(unsigned);
int cuDevicePrimaryCtxRetain(void **, int);
int cuCtxSetCurrent(void *);
int cuCtxSynchronize(void);
int cuStreamCreate(void **, unsigned);
int cuStreamSynchronize(void *);
int cuStreamBeginCapture_v2(void *, int);
int cuStreamEndCapture(void *, void **);
int cuGraphInstantiateWithFlags(void **, void *, unsigned long long);
int cuGraphLaunch(void *, void *);
int cuMemAlloc_v2(void **, size_t);
int cuMemcpyHtoD_v2(void *, const void *, size_t);
int cuMemcpyDtoH_v2(void *, const void *, size_t);
int cublasCreate_v2(void **);
int cublasSetStream_v2(void *, void *);
int cublasSetWorkspace_v2(void *, void *, size_t);
int cublasGemmEx(void *, int, int, int, int, int, const float *, const void *, int, int, const void *, int, int,
                 const float *, void *, int, int, int, int);
int cublasGemmStridedBatchedEx(void *, int, int, int, int, int, const float *, const void *, int, int, long long,
                               const void *, int, int, long long, const float *, void *, int, int, long long, int, int,
                               int);
int cudnnCreate(void **);
int cudnnSetStream(void *, void *);
int cudnnCreateTensorDescriptor(void **);
int cudnnSetTensor4dDescriptor(void *, int, int, int, int, int, int);
int cudnnCreateFilterDescriptor(void **);
int cudnnSetFilter4dDescriptor(void *, int, int, int, int, int, int);
int cudnnCreateConvolutionDescriptor(void **);
int cudnnSetConvolution2dDescriptor(void *, int, int, int, int, int, int, int, int);
int cudnnSetConvolutionMathType(void *, int);
int cudnnConvolutionForward(void *, const float *, void *, void *, void *, void *, void *, int, void *, size_t,
                            const float *, void *, void *);
int cudnnConvolutionBackwardData(void *, const float *, void *, void *, void *, void *, void *, int, void *, size_t,
                                 const float *, void *, void *);
int cudnnConvolutionBackwardFilter(void *, const float *, void *, void *, void *, void *, void *, int, void *, size_t,
                                   const float *, void *, void *);
}

namespace {

typedef std::vector<float> Values;
int failed;
const float ZERO = 0, ONE = 1, HALF = 0.5f;
constexpr int FP32 = 68, FAST_TF32 = 77, FMA_MATH = 3, DEFAULT_MATH = 0, TENSOR_OP_MATH = 1;
constexpr int BF16 = 14, DNN_BF16 = 9; /* the types' numbers in cuBLAS and in cuDNN */

void check(bool right, const char *name) {
  printf("%s %s\n", right ? "ok" : "FAILED", name);
  failed += !right;
}

/* Small multiples of 1/8: products of a few hundred of them are exact. */
Values ramp(size_t n, int step) {
  Values v(n);
  for (size_t i = 0; i < n; i++) v[i] = (float)((int)(i * (size_t)step % 17) - 8) / 8;
  return v;
}

void *device(const Values &values) {
  void *p;
  cuMemAlloc_v2(&p, values.size() * 4);
  cuMemcpyHtoD_v2(p, values.data(), values.size() * 4);
  return p;
}

Values read(void *p, size_t n) {
  Values v(n);
  cuMemcpyDtoH_v2(v.data(), p, n * 4);
  return v;
}

void products(void *handle) {
  const int m = 37, n = 19, k = 50, lda = 61, ldb = 53, ldc = 40;
  Values a = ramp(61 * 50, 5), b = ramp(53 * 50, 7), c = ramp(40 * 19, 3);
  void *da = device(a), *db = device(b);
  for (int op = 0; op < 4; op++) {
    bool ta = op & 1, tb = op & 2;
    void *dc = device(c);
    Values expected = c;
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        float sum = 0;
        for (int l = 0; l < k; l++) sum += a[ta ? i * lda + l : l * lda + i] * b[tb ? l * ldb + j : j * ldb + l];
        expected[(size_t)(j * ldc + i)] = 0.5f * sum + c[(size_t)(j * ldc + i)];
      }
    }
    int status = cublasGemmEx(handle, ta, tb, m, n, k, &HALF, da, 0, lda, db, 0, ldb, &ONE, dc, 0, ldc, FP32, -1);
    check(status == 0 && read(dc, c.size()) == expected, "cublasGemmEx");
  }
  void *dc = device(Values(20 * 3, NAN));
  cublasGemmStridedBatchedEx(handle, 0, 0, 4, 5, 2, &ONE, da, 0, 4, 8, db, 0, 2, 10, &ZERO, dc, 0, 4, 20, 3, FP32, -1);
  Values got = read(dc, 60);
  bool right = true;
  for (int p = 0; p < 3; p++) {
    for (int i = 0; i < 20; i++) {
      size_t row = (size_t)(p * 8 + i % 4), column = (size_t)(p * 10 + i / 4 * 2);
      right &= got[(size_t)(p * 20 + i)] == a[row] * b[column] + a[row + 4] * b[column + 1];
    }
  }
  check(right, "cublasGemmStridedBatchedEx, beta 0 over NaN");
  check(cublasGemmEx(handle, 0, 0, 8, 8, 8, &ONE, da, 0, 7, db, 0, 8, &ZERO, dc, 0, 8, FP32, -1) != 0, "lda too small");
  check(cublasGemmEx(handle, 0, 0, 8, 8, 8, &ONE, da, 0, 8, db, 0, 8, &ZERO, dc, 0, 8, FP32, -1) != 0, "C too short");
  check(cublasGemmEx(handle, 0, 0, 4, 4, 4, &ONE, da, 0, 4, db, 0, 4, &ZERO, da, 0, 4, FP32, -1) != 0, "C over A");
  check(cublasGemmEx(handle, 0, 0, 4, 4, 4, &ONE, a.data(), 0, 4, db, 0, 4, &ZERO, dc, 0, 4, FP32, -1) != 0,
        "A on the host");
}

void convolutions(void *handle) {
  const int N = 2, H = 7, W = 6, C = 3, O = 5, K = 3, S = 2, P = 2, D = 2, h = 4, w = 3;
  Values x = ramp((size_t)(N * H * W * C), 5), f = ramp((size_t)(O * K * K * C), 7), y((size_t)(N * h * w * O)),
         dx(x.size()), df = ramp(f.size(), 2), dy = ramp(y.size(), 3);
  Values before = df;
  for (int n = 0; n < N; n++)
    for (int oy = 0; oy < h; oy++)
      for (int ox = 0; ox < w; ox++)
        for (int o = 0; o < O; o++)
          for (int ky = 0; ky < K; ky++)
            for (int kx = 0; kx < K; kx++)
              for (int c = 0; c < C; c++) {
                int iy = oy * S - P + ky * D, ix = ox * S - P + kx * D;
                if (iy < 0 || iy >= H || ix < 0 || ix >= W) continue;
                size_t xi = (size_t)(((n * H + iy) * W + ix) * C + c), fi = (size_t)(((o * K + ky) * K + kx) * C + c),
                       yi = (size_t)(((n * h + oy) * w + ox) * O + o);
                y[yi] += x[xi] * f[fi];
                dx[xi] += dy[yi] * f[fi];
                df[fi] += dy[yi] * x[xi];
              }
  void *xd, *yd, *fd, *conv, *space, *gx = device(x), *gf = device(f), *gdy = device(dy);
  void *out = device(Values(y.size(), NAN)), *gdx = device(Values(x.size(), NAN)), *gdf = device(before);
  cuMemAlloc_v2(&space, 4096);
  cudnnCreateTensorDescriptor(&xd);
  cudnnCreateTensorDescriptor(&yd);
  cudnnCreateFilterDescriptor(&fd);
  cudnnCreateConvolutionDescriptor(&conv);
  cudnnSetTensor4dDescriptor(xd, 1, 0, N, C, H, W);
  cudnnSetTensor4dDescriptor(yd, 1, 0, N, O, h, w);
  cudnnSetFilter4dDescriptor(fd, 0, 1, O, C, K, K);
  cudnnSetConvolution2dDescriptor(conv, P, P, S, S, D, D, 1, 0);
  cudnnSetConvolutionMathType(conv, 3);
  check(cudnnConvolutionForward(handle, &ONE, xd, gx, fd, gf, conv, 1, space, 4096, &ZERO, yd, out) == 0 &&
            read(out, y.size()) == y, "cudnnConvolutionForward");
  check(cudnnConvolutionBackwardData(handle, &ONE, fd, gf, yd, gdy, conv, 1, space, 4096, &ZERO, xd, gdx) == 0 &&
            read(gdx, x.size()) == dx, "cudnnConvolutionBackwardData");
  check(cudnnConvolutionBackwardFilter(handle, &ONE, xd, gx, yd, gdy, conv, 1, space, 4096, &ONE, fd, gdf) == 0 &&
            read(gdf, f.size()) == df, "cudnnConvolutionBackwardFilter, accumulating");
  check(cudnnConvolutionForward(handle, &ONE, xd, gx, fd, gf, conv, 0, space, 4096, &ZERO, yd, out) != 0,
        "an algorithm that is not deterministic");
  check(cudnnConvolutionForward(handle, &ONE, xd, gx, fd, gf, conv, 1, space, 512, &ZERO, yd, out) != 0,
        "a workspace that is too small");
  check(cudnnConvolutionForward(handle, &ONE, xd, gx, fd, gf, conv, 1, space, 4096, &ZERO, yd, gx) != 0, "y over x");
}

/* 1 + 2^-11 + 2^-23 and its products with 1: tf32 has 1 + 2^-10 for it, where fp32 keeps it. */
void precisions(void *blas, void *dnn) {
  const float x = 1 + 0x1p-11f + 0x1p-23f, rounded = 1 + 0x1p-10f;
  void *dx = device({x}), *one = device({1}), *out = device({NAN}), *space, *map, *filter, *conv;
  cublasGemmEx(blas, 0, 0, 1, 1, 1, &ONE, dx, 0, 1, one, 0, 1, &ZERO, out, 0, 1, FP32, -1);
  check(read(out, 1)[0] == x, "cublasGemmEx in fp32 keeps its operands");
  cublasGemmEx(blas, 0, 0, 1, 1, 1, &ONE, dx, 0, 1, one, 0, 1, &ZERO, out, 0, 1, FAST_TF32, -1);
  check(read(out, 1)[0] == rounded, "cublasGemmEx in tf32 rounds them");
  cuMemAlloc_v2(&space, 8192);
  cudnnCreateTensorDescriptor(&map);
  cudnnCreateFilterDescriptor(&filter);
  cudnnCreateConvolutionDescriptor(&conv);
  cudnnSetTensor4dDescriptor(map, 1, 0, 1, 1, 1, 1);
  cudnnSetFilter4dDescriptor(filter, 0, 1, 1, 1, 1, 1);
  cudnnSetConvolution2dDescriptor(conv, 0, 0, 1, 1, 1, 1, 1, 0);
  cudnnSetConvolutionMathType(conv, FMA_MATH);
  cudnnConvolutionForward(dnn, &ONE, map, dx, filter, one, conv, 1, space, 4096, &ZERO, map, out);
  check(read(out, 1)[0] == x, "cudnnConvolutionForward with FMA keeps its operands");
  cudnnSetConvolutionMathType(conv, DEFAULT_MATH);
  check(cudnnConvolutionForward(dnn, &ONE, map, dx, filter, one, conv, 1, space, 4096, &ZERO, map, out) != 0,
        "the workspace of another math type");
  cudnnConvolutionForward(dnn, &ONE, map, dx, filter, one, conv, 1, space, 8192, &ZERO, map, out);
  check(read(out, 1)[0] == rounded, "cudnnConvolutionForward by default rounds them to tf32");
}

uint32_t bits_of(float value) {
  uint32_t bits;
  memcpy(&bits, &value, 4);
  return bits;
}

/* Values that bf16 has, in pairs, the first in the low half. */
void *device_bf16(float first, float second) {
  uint32_t pair = (bits_of(second) & 0xffff0000) | bits_of(first) >> 16;
  float word;
  memcpy(&word, &pair, 4);
  return device({word});
}

float first_bf16(void *p) {
  uint32_t pair = bits_of(read(p, 1)[0]) << 16;
  float value;
  memcpy(&value, &pair, 4);
  return value;
}

/* 1 * 1 + 2^-8 * 1.5: a sum in fp32 keeps it, bf16 has 1 + 2^-7 for it. */
void halves(void *blas, void *dnn) {
  const float exact = 1 + 0x1.8p-8f, rounded = 1 + 0x1p-7f;
  void *x = device_bf16(1, 0x1p-8f), *w = device_bf16(1, 1.5f), *out = device({NAN}), *space, *map, *sum, *filter, *conv;
  cublasGemmEx(blas, 0, 0, 1, 1, 2, &ONE, x, BF16, 1, w, BF16, 2, &ZERO, out, 0, 1, FP32, -1);
  check(read(out, 1)[0] == exact, "cublasGemmEx of bf16 adds up in fp32");
  cublasGemmEx(blas, 0, 0, 1, 1, 2, &ONE, x, BF16, 1, w, BF16, 2, &ZERO, out, BF16, 1, FP32, -1);
  check(first_bf16(out) == rounded, "cublasGemmEx of bf16 rounds a result of bf16 once");
  check(cublasGemmEx(blas, 0, 0, 1, 1, 1, &ONE, x, 0, 1, w, 0, 1, &ZERO, out, BF16, 1, FP32, -1) != 0,
        "bf16 from fp32");
  check(cublasGemmEx(blas, 0, 0, 1, 1, 1, &ONE, x, BF16, 1, w, 0, 1, &ZERO, out, 0, 1, FP32, -1) != 0,
        "bf16 times fp32");
  cuMemAlloc_v2(&space, 4096);
  cudnnCreateTensorDescriptor(&map);
  cudnnCreateTensorDescriptor(&sum);
  cudnnCreateFilterDescriptor(&filter);
  cudnnCreateConvolutionDescriptor(&conv);
  cudnnSetTensor4dDescriptor(map, 1, DNN_BF16, 1, 2, 1, 1);
  cudnnSetTensor4dDescriptor(sum, 1, DNN_BF16, 1, 1, 1, 1);
  cudnnSetFilter4dDescriptor(filter, DNN_BF16, 1, 1, 2, 1, 1);
  cudnnSetConvolution2dDescriptor(conv, 0, 0, 1, 1, 1, 1, 1, 0);
  cudnnSetConvolutionMathType(conv, TENSOR_OP_MATH);
  cudnnConvolutionForward(dnn, &ONE, map, x, filter, w, conv, 1, space, 4096, &ZERO, sum, out);
  check(first_bf16(out) == rounded, "cudnnConvolutionForward of bf16 rounds its result once");
  cudnnSetTensor4dDescriptor(sum, 1, 0, 1, 1, 1, 1);
  check(cudnnConvolutionForward(dnn, &ONE, map, x, filter, w, conv, 1, space, 4096, &ZERO, sum, out) != 0,
        "a convolution of bf16 with a result of fp32");
  cudnnSetFilter4dDescriptor(filter, 0, 1, 1, 2, 1, 1);
  cudnnSetTensor4dDescriptor(sum, 1, DNN_BF16, 1, 1, 1, 1);
  check(cudnnConvolutionForward(dnn, &ONE, map, x, filter, w, conv, 1, space, 4096, &ZERO, sum, out) != 0,
        "a convolution of bf16 with weights of fp32");
}

/* A product and a convolution that a graph holds: computed at its launches, not at the capture. */
void captures(void *blas, void *dnn) {
  void *stream, *graph, *executable, *x = device({3}), *two = device({2}), *product = device({-1}), *y = device({-1});
  void *space, *map, *filter, *conv;
  cuStreamCreate(&stream, 1);
  cuMemAlloc_v2(&space, 4096);
  cudnnCreateTensorDescriptor(&map);
  cudnnCreateFilterDescriptor(&filter);
  cudnnCreateConvolutionDescriptor(&conv);
  cudnnSetTensor4dDescriptor(map, 1, 0, 1, 1, 1, 1);
  cudnnSetFilter4dDescriptor(filter, 0, 1, 1, 1, 1, 1);
  cudnnSetConvolution2dDescriptor(conv, 0, 0, 1, 1, 1, 1, 1, 0);
  cudnnSetConvolutionMathType(conv, FMA_MATH);
  cublasSetStream_v2(blas, stream);
  cudnnSetStream(dnn, stream);
  cuStreamBeginCapture_v2(stream, 1);
  int refused = cublasGemmEx(blas, 0, 0, 1, 1, 1, &ONE, x, 0, 1, two, 0, 1, &ZERO, product, 0, 1, FP32, -1);
  check(refused != 0, "cublasGemmEx in a capture without a workspace of the program");
  cublasSetWorkspace_v2(blas, space, 4096);
  cublasGemmEx(blas, 0, 0, 1, 1, 1, &ONE, x, 0, 1, two, 0, 1, &ZERO, product, 0, 1, FP32, -1);
  cudnnConvolutionForward(dnn, &ONE, map, product, filter, two, conv, 1, space, 4096, &ZERO, map, y);
  cuStreamEndCapture(stream, &graph);
  check(read(product, 1)[0] == -1 && read(y, 1)[0] == -1, "cublasGemmEx and cudnnConvolutionForward in a capture");
  cuGraphInstantiateWithFlags(&executable, graph, 0);
  cuGraphLaunch(executable, stream);
  cuStreamSynchronize(stream);
  check(read(product, 1)[0] == 6 && read(y, 1)[0] == 12, "and at the launch of its graph");
}

}  // namespace

int main() {
  void *context, *blas, *dnn;
  cuInit(0);
  cuDevicePrimaryCtxRetain(&context, 0);
  cuCtxSetCurrent(context);
  cublasCreate_v2(&blas);
  cudnnCreate(&dnn);
  products(blas);
  convolutions(dnn);
  precisions(blas, dnn);
  halves(blas, dnn);
  captures(blas, dnn);
  return failed ? 1 : 0;
}
