/*
 * Sums and maxima over a warp or a block by fixed trees: the same bytes on every run. Every thread of the warp
 * (block) has to call; every one gets the result.
 */
#pragma once
#include "dev.cuh"

template <class T>
DEVICE T warp_sum(T v) {
#pragma unroll
  for (int mask = 16; mask > 0; mask >>= 1) v += SHFL_XOR(v, mask);
  return v;
}

template <class T>
DEVICE T warp_max(T v) {
#pragma unroll
  for (int mask = 16; mask > 0; mask >>= 1) {
    T other = SHFL_XOR(v, mask);
    v = other > v ? other : v;
  }
  return v;
}

/* One value per warp; part of the kernel's SMEM struct. */
template <class T>
struct BlockScratch {
  T warps[32];
};

/* Every thread adds the warps' sums in the same order. The scratch may be used again at once. */
template <class T>
DEVICE T block_sum(T v, BlockScratch<T> &s) {
  v = warp_sum(v);
  if (lane_id() == 0) s.warps[warp_id()] = v;
  SYNC();
  T total = s.warps[0];
  for (int w = 1; w < (int)(blockDim.x >> 5); w++) total += s.warps[w];
  SYNC();
  return total;
}

template <class T>
DEVICE T block_max(T v, BlockScratch<T> &s) {
  v = warp_max(v);
  if (lane_id() == 0) s.warps[warp_id()] = v;
  SYNC();
  T result = s.warps[0];
  for (int w = 1; w < (int)(blockDim.x >> 5); w++) result = s.warps[w] > result ? s.warps[w] : result;
  SYNC();
  return result;
}
