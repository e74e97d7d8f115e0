/*
 * The tables of one axis of a bilinear resize: output o reads cell index[o] with weight 1 - weight[o] and its next
 * neighbour, clamped to the last cell, with weight[o]. first[i] is the first output whose index is at least i.
 */
#pragma once
#include "dev.cuh"

struct Axis {
  const int *index;
  const float *weight;
  const int *first;
  int in;
};

DEVICE int axis_next(const Axis &axis, int o) { return min(axis.index[o] + 1, axis.in - 1); }

/* The weight of cell i in output o. */
DEVICE float axis_share(const Axis &axis, int o, int i) {
  float lower = axis.index[o] == i ? 1.0f - axis.weight[o] : 0.0f;
  return lower + (axis_next(axis, o) == i ? axis.weight[o] : 0.0f);
}

/* The outputs that may read cell i: begin to end - 1. */
DEVICE int axis_begin(const Axis &axis, int i) { return axis.first[max(i - 1, 0)]; }
DEVICE int axis_end(const Axis &axis, int i) { return axis.first[i + 1]; }
