/*
 * Vectors of VL floats for the instruction set this file is compiled for: 16 (AVX-512), 8 (AVX2) or 4 (SSE2).
 *
 * Arithmetic is written with the plain operators of GCC's vector types; here is what C lacks: loads and stores at any
 * alignment, the first n lanes only (tails), minimum, maximum, selection, sums over the lanes. Comparisons of vectors
 * give integer vectors with all bits set where true (vi), the masks of vf_select.
 */
#ifndef CISS_SIMD_H
#define CISS_SIMD_H

#include <immintrin.h>
#include <math.h>
#include <stdint.h>

#if defined(__AVX512F__)
#define VL 16
#elif defined(__AVX2__)
#define VL 8
#else
#define VL 4
#endif

typedef float vf __attribute__((vector_size(4 * VL)));
typedef int32_t vi __attribute__((vector_size(4 * VL)));
typedef float vf_unaligned __attribute__((vector_size(4 * VL), aligned(4), may_alias));
typedef int32_t vi_unaligned __attribute__((vector_size(4 * VL), aligned(4), may_alias));

#define INLINE static inline __attribute__((always_inline, unused))

INLINE vf vf_load(const float *p) { return *(const vf_unaligned *)p; }
INLINE vi vi_load(const int32_t *p) { return *(const vi_unaligned *)p; }
INLINE void vi_store(int32_t *p, vi v) { *(vi_unaligned *)p = v; }
INLINE void vf_store(float *p, vf v) { *(vf_unaligned *)p = v; }
INLINE vf vf_set(float value) { return value - (vf){0}; }
INLINE vi vi_set(int32_t value) { return value - (vi){0}; }
INLINE vi vf_bits(vf v) { return (vi)v; }
INLINE vf vi_float(vi v) { return __builtin_convertvector(v, vf); }

#if VL == 16
/* The first n lanes (0 <= n <= VL); the others are 0 and are not read. */
INLINE vf vf_load_n(const float *p, int64_t n) { return (vf)_mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), p); }
INLINE void vf_store_n(float *p, vf v, int64_t n) {
  _mm512_mask_storeu_ps(p, (__mmask16)((1u << n) - 1), (__m512)v);
}
INLINE vf vf_max(vf a, vf b) { return (vf)_mm512_max_ps((__m512)a, (__m512)b); }
INLINE vf vf_min(vf a, vf b) { return (vf)_mm512_min_ps((__m512)a, (__m512)b); }
INLINE vf vf_sqrt(vf v) { return (vf)_mm512_sqrt_ps((__m512)v); }
INLINE vf vf_reciprocal_estimate(vf v) { return (vf)_mm512_rcp14_ps((__m512)v); }
INLINE float vf_sum(vf v) { return _mm512_reduce_add_ps((__m512)v); }
INLINE float vf_maximum(vf v) { return _mm512_reduce_max_ps((__m512)v); }
#elif VL == 8
INLINE __m256i first_lanes(int64_t n) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
INLINE vf vf_load_n(const float *p, int64_t n) { return (vf)_mm256_maskload_ps(p, first_lanes(n)); }
INLINE void vf_store_n(float *p, vf v, int64_t n) { _mm256_maskstore_ps(p, first_lanes(n), (__m256)v); }
INLINE vf vf_max(vf a, vf b) { return (vf)_mm256_max_ps((__m256)a, (__m256)b); }
INLINE vf vf_min(vf a, vf b) { return (vf)_mm256_min_ps((__m256)a, (__m256)b); }
INLINE vf vf_sqrt(vf v) { return (vf)_mm256_sqrt_ps((__m256)v); }
INLINE vf vf_reciprocal_estimate(vf v) { return (vf)_mm256_rcp_ps((__m256)v); }
#else
INLINE vf vf_load_n(const float *p, int64_t n) {
  vf v = {0};
  for (int64_t i = 0; i < n; i++) v[i] = p[i];
  return v;
}
INLINE void vf_store_n(float *p, vf v, int64_t n) {
  for (int64_t i = 0; i < n; i++) p[i] = v[i];
}
INLINE vf vf_max(vf a, vf b) { return (vf)_mm_max_ps((__m128)a, (__m128)b); }
INLINE vf vf_min(vf a, vf b) { return (vf)_mm_min_ps((__m128)a, (__m128)b); }
INLINE vf vf_sqrt(vf v) { return (vf)_mm_sqrt_ps((__m128)v); }
INLINE vf vf_reciprocal_estimate(vf v) { return (vf)_mm_rcp_ps((__m128)v); }
#endif

