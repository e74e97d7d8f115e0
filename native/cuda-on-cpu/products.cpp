/* A blocked product: both operands are packed into panels, and 16 x 4 results stay in registers over all of k. */
#include "products.h"

#include <string.h>

#include <algorithm>
#include <vector>

namespace {

enum { ROWS = 16, COLUMNS = 4 };
typedef float Lanes __attribute__((vector_size(32)));

float of_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, 4);
  return value;
}

uint32_t to_bits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, 4);
  return bits;
}

float rounded(float value, Rounding rounding) {
  uint32_t bits = to_bits(value);
  if (rounding == EXACT || (bits & 0x7f800000) == 0x7f800000) return value;
  return of_bits((bits + 0x1000) & 0xffffe000u);
}

/* Panels of `width` rows of x[rows,k], k outermost inside a panel; rows beyond the end are 0. */
std::vector<float> pack(int64_t rows, int64_t k, Matrix x, int width, Rounding rounding) {
  int64_t panels = (rows + width - 1) / width;
  std::vector<float> packed((size_t)(panels * width * k + 8));
  for (int64_t r = 0; r < rows; r++) {
    float *to = packed.data() + r / width * width * k + r % width;
    for (int64_t i = 0; i < k; i++) {
      to[i * width] = rounded(load_element(x.data, x.type, r * x.row + i * x.column), rounding);
    }
  }
  return packed;
}

void tile(int64_t k, const float *a, const float *b, float (&sums)[COLUMNS][ROWS]) {
  Lanes s[COLUMNS][2] = {};
  for (int64_t i = 0; i < k; i++) {
    Lanes low, high;
    memcpy(&low, a + i * ROWS, sizeof low);
    memcpy(&high, a + i * ROWS + 8, sizeof high);
    for (int j = 0; j < COLUMNS; j++) {
      s[j][0] += low * b[i * COLUMNS + j];
      s[j][1] += high * b[i * COLUMNS + j];
    }
  }
  memcpy(sums, s, sizeof s);
}

}  // namespace

float load_element(const void *p, Type type, int64_t index) {
  return type == FLOAT32 ? ((const float *)p)[index] : of_bits((uint32_t)((const uint16_t *)p)[index] << 16);
}

void store_element(void *p, Type type, int64_t index, float value) {
  if (type == FLOAT32) {
    ((float *)p)[index] = value;
    return;
  }
  uint32_t bits = to_bits(value);
  ((uint16_t *)p)[index] =
      (uint16_t)(value != value ? bits >> 16 | 0x40 : (bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

void multiply(int64_t m, int64_t n, int64_t k, float alpha, Matrix a, Matrix b, float beta, void *c, Type type,
              int64_t c_row, int64_t c_column, Rounding rounding) {
  std::vector<float> rows = pack(m, k, a, ROWS, rounding);
  std::vector<float> columns = pack(n, k, {b.data, b.type, b.column, b.row}, COLUMNS, rounding);
  for (int64_t i = 0; i < m; i += ROWS) {
    for (int64_t j = 0; j < n; j += COLUMNS) {
      float sums[COLUMNS][ROWS];
      tile(k, rows.data() + i * k, columns.data() + j * k, sums);
      for (int64_t y = j; y < std::min(n, j + COLUMNS); y++) {
        for (int64_t x = i; x < std::min(m, i + ROWS); x++) {
          int64_t at = x * c_row + y * c_column;
          float before = beta == 0 ? 0 : beta * load_element(c, type, at);
          store_element(c, type, at, alpha * sums[y - j][x - i] + before);
        }
      }
    }
  }
}
