/*
 * exp and the normal distribution function on vectors.
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
  x = vf_min(vf_max(x, vf_set(-87.0f)), vf_set(88.0f));
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

/* Phi(x) of the standard normal distribution; *density = its derivative. */
INLINE vf vf_normal(vf x, vf *density) {
  vf e = vf_exp(x * x * -0.5f);
  vf t = 1.0f / (vf_abs(x) * (0.42f * 0.70710678118654752f) + 1.0f);
  vf p = t * 0.07021454721689224f - 0.3201860785484314f;
  p = p * t + 0.4405488669872284f;
  p = p * t - 0.13040976226329803f;
  p = p * t + 0.2686793804168701f;
  p = p * t + 0.19474580883979797f;
  p = p * t + 0.23958256840705872f;
  p = p * t + 0.23682445287704468f;
  vf tail = p * t * e * 0.5f;
  *density = e * 0.398942280401432678f;
  return vf_select(x > 0.0f, 1.0f - tail, tail);
}

INLINE vf vf_gelu(vf x) {
  vf density;
  return x * vf_normal(x, &density);
}

/* Derivative of x Phi(x). */
INLINE vf vf_gelu_derivative(vf x) {
  vf density;
  vf phi = vf_normal(x, &density);
  return phi + x * density;
}

#endif
