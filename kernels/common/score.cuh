/*
 * Bilinearly upsampled class scores of one output pixel, never stored: the four cells that it reads and their weights.
 * Scores are [n, h, w, k].
 */
#pragma once
#include "axis.cuh"

struct Taps {
  const float *cell[4];
  float share[4];
};

DEVICE Taps score_taps(const float *image, const Axis &rows, const Axis &columns, int o, int j, int k) {
  const float *above = image + (int64_t)rows.index[o] * columns.in * k;
  const float *below = image + (int64_t)axis_next(rows, o) * columns.in * k;
  int64_t left = (int64_t)columns.index[j] * k, right = (int64_t)axis_next(columns, j) * k;
  float wy = rows.weight[o], wx = columns.weight[j];
  return {{above + left, above + right, below + left, below + right},
          {(1 - wy) * (1 - wx), (1 - wy) * wx, wy * (1 - wx), wy * wx}};
}

DEVICE float score(const Taps &t, int c) {
  float above = t.share[0] * t.cell[0][c] + t.share[1] * t.cell[1][c];
  return above + (t.share[2] * t.cell[2][c] + t.share[3] * t.cell[3][c]);
}

/* The first maximum of k scores and the sum of exp(score - maximum). */
struct Softmax {
  float maximum, sum;
  int best;
};
DEVICE Softmax score_softmax(const Taps &t, int k) {
  Softmax r = {score(t, 0), 0.0f, 0};
  for (int c = 1; c < k; c++) {
    float s = score(t, c);
    if (s > r.maximum) {
      r.maximum = s;
      r.best = c;
    }
  }
  for (int c = 0; c < k; c++) r.sum += expf(score(t, c) - r.maximum);
  return r;
}
