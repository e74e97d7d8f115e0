/*
 * One axis of a bilinear resize as tables: output o reads cell index[o] with weight 1 - weight[o] and the next one,
 * clamped to the last, with weight[o]. index never decreases, so the outputs whose index is i are
 * first[i] ... first[i+1] - 1.
 */
#ifndef CISS_AXIS_H
#define CISS_AXIS_H

#include "simd.h"

struct axis {
  const int32_t *index;
  const float *weight;
};

INLINE int64_t axis_next(const struct axis *a, int64_t o, int64_t in) { return min_int(a->index[o] + 1, in - 1); }

/* Share of cell i in output o. */
INLINE float axis_share(const struct axis *a, int64_t o, int64_t i, int64_t in) {
  float share = a->index[o] == i ? 1.0f - a->weight[o] : 0.0f;
  return axis_next(a, o, in) == i ? share + a->weight[o] : share;
}

#endif
