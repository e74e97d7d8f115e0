/* GELU, the exact one: y = x Phi(x); derivative Phi(x) + x phi(x). */
#pragma once
#include "dev.cuh"

DEVICE float normal_distribution(float x) { return 0.5f * erfcf(-0.70710678f * x); }

DEVICE float gelu(float x) { return x * normal_distribution(x); }

DEVICE float gelu_derivative(float x) {
  return normal_distribution(x) + x * 0.39894228f * expf(-0.5f * x * x);
}
