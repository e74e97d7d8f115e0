/*
 * Weights of a dense convolution between the stored order [out, slabs, in, taps] and that of cuDNN and of gathered patches,
 * channels last, a slab after the other: [slabs, out, taps, in].
 *
 *   pack        packed = weight, for products of bf16 rounded to it
 *   unpack_add  dweight += packed
 *
 * n elements; a thread each, in the order of what is written. Any grid. Accesses: 2 (3) an element.
 */
#include "common/dev.cuh"

template <class T>
DEVICE void filter_pack(const float *weight, T *packed, int64_t n, int slabs, int out, int in, int taps) {
  FOR_GRID(i, n) {
    int channel = (int)(i % in), tap = (int)(i / in % taps);
    int o = (int)(i / in / taps % out), slab = (int)(i / in / taps / out);
    store(packed + i, weight[(((int64_t)o * slabs + slab) * in + channel) * taps + tap]);
  }
}

KERNEL(256, ciss_filter_pack_f32_kernel)
(const float *weight, float *packed, int64_t n, int slabs, int out, int in, int taps) {
  filter_pack(weight, packed, n, slabs, out, in, taps);
}
KERNEL(256, ciss_filter_pack_f32_bf16_kernel)
(const float *weight, bf16 *packed, int64_t n, int slabs, int out, int in, int taps) {
  filter_pack(weight, packed, n, slabs, out, in, taps);
}

KERNEL(256, ciss_filter_unpack_add_f32_kernel)
(const float *packed, float *dweight, int64_t n, int slabs, int out, int in, int taps) {
  FOR_GRID(i, n) {
    int tap = (int)(i % taps), channel = (int)(i / taps % in);
    int slab = (int)(i / taps / in % slabs), o = (int)(i / taps / in / slabs);
    dweight[i] += packed[(((int64_t)slab * out + o) * taps + tap) * in + channel];
  }
}

REGISTER_KERNEL(ciss_filter_pack_f32_kernel)
REGISTER_KERNEL(ciss_filter_pack_f32_bf16_kernel)
REGISTER_KERNEL(ciss_filter_unpack_add_f32_kernel)
