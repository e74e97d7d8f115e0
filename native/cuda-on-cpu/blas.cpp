/*
 * The stand-in of cuBLAS: products of matrices, column-major as there. Strict: matrices lie in device memory as a
 * whole, leading dimensions are large enough, the result overlaps no input, alpha and beta are the host's.
 */
#include <math.h>
#include <stdio.h>

#include <string>

#include "products.h"

namespace {

enum Status { SUCCESS = 0, NOT_INITIALIZED = 1, INVALID_VALUE = 7, EXECUTION_FAILED = 13, NOT_SUPPORTED = 15 };
enum { COMPUTE_32F = 68, COMPUTE_32F_PEDANTIC = 69, COMPUTE_32F_FAST_16BF = 75, COMPUTE_32F_FAST_TF32 = 77 };
enum { MATH_TF32 = 3, OP_N = 0, OP_T = 1 };
constexpr uint32_t ALIVE = 0xB1A5B1A5;

struct Handle {
  uint32_t alive;
  void *stream, *workspace;
  int math, pointer_mode, atomics;
};

struct Operand {
  void *data;
  Type type;
  int leading;
  int64_t stride; /* from one matrix of the batch to the next */
  int rows, columns;

  size_t bytes(int batch) const {
    int64_t last = (int64_t)leading * (columns - 1) + rows - 1 + stride * (batch - 1);
    return (size_t)(last + 1) * bytes_of(type);
  }
};

struct Product {
  int m, n, k, batch;
  bool transpose_a, transpose_b;
  float alpha, beta;
  Operand a, b, c;
  Rounding rounding;
};

int refuse(const char *what) {
  fprintf(stderr, "cublas-on-cpu: %s\n", what);
  return INVALID_VALUE;
}

int check(const Operand &x, int batch, const char *name) {
  if (x.type != FLOAT32 && x.type != BFLOAT16) return refuse((std::string(name) + ": neither fp32 nor bf16").c_str());
  if (x.leading < (x.rows > 1 ? x.rows : 1)) {
    return refuse((std::string(name) + ": leading dimension too small").c_str());
  }
  if ((uintptr_t)x.data % bytes_of(x.type)) return refuse((std::string(name) + ": misaligned").c_str());
  if (!ciss_cpu_is_device(x.data, x.bytes(batch))) {
    return refuse((std::string(name) + ": not in device memory as a whole").c_str());
  }
  return SUCCESS;
}

bool overlap(const Operand &x, const Operand &y, int batch) {
  return (char *)x.data < (char *)y.data + y.bytes(batch) && (char *)y.data < (char *)x.data + x.bytes(batch);
}

Matrix matrix(const Operand &x, bool transpose, int index) {
  const void *data = (char *)x.data + x.stride * index * (int64_t)bytes_of(x.type);
  return transpose ? Matrix{data, x.type, x.leading, 1} : Matrix{data, x.type, 1, x.leading};
}

int run(void *data) {
  const Product &p = *(const Product *)data;
  for (int i = 0; i < p.batch; i++) {
    multiply(p.m, p.n, p.k, p.alpha, matrix(p.a, p.transpose_a, i), matrix(p.b, p.transpose_b, i), p.beta,
             (char *)p.c.data + p.c.stride * i * (int64_t)bytes_of(p.c.type), p.c.type, 1, p.c.leading, p.rounding);
  }
  return 0;
}

void destroy(void *data) { delete (Product *)data; }

int gemm(Handle *handle, int op_a, int op_b, int m, int n, int k, const float *alpha, const void *a, int a_type,
         int lda, long long stride_a, const void *b, int b_type, int ldb, long long stride_b, const float *beta,
         void *c, int c_type, int ldc, long long stride_c, int batch, int compute) {
  if (!handle || handle->alive != ALIVE) return NOT_INITIALIZED;
  if (m < 0 || n < 0 || k < 0 || batch < 0) return refuse("negative size");
  if (op_a > OP_T || op_b > OP_T) return refuse("operation is neither N nor T");
  if (handle->pointer_mode != 0) return NOT_SUPPORTED;
  if (compute != COMPUTE_32F && compute != COMPUTE_32F_PEDANTIC && compute != COMPUTE_32F_FAST_16BF &&
      compute != COMPUTE_32F_FAST_TF32) {
    return NOT_SUPPORTED;
  }
  if (a_type != b_type || (c_type != FLOAT32 && c_type != a_type)) return NOT_SUPPORTED;
  if (m == 0 || n == 0 || batch == 0) return SUCCESS;
  bool tf32 = a_type == FLOAT32 && (compute == COMPUTE_32F_FAST_TF32 ||
                                    (compute == COMPUTE_32F && handle->math == MATH_TF32));
  Product p{m, n, k, batch, op_a == OP_T, op_b == OP_T, *alpha, *beta,
            {(void *)a, (Type)a_type, lda, stride_a, op_a == OP_T ? k : m, op_a == OP_T ? m : k},
            {(void *)b, (Type)b_type, ldb, stride_b, op_b == OP_T ? n : k, op_b == OP_T ? k : n},
            {c, (Type)c_type, ldc, stride_c, m, n},
            tf32 ? TO_TF32 : EXACT};
  if (k > 0) {
    if (int s = check(p.a, batch, "A")) return s;
    if (int s = check(p.b, batch, "B")) return s;
  }
  if (int s = check(p.c, batch, "C")) return s;
  if (k > 0 && (overlap(p.c, p.a, batch) || overlap(p.c, p.b, batch))) return refuse("C overlaps A or B");
  int capturing = 0;
  cuStreamIsCapturing(handle->stream, &capturing);
  if (capturing && !handle->workspace) return refuse("a capture, but no workspace since the stream was set");
  return ciss_cpu_enqueue(handle->stream, run, new Product(p), destroy) ? EXECUTION_FAILED : SUCCESS;
}

}  // namespace

