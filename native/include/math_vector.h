/*
 * exp, log and the normal distribution function on vectors. NaN gives NaN.
 *
 * exp: argument clamped to [-87, 88], split by ln 2 in two constants, polynomial of degree 6, exponent by integer
 * addition; relative error 8e-8. Results stay normal numbers: 1.6e-38 at the lower end, never 0.
 *
 * Phi(-|x|) = 0.5 t P(t) exp(-x^2/2) with t = 1/(1 + 0.42 |x|/sqrt 2): the form of Abramowitz and Stegun 7.1.26 with a
 * polynomial of degree 7 fitted for the smallest relative error of erfc (1.7e-7; in x Phi(x) 4e-8 absolute).
 */
#ifndef CISS_MATH_VECTOR_H
#define CISS_MATH_VECTOR_H

#include "simd.h"

INLINE vf vf_exp(vf x) {
  const float round = 12582912.0f; /* 1.5 * 2^23: adding it leaves the nearest integer in the low bits */
  x = vf_min(vf_set(88.0f), vf_max(vf_set(-87.0f), x));
  vf shifted = x * 1.44269504088896341f + round;
  vf k = shifted - round;
  vf r = x - k * 0.693359375f;
  r = r + k * 2.12194440054690583e-4f;
  vf p = r * (1.0f / 720) + 1.0f / 120;
  p = p * r + 1.0f / 24;
  p = p * r + 1.0f / 6;
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  return (vf)((vi)p + (((vi)shifted - 0x4b400000) << 23));
}

/*
 * 2^x for x <= 120, with no check of that; below -126 the result is 2^-126, NaN gives NaN. Polynomial of degree 6 with
 * the smallest relative error (2e-9, rounding not counted).
 */
INLINE vf vf_exp2(vf x) {
  const float round = 12582912.0f; /* as in vf_exp */
  x = vf_max(vf_set(-126.0f), x);
  vf shifted = x + round;
  vf r = x - (shifted - round);
  vf p = r * 1.5345812e-4f + 1.3399931e-3f;
  p = p * r + 9.618489e-3f;
  p = p * r + 5.5503288e-2f;
  p = p * r + 0.24022647f;
  p = p * r + 0.6931472f;
  p = p * r + 1.0f;
  return (vf)((vi)p + ((vi)shifted << 23)); /* the bits of round itself are shifted out */
}

/*
 * Natural logarithm of positive normal numbers: x = 2^e (1 + f) with f in [-0.25, 0.5), log(1 + f) = 2 artanh(f / (2 + f))
 * by its series; absolute error below 2e-7 for results of a few units.
 */
INLINE vf vf_log(vf x) {
  vi exponent = ((vi)x - 0x3f400000) >> 23;
  vf f = (vf)((vi)x - (exponent << 23)) - 1.0f;
  vf s = f / (f + 2.0f);
  vf q = s * s;
  vf p = q * (1.0f / 9) + 1.0f / 7;
  p = p * q + 1.0f / 5;
  p = p * q + 1.0f / 3;
  p = p * q + 1.0f;
  return vi_float(exponent) * 0.693147180559945309f + s * p * 2.0f;
}

/* Phi(-|x|) of the standard normal distribution; *density = its derivative. */
INLINE vf vf_normal_tail(vf x, vf *density) {
  vf e = vf_exp2(x * x * (-0.5f * 1.44269504088896341f));
  vf t = vf_reciprocal(vf_abs(x) * (0.42f * 0.70710678118654752f) + 1.0f);
  vf p = t * 0.07021454721689224f - 0.3201860785484314f;
  p = p * t + 0.4405488669872284f;
  p = p * t - 0.13040976226329803f;
  p = p * t + 0.2686793804168701f;
  p = p * t + 0.19474580883979797f;
  p = p * t + 0.23958256840705872f;
  p = p * t + 0.23682445287704468f;
  *density = e * 0.398942280401432678f;
  return p * t * (e * 0.5f);
}

/* x Phi(x) = max(x, 0) - |x| Phi(-|x|) */
INLINE vf vf_gelu(vf x) {
  vf density;
  return vf_relu(x) - vf_abs(x) * vf_normal_tail(x, &density);
}

/* Its derivative Phi(x) + x phi(x), with Phi(x) = 1/2 + sign(x) (1/2 - Phi(-|x|)). */
INLINE vf vf_gelu_derivative(vf x) {
  vf density;
  vf half = 0.5f - vf_normal_tail(x, &density);
  vf sign = (vf)((vi)x & (int32_t)0x80000000);
  return 0.5f + (vf)((vi)half ^ (vi)sign) + x * density;
}

#endif
