/*
 * The vocabulary of every kernel: all inline PTX of the project and everything that a GPU and the CPU stand-in
 * (native/cuda-on-cpu) write differently. The same .cu files are compiled by nvcc and, with CISS_CPU, by g++.
 * What a kernel file uses stands in the first list of kernels/README.md; it contains no asm, no __shared__,
 * no __syncthreads and no atomic function of its own.
 */
#pragma once
#include <math.h>
#include <stdint.h>

#ifdef CISS_CPU
#include "cpu_rt.h"
#else

#define DEVICE __device__ __forceinline__
/* KERNEL(256, ciss_name_kernel)(const float *x, ...) { ... }: always launched with exactly this many threads. */
#define KERNEL(threads, name) extern "C" __global__ void __launch_bounds__(threads) name
/* The same with the number of blocks that have to fit on one multiprocessor at a time: bounds the registers. */
#define KERNEL_BLOCKS(threads, blocks, name) extern "C" __global__ void __launch_bounds__(threads, blocks) name
#define REGISTER_KERNEL(name)
#define REGISTER_SHARED(name, Type)

/* All shared memory of a kernel is one struct of at most 48 KB; s is a reference to it. */
#define SMEM(Type, s)            \
  __shared__ Type s##_storage;   \
  Type &s = s##_storage
/* More than 48 KB: the launch passes sizeof(Type) and raises the function's limit to it. */
#define SMEM_DYNAMIC(Type, s)                               \
  extern __shared__ __align__(16) unsigned char ciss_smem[]; \
  Type &s = *reinterpret_cast<Type *>(ciss_smem)

/* The stand-in checks it; a GPU fails by itself. */
#define CHECK_ALIGNED(p, bytes) ((void)0)

#define SYNC() __syncthreads()
#define SYNC_WARP() __syncwarp()
#define SHFL(value, lane) __shfl_sync(0xffffffffu, value, lane)
#define SHFL_XOR(value, mask) __shfl_xor_sync(0xffffffffu, value, mask)
#define SHFL_DOWN(value, delta) __shfl_down_sync(0xffffffffu, value, delta)
#define BALLOT(predicate) __ballot_sync(0xffffffffu, predicate)

DEVICE float fast_exp(float x) { return __expf(x); }
DEVICE float fast_exp2(float x) {
  float y;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
}
DEVICE float fast_log(float x) { return __logf(x); }
DEVICE float float_of_bits(uint32_t bits) { return __uint_as_float(bits); }
DEVICE uint32_t bits_of_float(float value) { return __float_as_uint(value); }
DEVICE int popcount(uint32_t bits) { return __popc(bits); }

/* Integers only: sums of floating point numbers by atomics differ from run to run. */
DEVICE int atomic_add(int *p, int v) { return atomicAdd(p, v); }
DEVICE uint32_t atomic_add(uint32_t *p, uint32_t v) { return atomicAdd(p, v); }
DEVICE unsigned long long atomic_add(unsigned long long *p, unsigned long long v) { return atomicAdd(p, v); }
DEVICE int atomic_max(int *p, int v) { return atomicMax(p, v); }
DEVICE uint32_t atomic_or(uint32_t *p, uint32_t v) { return atomicOr(p, v); }

/* Two floats as bf16, round to nearest even; lo in the low half, which comes first in memory. */
DEVICE uint32_t pack_bf16(float lo, float hi) {
  uint32_t d;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(d) : "f"(hi), "f"(lo));
  return d;
}
DEVICE uint16_t bf16_bits(float value) { return (uint16_t)pack_bf16(value, 0.0f); }

/* Nearest tf32, ties away from zero, as the bits of a float. */
DEVICE uint32_t to_tf32(float value) {
  uint32_t d;
  asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(d) : "f"(value));
  return d;
}

/* d[16x8] += a[16x16] b[16x8], bf16 with fp32 sums. g = lane/4, t = lane%4; two bf16 per register, the lower index low:
 * a0 (row g, k 2t) a1 (g+8, 2t) a2 (g, 2t+8) a3 (g+8, 2t+8); b0 (k 2t, col g) b1 (2t+8, g);
 * d0 d1 (row g, col 2t 2t+1) d2 d3 (row g+8). */
