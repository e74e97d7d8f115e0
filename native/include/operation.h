/*
 * One name, three compilations. A file of ops/ is compiled once per instruction set with -DISA=base|v3|v4 and defines
 *
 *   void NAME(ciss_fill_f32)(float *x, float value, int64_t n) { ... }
 *
 * which becomes ciss_fill_f32_base, _v3 or _v4. Every such function is declared in a header of operations/ by
 *
 *   OPERATION(ciss_fill_f32, (float *x, float value, int64_t n), (x, value, n))
 *
 * from which come the prototypes here and, in runtime/dispatch.c, the exported ciss_fill_f32 that calls the best one.
 */
#ifndef CISS_OPERATION_H
#define CISS_OPERATION_H

#include <stdint.h>

#define PASTE_EXPANDED(a, b) a##_##b
#define PASTE(a, b) PASTE_EXPANDED(a, b)
#define NAME(function) PASTE(function, ISA)

#ifdef ISA
#define OPERATION(function, parameters, arguments) void NAME(function) parameters;
#include "operations.h"
#undef OPERATION
#endif

#endif
