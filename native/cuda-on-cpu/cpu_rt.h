/*
 * The CPU's half of kernels/common/dev.cuh: the same vocabulary, in C++, for kernels that run on the stand-in. The
 * functions named ciss_cpu_* are in its libcuda.so.1 (scheduler.cpp); this header is compiled into kernels_cpu.so.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <type_traits>
#include <utility>

#define __global__
#define __device__
#define __host__
#define __restrict__ __restrict
#define DEVICE inline

struct dim3 {
  unsigned x, y, z;
};
struct alignas(8) float2 {
  float x, y;
};
struct alignas(16) float4 {
  float x, y, z, w;
};
struct alignas(8) int2 {
  int x, y;
};
struct alignas(16) int4 {
  int x, y, z, w;
};
struct alignas(8) uint2 {
  unsigned x, y;
};
struct alignas(16) uint4 {
  unsigned x, y, z, w;
};
struct alignas(4) uchar4 {
  unsigned char x, y, z, w;
};
inline float2 make_float2(float x, float y) { return {x, y}; }
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
inline int2 make_int2(int x, int y) { return {x, y}; }
inline uint2 make_uint2(unsigned x, unsigned y) { return {x, y}; }
inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }
inline uchar4 make_uchar4(unsigned char x, unsigned char y, unsigned char z, unsigned char w) { return {x, y, z, w}; }

/* Both arguments of one type, as a kernel should have them. */
template <class T>
inline T min(T a, T b) {
  return b < a ? b : a;
}
template <class T>
inline T max(T a, T b) {
  return a < b ? b : a;
}
inline float rsqrtf(float x) { return 1.0f / sqrtf(x); }

/* What a lane hands in at a warp operation, and gets back. */
struct ciss_cpu_lane {
  uint32_t words[8];
};
enum ciss_cpu_op { CISS_CPU_SHUFFLE, CISS_CPU_SYNC_WARP, CISS_CPU_MMA_BF16, CISS_CPU_MMA_TF32, CISS_CPU_LDMATRIX,
                   CISS_CPU_LDMATRIX_TRANS };

extern "C" {
/* Of the thread that runs now: the scheduler sets them before it resumes one. */
struct ciss_cpu_indices {
  dim3 thread, block, block_dim, grid_dim;
};
extern ciss_cpu_indices ciss_cpu_now;

void ciss_cpu_barrier(const char *file, int line);
/* Waits for the whole warp; gives the 32 lanes' words (or results). */
const ciss_cpu_lane *ciss_cpu_warp(ciss_cpu_op op, const uint32_t *words, int count, const char *file, int line);
void *ciss_cpu_shared(size_t size, int dynamic, const char *file, int line);
void ciss_cpu_copy_async(void *shared, const void *global, bool valid, const char *file, int line);
void ciss_cpu_copy_commit(void);
void ciss_cpu_copy_wait(int groups);
/* Fails the launch if p is not a multiple of bytes: a GPU refuses such an access. */
void ciss_cpu_misaligned(const void *p, int bytes);
/* signature: a letter per parameter, P pointer, i 32-bit integer, l 64-bit integer, f float, d double. */
void ciss_cpu_register(const char *name, void (*kernel)(void), void (*call)(void (*)(void), void **),
                       const char *signature, int threads);
/* Bytes of the kernel's SMEM_DYNAMIC struct. */
int ciss_cpu_register_shared(const char *name, size_t bytes);
}

#define threadIdx ciss_cpu_now.thread
#define blockIdx ciss_cpu_now.block
#define blockDim ciss_cpu_now.block_dim
#define gridDim ciss_cpu_now.grid_dim