DEVICE void mma_bf16(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

/* d[16x8] += a[16x8] b[8x8], tf32 (values from to_tf32). a0 (g, t) a1 (g+8, t) a2 (g, t+4) a3 (g+8, t+4);
 * b0 (k t, col g) b1 (t+4, g); d as in mma_bf16. */
DEVICE void mma_tf32(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
  asm volatile(
      "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

/* 16 bytes from global to shared memory behind the thread's back; zeros instead where !valid (source not read). */
DEVICE void cp_async16(void *shared, const void *global, bool valid = true) {
  uint32_t to = (uint32_t)__cvta_generic_to_shared(shared);
  int bytes = valid ? 16 : 0;
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(to), "l"(global), "r"(bytes) : "memory");
}
DEVICE void cp_async_commit() { asm volatile("cp.async.commit_group;" ::: "memory"); }
/* Waits until at most N of this thread's groups are under way. A SYNC has to follow before others' copies are read. */
template <int N>
DEVICE void cp_async_wait() {
  asm volatile("cp.async.wait_group %0;" ::"n"(N) : "memory");
}

/* Four 8x8 matrices of 2-byte values: lane l gives the address (16-byte aligned) of row l%8 of matrix l/8;
 * d[i] gets elements (g, 2t) (g, 2t+1) of matrix i, or (2t, g) (2t+1, g) in the transposed form. */
DEVICE void ldmatrix_x4(uint32_t (&d)[4], const void *row) {
  uint32_t from = (uint32_t)__cvta_generic_to_shared(row);
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(d[0]), "=r"(d[1]), "=r"(d[2]), "=r"(d[3])
               : "r"(from)
               : "memory");
}
DEVICE void ldmatrix_x4_trans(uint32_t (&d)[4], const void *row) {
  uint32_t from = (uint32_t)__cvta_generic_to_shared(row);
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(d[0]), "=r"(d[1]), "=r"(d[2]), "=r"(d[3])
               : "r"(from)
               : "memory");
}

#endif /* CISS_CPU */

/* Blocks are one-dimensional. */
DEVICE int lane_id() { return (int)(threadIdx.x & 31); }
DEVICE int warp_id() { return (int)(threadIdx.x >> 5); }

/* for (i of 0..n-1 that belong to this thread): grid-stride loop, right for any grid. */
#define FOR_GRID(i, n)                                                                                 \
  for (int64_t i = (int64_t)blockIdx.x * blockDim.x + threadIdx.x, i##_step = (int64_t)blockDim.x * gridDim.x; \
       i < (n); i += i##_step)

/* Storage type of activations in bf16 mode; arithmetic is always in float. */
struct bf16 {
  uint16_t bits;
};
DEVICE float low_bf16(uint32_t pair) { return float_of_bits(pair << 16); }
DEVICE float high_bf16(uint32_t pair) { return float_of_bits(pair & 0xffff0000u); }

DEVICE float load(const float *p) { return *p; }
DEVICE float load(const bf16 *p) { return float_of_bits((uint32_t)p->bits << 16); }
DEVICE void store(float *p, float v) { *p = v; }
DEVICE void store(bf16 *p, float v) { p->bits = bf16_bits(v); }

/* The value that a T keeps of v. */
template <class T>
DEVICE float as_stored(float v) {
  T kept;
  store(&kept, v);
  return load(&kept);
}

/* V neighbouring values, moved by one access of up to 16 bytes. */
template <int V>
struct Vec {
  float v[V];
};
template <int V>
DEVICE Vec<V> load(const float *p) {
  Vec<V> r;
  if constexpr (V % 4 == 0) {
    CHECK_ALIGNED(p, 16);
#pragma unroll
    for (int i = 0; i < V; i += 4) {
      float4 q = *reinterpret_cast<const float4 *>(p + i);
      r.v[i] = q.x, r.v[i + 1] = q.y, r.v[i + 2] = q.z, r.v[i + 3] = q.w;
    }
  } else {
    static_assert(V == 1, "1, or a multiple of 4");
    r.v[0] = *p;
  }
  return r;
}
template <int V>
DEVICE Vec<V> load(const bf16 *p) {
  Vec<V> r;
  if constexpr (V % 4 == 0) {
    CHECK_ALIGNED(p, 8);
#pragma unroll
    for (int i = 0; i < V; i += 4) {
      uint2 q = *reinterpret_cast<const uint2 *>(p + i);
      r.v[i] = low_bf16(q.x), r.v[i + 1] = high_bf16(q.x), r.v[i + 2] = low_bf16(q.y), r.v[i + 3] = high_bf16(q.y);
    }
  } else {
    static_assert(V == 1, "1, or a multiple of 4");
    r.v[0] = load(p);
  }
  return r;
}
template <int V>
DEVICE void store(float *p, const Vec<V> &r) {
  if constexpr (V % 4 == 0) {
    CHECK_ALIGNED(p, 16);
#pragma unroll
    for (int i = 0; i < V; i += 4) {
      *reinterpret_cast<float4 *>(p + i) = make_float4(r.v[i], r.v[i + 1], r.v[i + 2], r.v[i + 3]);
    }
  } else {
    *p = r.v[0];
  }
}
template <int V>
DEVICE void store(bf16 *p, const Vec<V> &r) {
  if constexpr (V % 4 == 0) {
    CHECK_ALIGNED(p, 8);
#pragma unroll
    for (int i = 0; i < V; i += 4) {
      *reinterpret_cast<uint2 *>(p + i) = make_uint2(pack_bf16(r.v[i], r.v[i + 1]), pack_bf16(r.v[i + 2], r.v[i + 3]));
    }
  } else {
    store(p, r.v[0]);
  }
}
/* Whether every row of an array [.., c] may be read by load<4>. */
template <class T>
DEVICE bool by_four(const T *p, int c) {
  return (c & 3) == 0 && (reinterpret_cast<uintptr_t>(p) & (4 * sizeof(T) - 1)) == 0;
}
