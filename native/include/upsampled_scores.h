/*
 * Class scores [h, w, k] of one image seen at label resolution without storing them there.
 *
 * Work proceeds by strips of at most STRIP output columns. A source row is stretched over a strip once, class by class,
 * into a row [k][STRIP]; every output row then blends two such rows with plain vectors. The gradient goes the other way:
 * output rows add to two rows [k][STRIP], and a finished one is shrunk to its source cells once.
 *
 * Stretching and shrinking are products with small matrices made once per strip: up[cell][output] and
 * down[output][cell] hold the same bilinear weights. They work for every factor; blocks known to be zero are skipped.
 */
#ifndef CISS_UPSAMPLED_SCORES_H
#define CISS_UPSAMPLED_SCORES_H

#include "axis.h"

#define STRIP 64

/* Outputs begin ... begin + width - 1 of a row; they read the source cells first_cell ... first_cell + cells - 1. */
struct strip {
  int64_t begin, width, first_cell, cells, pitch;
  float *up;   /* [cells][STRIP] */
  float *down; /* [STRIP][pitch], pitch = cells rounded up to whole vectors */
  int64_t cell_begin[STRIP / VL], cell_end[STRIP / VL]; /* cells that an output vector reads */
};

INLINE int64_t strip_floats(int64_t cells) { return (2 * cells + VL) * STRIP; }

/* Makes the matrices in memory of strip_floats(cells) floats. */
static inline __attribute__((unused)) void strip_open(struct strip *s, const struct axis *columns, int64_t begin,
                                                      int64_t w_out, int64_t w_in, float *memory) {
  s->begin = begin;
  s->width = min_int(STRIP, w_out - begin);
  s->first_cell = columns->index[begin];
  s->cells = axis_next(columns, begin + s->width - 1, w_in) + 1 - s->first_cell;
  s->pitch = (s->cells + VL - 1) / VL * VL;
  s->up = memory;
  s->down = memory + s->cells * STRIP;
  for (int64_t i = 0; i < s->cells * STRIP + STRIP * s->pitch; i++) memory[i] = 0;
  for (int64_t o = 0; o < s->width; o++) {
    int64_t left = columns->index[begin + o] - s->first_cell;
    int64_t right = axis_next(columns, begin + o, w_in) - s->first_cell;
    float weight = columns->weight[begin + o];
    s->up[left * STRIP + o] += 1.0f - weight;
    s->up[right * STRIP + o] += weight;
    s->down[o * s->pitch + left] += 1.0f - weight;
    s->down[o * s->pitch + right] += weight;
    if (o % VL == 0) s->cell_begin[o / VL] = left;
    s->cell_end[o / VL] = right + 1;
  }
  for (int64_t v = (s->width + VL - 1) / VL; v < STRIP / VL; v++) s->cell_begin[v] = s->cell_end[v] = 0;
}

/* row [k][STRIP] := scores [w][k] of one source row, stretched. */
static inline __attribute__((unused)) void strip_stretch(const struct strip *s, const float *scores, int64_t k,
                                                         float *row) {
  const float *from = scores + s->first_cell * k;
  for (int64_t v = 0; v < STRIP / VL; v++) {
    for (int64_t class = 0; class < k; class++) {
      vf sum = {0};
      for (int64_t cell = s->cell_begin[v]; cell < s->cell_end[v]; cell++) {
        sum += from[cell * k + class] * vf_load(s->up + cell * STRIP + v * VL);
      }
      vf_store(row + class * STRIP + v * VL, sum);
    }
  }
}

/* Shrinks the rows of count (constant) classes and adds them to gradient [w][k]. */
INLINE void shrink_classes(const struct strip *s, const float *row, int64_t k, float *gradient, const int count) {
  for (int64_t first = 0; first < s->cells; first += VL) {
    vf sum[4] = {{0}};
    for (int64_t o = 0; o < s->width; o++) {
      vf weights = vf_load(s->down + o * s->pitch + first);
      for (int i = 0; i < count; i++) sum[i] += row[i * STRIP + o] * weights;
    }
    int64_t n = lanes(first, s->cells);
    for (int64_t cell = 0; cell < n; cell++) {
      for (int i = 0; i < count; i++) gradient[(first + cell) * k + i] += sum[i][cell];
    }
  }
}

/* gradient [w][k] of one source row += row [k][STRIP], shrunk. */
static inline __attribute__((unused)) void strip_shrink(const struct strip *s, const float *row, int64_t k,
                                                        float *gradient) {
  float *to = gradient + s->first_cell * k;
  int64_t class = 0;
  for (; class + 4 <= k; class += 4) shrink_classes(s, row + class * STRIP, k, to + class, 4);
  for (; class < k; class++) shrink_classes(s, row + class * STRIP, k, to + class, 1);
}

#endif
