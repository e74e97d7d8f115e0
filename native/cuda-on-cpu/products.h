/* Matrix products for the stand-ins of cuBLAS and cuDNN, and what both need from the stand-in's driver. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#define EXPORT extern "C" __attribute__((visibility("default")))

extern "C" {
int ciss_cpu_enqueue(void *stream, int (*run)(void *), void *data, void (*destroy)(void *));
int ciss_cpu_is_device(const void *p, size_t bytes);
int cuStreamIsCapturing(void *stream, int *status);
}

/* Element types under the numbers of cudaDataType, which bf16 and fp32 bear in cuBLAS. */
enum Type { FLOAT32 = 0, BFLOAT16 = 14 };
inline size_t bytes_of(Type type) { return type == FLOAT32 ? 4 : 2; }

/* What a product does to its inputs first. */
enum Rounding { EXACT, TO_TF32 };

struct Matrix {
  const void *data;
  Type type;
  int64_t row, column; /* elements from one row (column) to the next */
};

/* c[m,n] = alpha a[m,k] b[k,n] + beta c, sums in fp32; where beta is 0, c is not read. */
void multiply(int64_t m, int64_t n, int64_t k, float alpha, Matrix a, Matrix b, float beta, void *c, Type type,
              int64_t c_row, int64_t c_column, Rounding rounding);

float load_element(const void *p, Type type, int64_t index);
void store_element(void *p, Type type, int64_t index, float value);
