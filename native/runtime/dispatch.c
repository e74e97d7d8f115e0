/*
 * Exports every operation under its plain name and calls the variant for the best instruction set of this processor.
 *
 * The environment variable CISS_CPU = baseline | avx2 | avx512 caps the choice (tests, and comparisons of variants); a
 * value that the processor cannot do, or that is not one of these, is ignored. The choice is made when the library is
 * opened.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum level { BASELINE, AVX2, AVX512 };

static const char *const LEVEL_NAMES[] = {"baseline", "avx2", "avx512"};
static enum level level = BASELINE;

__attribute__((constructor)) static void choose_level(void) {
  __builtin_cpu_init();
  enum level best = __builtin_cpu_supports("x86-64-v4") ? AVX512 : __builtin_cpu_supports("x86-64-v3") ? AVX2 : BASELINE;
  level = best;
  const char *cap = getenv("CISS_CPU");
  for (enum level l = BASELINE; cap && l < best; l++) {
    if (strcmp(cap, LEVEL_NAMES[l]) == 0) level = l;
  }
}

#define EXPORT __attribute__((visibility("default")))

/* The instruction set in use: baseline, avx2 or avx512. */
EXPORT const char *ciss_cpu_level(void) { return LEVEL_NAMES[level]; }

#define OPERATION(function, parameters, arguments) \
  void function##_base parameters;                 \
  void function##_v3 parameters;                   \
  void function##_v4 parameters;                   \
  EXPORT void function parameters;                 \
  void function parameters {                       \
    switch (level) {                               \
      case AVX512:                                 \
        function##_v4 arguments;                   \
        break;                                     \
      case AVX2:                                   \
        function##_v3 arguments;                   \
        break;                                     \
      default:                                     \
        function##_base arguments;                 \
    }                                              \
  }
#include "operations.h"