#define ALIVE_OR_RETURN(handle) \
  if (!handle || handle->alive != ALIVE) return NOT_INITIALIZED

EXPORT int cublasCreate_v2(Handle **handle) {
  *handle = new Handle{ALIVE, nullptr, nullptr, 0, 0, 0};
  return SUCCESS;
}
EXPORT int cublasDestroy_v2(Handle *handle) {
  ALIVE_OR_RETURN(handle);
  handle->alive = 0;
  delete handle;
  return SUCCESS;
}
EXPORT int cublasGetVersion_v2(Handle *, int *version) {
  *version = 130000;
  return SUCCESS;
}
/* 0 major, 1 minor, 2 patch. */
EXPORT int cublasGetProperty(int property, int *value) {
  if (property < 0 || property > 2) return INVALID_VALUE;
  *value = property == 0 ? 13 : 0;
  return SUCCESS;
}
EXPORT int cublasSetStream_v2(Handle *handle, void *stream) {
  ALIVE_OR_RETURN(handle);
  handle->stream = stream;
  handle->workspace = nullptr; /* as there: back to its own pool */
  return SUCCESS;
}
EXPORT int cublasGetStream_v2(Handle *handle, void **stream) {
  ALIVE_OR_RETURN(handle);
  *stream = handle->stream;
  return SUCCESS;
}
EXPORT int cublasSetWorkspace_v2(Handle *handle, void *workspace, size_t bytes) {
  ALIVE_OR_RETURN(handle);
  if ((uintptr_t)workspace % 256) return refuse("workspace is not aligned to 256 bytes");
  if (!ciss_cpu_is_device(workspace, bytes)) return refuse("workspace is not in device memory");
  handle->workspace = workspace;
  return SUCCESS;
}
EXPORT int cublasSetMathMode(Handle *handle, int mode) {
  ALIVE_OR_RETURN(handle);
  handle->math = mode;
  return SUCCESS;
}
EXPORT int cublasGetMathMode(Handle *handle, int *mode) {
  ALIVE_OR_RETURN(handle);
  *mode = handle->math;
  return SUCCESS;
}
EXPORT int cublasSetPointerMode_v2(Handle *handle, int mode) {
  ALIVE_OR_RETURN(handle);
  handle->pointer_mode = mode;
  return SUCCESS;
}
EXPORT int cublasSetAtomicsMode(Handle *handle, int mode) {
  ALIVE_OR_RETURN(handle);
  handle->atomics = mode;
  return SUCCESS;
}
EXPORT const char *cublasGetStatusString(int status) { return status ? "refused by the stand-in" : "success"; }

EXPORT int cublasGemmStridedBatchedEx(Handle *handle, int op_a, int op_b, int m, int n, int k, const float *alpha,
                                      const void *a, int a_type, int lda, long long stride_a, const void *b, int b_type,
                                      int ldb, long long stride_b, const float *beta, void *c, int c_type, int ldc,
                                      long long stride_c, int batch, int compute, int) {
  return gemm(handle, op_a, op_b, m, n, k, alpha, a, a_type, lda, stride_a, b, b_type, ldb, stride_b, beta, c, c_type,
              ldc, stride_c, batch, compute);
}
EXPORT int cublasGemmEx(Handle *handle, int op_a, int op_b, int m, int n, int k, const float *alpha, const void *a,
                        int a_type, int lda, const void *b, int b_type, int ldb, const float *beta, void *c, int c_type,
                        int ldc, int compute, int) {
  return gemm(handle, op_a, op_b, m, n, k, alpha, a, a_type, lda, 0, b, b_type, ldb, 0, beta, c, c_type, ldc, 0, 1,
              compute);
}
EXPORT int cublasSgemm_v2(Handle *handle, int op_a, int op_b, int m, int n, int k, const float *alpha, const float *a,
                          int lda, const float *b, int ldb, const float *beta, float *c, int ldc) {
  return gemm(handle, op_a, op_b, m, n, k, alpha, a, FLOAT32, lda, 0, b, FLOAT32, ldb, 0, beta, c, FLOAT32, ldc, 0, 1,
              COMPUTE_32F);
}
EXPORT int cublasSgemmStridedBatched(Handle *handle, int op_a, int op_b, int m, int n, int k, const float *alpha,
                                     const float *a, int lda, long long stride_a, const float *b, int ldb,
                                     long long stride_b, const float *beta, float *c, int ldc, long long stride_c,
                                     int batch) {
  return gemm(handle, op_a, op_b, m, n, k, alpha, a, FLOAT32, lda, stride_a, b, FLOAT32, ldb, stride_b, beta, c,
              FLOAT32, ldc, stride_c, batch, COMPUTE_32F);
}
