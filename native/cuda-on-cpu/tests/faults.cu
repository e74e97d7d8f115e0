/* Kernels with one planted fault each, and right ones beside them: what faults.cpp expects the stand-in to find. */
#include "common/reduce.cuh"

struct FaultShared {
  float values[256];
};

/* out[0] = sum of in[0..255] */
KERNEL(256, right_sum)(const float *in, float *out) {
  SMEM(BlockScratch<float>, s);
  float sum = block_sum(in[threadIdx.x], s);
  if (threadIdx.x == 0) out[0] = sum;
}

KERNEL(32, divergent_barrier)(float *out) {
  if (threadIdx.x < 16) SYNC();
  out[threadIdx.x] = 1;
}

KERNEL(64, two_barriers)(float *out) {
  if (threadIdx.x < 32) {
    SYNC();
  } else {
    SYNC();
  }
  out[threadIdx.x] = 1;
}

/* The neighbour's value is read before the neighbour has written it. */
KERNEL(256, missing_barrier)(const float *in, float *out) {
  SMEM(FaultShared, s);
  s.values[threadIdx.x] = in[threadIdx.x];
  out[threadIdx.x] = s.values[255 - threadIdx.x];
}

/* Right in the order of the threads' numbers, wrong in others. */
KERNEL(256, order_dependent)(const float *in, float *out) {
  SMEM(FaultShared, s);
  s.values[threadIdx.x] = in[threadIdx.x];
  out[threadIdx.x] = threadIdx.x ? s.values[threadIdx.x - 1] : 0.0f;
}

KERNEL(32, uninitialised_shared)(float *out) {
  SMEM(FaultShared, s);
  out[threadIdx.x] = s.values[threadIdx.x];
}

KERNEL(32, missing_wait)(const float *in, float *out) {
  SMEM(FaultShared, s);
  cp_async16(&s.values[4 * threadIdx.x], in + 4 * threadIdx.x);
  cp_async_commit();
  SYNC();
  out[threadIdx.x] = s.values[4 * threadIdx.x];
  cp_async_wait<0>();
}

KERNEL(32, never_waited)(const float *in, float *out) {
  SMEM(FaultShared, s);
  cp_async16(&s.values[4 * threadIdx.x], in + 4 * threadIdx.x);
  cp_async_commit();
  out[threadIdx.x] = 0;
}

KERNEL(32, right_copy)(const float *in, float *out) {
  SMEM(FaultShared, s);
  cp_async16(&s.values[4 * threadIdx.x], in + 4 * threadIdx.x, threadIdx.x < 16);
  cp_async_commit();
  cp_async_wait<0>();
  SYNC();
  out[threadIdx.x] = s.values[4 * (31 - threadIdx.x)];
}

KERNEL(32, shared_overrun)(float *out) {
  SMEM(FaultShared, s);
  s.values[threadIdx.x + 225] = 1;
  out[threadIdx.x] = 1;
}

/* out has 256 values */
KERNEL(32, device_overrun)(float *out) { out[threadIdx.x + 225] = 1; }

KERNEL(32, half_warp_shuffle)(float *out) {
  float v = (float)threadIdx.x;
  if (threadIdx.x < 16) v = SHFL_XOR(v, 1);
  out[threadIdx.x] = v;
}

KERNEL(32, misaligned)(const float *in, float *out) { store(out, load<4>(in + 1)); }

/* a [16][16] and b [8][16] (its rows are the product's columns) in bf16, d [16][8]. */
struct MatrixShared {
  uint16_t a[16][24], b[8][24], bt[16][8];
};
KERNEL(32, right_mma)(const float *a, const float *b, float *d) {
  SMEM(MatrixShared, s);
  int lane = lane_id(), g = lane / 4, t = lane % 4;
  for (int i = lane; i < 256; i += 32) s.a[i / 16][i % 16] = bf16_bits(a[i]);
  for (int i = lane; i < 128; i += 32) s.b[i / 16][i % 16] = s.bt[i % 16][i / 16] = bf16_bits(b[i]);
  SYNC();
  uint32_t ar[4], br[4], bt[4], b1[2];
  ldmatrix_x4(ar, &s.a[lane % 8 + lane / 8 % 2 * 8][lane / 16 * 8]);
  ldmatrix_x4(br, &s.b[lane % 8][lane / 8 % 2 * 8]);
  ldmatrix_x4_trans(bt, &s.bt[lane % 16][0]);
  float c[4] = {}, e[4] = {};
  b1[0] = br[0], b1[1] = br[1];
  mma_bf16(c, ar, b1);
  b1[0] = bt[0], b1[1] = bt[1];
  mma_bf16(e, ar, b1);
  for (int i = 0; i < 4; i++) d[(g + i / 2 * 8) * 8 + 2 * t + i % 2] = c[i] == e[i] ? c[i] : NAN;
}
KERNEL(32, right_mma_tf32)(const float *a, const float *b, float *d) {
  int lane = lane_id(), g = lane / 4, t = lane % 4;
  float c[4] = {};
  for (int k = 0; k < 16; k += 8) {
    uint32_t ar[4], br[2];
    for (int i = 0; i < 4; i++) ar[i] = to_tf32(a[(g + i % 2 * 8) * 16 + k + t + i / 2 * 4]);
    for (int i = 0; i < 2; i++) br[i] = to_tf32(b[g * 16 + k + t + i * 4]);
    mma_tf32(c, ar, br);
  }
  for (int i = 0; i < 4; i++) d[(g + i / 2 * 8) * 8 + 2 * t + i % 2] = c[i];
}

KERNEL(32, count_up)(float *out) {
  if (threadIdx.x == 0) out[0] += 1;
}

REGISTER_KERNEL(right_sum)
REGISTER_KERNEL(divergent_barrier)
REGISTER_KERNEL(two_barriers)
REGISTER_KERNEL(missing_barrier)
REGISTER_KERNEL(order_dependent)
REGISTER_KERNEL(uninitialised_shared)
REGISTER_KERNEL(missing_wait)
REGISTER_KERNEL(never_waited)
REGISTER_KERNEL(right_copy)
REGISTER_KERNEL(shared_overrun)
REGISTER_KERNEL(device_overrun)
REGISTER_KERNEL(half_warp_shuffle)
REGISTER_KERNEL(misaligned)
REGISTER_KERNEL(right_mma)
REGISTER_KERNEL(right_mma_tf32)
REGISTER_KERNEL(count_up)