#define KERNEL(threads, name)       \
  enum { name##_threads = threads }; \
  extern "C" __attribute__((visibility("default"))) void name
#define KERNEL_BLOCKS(threads, blocks, name) KERNEL(threads, name)
#define REGISTER_KERNEL(name) static const ciss_cpu_registrar name##_registrar(#name, name, name##_threads);
#define REGISTER_SHARED(name, Type) \
  static const int name##_shared = ciss_cpu_register_shared(#name, sizeof(Type));

template <class T>
constexpr char ciss_cpu_letter() {
  if constexpr (std::is_pointer_v<T>) return 'P';
  else if constexpr (std::is_same_v<T, float>) return 'f';
  else if constexpr (std::is_same_v<T, double>) return 'd';
  else {
    static_assert(std::is_integral_v<T> && (sizeof(T) == 4 || sizeof(T) == 8), "pointer, int, int64_t, float, double");
    return sizeof(T) == 4 ? 'i' : 'l';
  }
}

struct ciss_cpu_registrar {
  template <class... P>
  ciss_cpu_registrar(const char *name, void (*kernel)(P...), int threads) {
    static const char signature[] = {ciss_cpu_letter<P>()..., 0};
    ciss_cpu_register(name, (void (*)(void))kernel, call<P...>, signature, threads);
  }
  template <class... P>
  static void call(void (*kernel)(void), void **arguments) {
    unpack<P...>((void (*)(P...))kernel, arguments, std::index_sequence_for<P...>());
  }
  template <class... P, size_t... I>
  static void unpack(void (*kernel)(P...), void **arguments, std::index_sequence<I...>) {
    kernel(*(P *)arguments[I]...);
  }
};

#define SMEM(Type, s)                                                              \
  static_assert(sizeof(Type) <= 48 << 10, "more than 48 KB: SMEM_DYNAMIC");        \
  Type &s = *(Type *)ciss_cpu_shared(sizeof(Type), 0, __FILE__, __LINE__)
#define SMEM_DYNAMIC(Type, s) Type &s = *(Type *)ciss_cpu_shared(sizeof(Type), 1, __FILE__, __LINE__)

#define CHECK_ALIGNED(p, bytes) \
  (__builtin_expect((uintptr_t)(p) & ((bytes)-1), 0) ? ciss_cpu_misaligned(p, bytes) : (void)0)

#define SYNC() ciss_cpu_barrier(__FILE__, __LINE__)
#define SYNC_WARP() ((void)ciss_cpu_warp(CISS_CPU_SYNC_WARP, nullptr, 0, __FILE__, __LINE__))
#define SHFL(value, lane) ciss_cpu_shuffle(value, (int)(lane) & 31, __FILE__, __LINE__)
#define SHFL_XOR(value, mask) ciss_cpu_shuffle(value, (int)((threadIdx.x & 31) ^ (unsigned)(mask)), __FILE__, __LINE__)
#define SHFL_DOWN(value, delta) ciss_cpu_shuffle(value, ciss_cpu_down(delta), __FILE__, __LINE__)
#define BALLOT(predicate) ciss_cpu_ballot(predicate, __FILE__, __LINE__)

/* Beyond the warp's end a lane gets its own value. */
inline int ciss_cpu_down(int delta) {
  int lane = (int)(threadIdx.x & 31);
  return lane + delta > 31 ? lane : lane + delta;
}

template <class T>
inline T ciss_cpu_shuffle(T value, int source, const char *file, int line) {
  static_assert(sizeof(T) == 4 || sizeof(T) == 8, "a shuffle moves 4 or 8 bytes");
  uint32_t words[2];
  memcpy(words, &value, sizeof(T));
  memcpy(&value, ciss_cpu_warp(CISS_CPU_SHUFFLE, words, sizeof(T) / 4, file, line)[source].words, sizeof(T));
  return value;
}

inline uint32_t ciss_cpu_ballot(bool predicate, const char *file, int line) {
  uint32_t mine = predicate, all = 0;
  const ciss_cpu_lane *lanes = ciss_cpu_warp(CISS_CPU_SHUFFLE, &mine, 1, file, line);
  for (int i = 0; i < 32; i++) all |= lanes[i].words[0] << i;
  return all;
}

inline float fast_exp(float x) { return expf(x); }
inline float fast_exp2(float x) { return exp2f(x); }
inline float fast_log(float x) { return logf(x); }
inline float float_of_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, 4);
  return value;
}
inline uint32_t bits_of_float(float value) {
  uint32_t bits;
  memcpy(&bits, &value, 4);
  return bits;
}
inline int popcount(uint32_t bits) { return __builtin_popcount(bits); }

