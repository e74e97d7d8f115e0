/* Depthwise 3x3 convolution and GELU (ops/depthwise.c, ops/gelu.c). */
OPERATION(ciss_depthwise_weights_f32,
          (const float *weight, float *taps, int64_t c, int64_t flipped),
          (weight, taps, c, flipped))
OPERATION(ciss_depthwise_forward_f32,
          (const float *x, const float *taps, const float *bias, float *y, int64_t accumulate, int64_t h, int64_t w,
           int64_t c, int64_t dilation, int64_t begin, int64_t end),
          (x, taps, bias, y, accumulate, h, w, c, dilation, begin, end))
OPERATION(ciss_depthwise_gelu_forward_f32,
          (const float *x, const float *taps, const float *bias, float *pre, float *y, int64_t h, int64_t w, int64_t c,
           int64_t dilation, int64_t begin, int64_t end),
          (x, taps, bias, pre, y, h, w, c, dilation, begin, end))
OPERATION(ciss_depthwise_backward_weight_f32,
          (const float *x, const float *dy, float *partial, int64_t h, int64_t w, int64_t c, int64_t channels,
           int64_t dilation, int64_t begin, int64_t end),
          (x, dy, partial, h, w, c, channels, dilation, begin, end))
OPERATION(ciss_depthwise_backward_weight_sum_f32,
          (const float *partials, int64_t count, float *dw, float *db, int64_t c),
          (partials, count, dw, db, c))
OPERATION(ciss_gelu_forward_f32, (const float *pre, float *y, int64_t n), (pre, y, n))
OPERATION(ciss_gelu_backward_f32, (const float *pre, const float *dy, float *dpre, int64_t n), (pre, dy, dpre, n))