#if VL < 16
INLINE float quarter_sum(__m128 q) {
  q = _mm_add_ps(q, _mm_movehl_ps(q, q));
  return _mm_cvtss_f32(_mm_add_ss(q, _mm_shuffle_ps(q, q, 1)));
}
INLINE float quarter_maximum(__m128 q) {
  q = _mm_max_ps(q, _mm_movehl_ps(q, q));
  return _mm_cvtss_f32(_mm_max_ss(q, _mm_shuffle_ps(q, q, 1)));
}
#if VL == 8
INLINE float vf_sum(vf v) {
  return quarter_sum(_mm_add_ps(_mm256_castps256_ps128((__m256)v), _mm256_extractf128_ps((__m256)v, 1)));
}
INLINE float vf_maximum(vf v) {
  return quarter_maximum(_mm_max_ps(_mm256_castps256_ps128((__m256)v), _mm256_extractf128_ps((__m256)v, 1)));
}
#else
INLINE float vf_sum(vf v) { return quarter_sum((__m128)v); }
INLINE float vf_maximum(vf v) { return quarter_maximum((__m128)v); }
#endif
#endif

/* mask ? a : b, lane by lane. */
INLINE vf vf_select(vi mask, vf a, vf b) { return (vf)((mask & (vi)a) | (~mask & (vi)b)); }
INLINE vi vi_select(vi mask, vi a, vi b) { return (mask & a) | (~mask & b); }
INLINE vf vf_abs(vf v) { return (vf)((vi)v & 0x7fffffff); }
/* Of two operands one of which is NaN, vf_max gives the second: NaN stays visible. */
INLINE vf vf_relu(vf v) { return vf_max(vf_set(0), v); }

/* 1 / v by an estimate and one Newton step: relative error 2e-7 at most, several times faster than a division. */
INLINE vf vf_reciprocal(vf v) {
  vf y = vf_reciprocal_estimate(v);
  return y * (2.0f - v * y);
}

/* Number of lanes that hold elements c, c+1, ... of a row of n. */
INLINE int64_t lanes(int64_t c, int64_t n) { return n - c < VL ? n - c : VL; }

/* Whole vector or tail by the number of lanes. */
INLINE vf vf_load_lanes(const float *p, int64_t n) { return n == VL ? vf_load(p) : vf_load_n(p, n); }
INLINE void vf_store_lanes(float *p, vf v, int64_t n) {
  if (n == VL) {
    vf_store(p, v);
  } else {
    vf_store_n(p, v, n);
  }
}

/* The first n lanes of v, the others fill. */
INLINE vf vf_fill(vf v, int64_t n, float fill) {
  vi index;
  for (int i = 0; i < VL; i++) index[i] = i;
  return vf_select(index < vi_set((int32_t)n), v, vf_set(fill));
}

/* The first n lanes of p, the others fill. */
INLINE vf vf_load_filled(const float *p, int64_t n, float fill) {
  return n == VL ? vf_load(p) : vf_fill(vf_load_n(p, n), n, fill);
}

INLINE int64_t min_int(int64_t a, int64_t b) { return a < b ? a : b; }
INLINE int64_t max_int(int64_t a, int64_t b) { return a > b ? a : b; }

#endif