inline int atomic_add(int *p, int v) { return __atomic_fetch_add(p, v, __ATOMIC_RELAXED); }
inline uint32_t atomic_add(uint32_t *p, uint32_t v) { return __atomic_fetch_add(p, v, __ATOMIC_RELAXED); }
inline unsigned long long atomic_add(unsigned long long *p, unsigned long long v) {
  return __atomic_fetch_add(p, v, __ATOMIC_RELAXED);
}
inline int atomic_max(int *p, int v) {
  int before = *p;
  if (v > before) *p = v; /* one thread runs at a time */
  return before;
}
inline uint32_t atomic_or(uint32_t *p, uint32_t v) { return __atomic_fetch_or(p, v, __ATOMIC_RELAXED); }

/* Nearest even; a NaN stays one. */
inline uint16_t bf16_bits(float value) {
  uint32_t bits = bits_of_float(value);
  if (value != value) return (uint16_t)(bits >> 16 | 0x40);
  return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}
inline uint32_t pack_bf16(float lo, float hi) { return (uint32_t)bf16_bits(hi) << 16 | bf16_bits(lo); }

/* Nearest, ties away from zero; the 13 bits that tf32 lacks are zero. */
inline uint32_t to_tf32(float value) {
  uint32_t bits = bits_of_float(value);
  if ((bits & 0x7f800000) == 0x7f800000) return bits;
  return (bits + 0x1000) & 0xffffe000;
}

template <int AWords>
inline void ciss_cpu_mma(ciss_cpu_op op, float (&d)[4], const uint32_t (&a)[AWords], const uint32_t (&b)[2],
                         const char *file, int line) {
  uint32_t words[6] = {a[0], a[1], a[2], a[3], b[0], b[1]};
  const uint32_t *sum = ciss_cpu_warp(op, words, 6, file, line)[threadIdx.x & 31].words;
  for (int i = 0; i < 4; i++) d[i] += float_of_bits(sum[i]);
}
inline void mma_bf16(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2],
                     const char *file = __builtin_FILE(), int line = __builtin_LINE()) {
  ciss_cpu_mma(CISS_CPU_MMA_BF16, d, a, b, file, line);
}
inline void mma_tf32(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2],
                     const char *file = __builtin_FILE(), int line = __builtin_LINE()) {
  ciss_cpu_mma(CISS_CPU_MMA_TF32, d, a, b, file, line);
}

inline void cp_async16(void *shared, const void *global, bool valid = true, const char *file = __builtin_FILE(),
                       int line = __builtin_LINE()) {
  ciss_cpu_copy_async(shared, global, valid, file, line);
}
inline void cp_async_commit() { ciss_cpu_copy_commit(); }
template <int N>
inline void cp_async_wait() {
  ciss_cpu_copy_wait(N);
}

inline void ciss_cpu_ldmatrix(ciss_cpu_op op, uint32_t (&d)[4], const void *row, const char *file, int line) {
  uint32_t words[2];
  memcpy(words, &row, 8);
  memcpy(d, ciss_cpu_warp(op, words, 2, file, line)[threadIdx.x & 31].words, 16);
}
inline void ldmatrix_x4(uint32_t (&d)[4], const void *row, const char *file = __builtin_FILE(),
                        int line = __builtin_LINE()) {
  ciss_cpu_ldmatrix(CISS_CPU_LDMATRIX, d, row, file, line);
}
inline void ldmatrix_x4_trans(uint32_t (&d)[4], const void *row, const char *file = __builtin_FILE(),
                              int line = __builtin_LINE()) {
  ciss_cpu_ldmatrix(CISS_CPU_LDMATRIX_TRANS, d, row, file, line);
}
