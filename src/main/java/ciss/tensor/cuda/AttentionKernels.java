package ciss.tensor.cuda;

import ciss.error.ShapeException;
import ciss.tensor.AttentionOps.AttentionDims;
import ciss.tensor.DType;
import ciss.tensor.Precision;

/** The kernels of attention for one precision and size of heads; heads above 64 channels are computed in fp32. */
record AttentionKernels(Kernel forward, Kernel backwardKeys, Kernel backwardQueries) {
  private static final AttentionKernels FP32_UP_TO_32 =
      new AttentionKernels(
          Kernels.ATTENTION_FORWARD_32_F32,
          Kernels.ATTENTION_BACKWARD_KEYS_32_F32,
          Kernels.ATTENTION_BACKWARD_QUERIES_32_F32);
  private static final AttentionKernels FP32_UP_TO_64 =
      new AttentionKernels(
          Kernels.ATTENTION_FORWARD_F32, Kernels.ATTENTION_BACKWARD_KEYS_F32, Kernels.ATTENTION_BACKWARD_QUERIES_F32);
  private static final AttentionKernels FP32_UP_TO_128 =
      new AttentionKernels(
          Kernels.ATTENTION_FORWARD_128_F32,
          Kernels.ATTENTION_BACKWARD_KEYS_128_F32,
          Kernels.ATTENTION_BACKWARD_QUERIES_128_F32);
  private static final AttentionKernels TF32_UP_TO_32 =
      new AttentionKernels(
          Kernels.ATTENTION_FORWARD_32_TF32,
          Kernels.ATTENTION_BACKWARD_KEYS_32_TF32,
          Kernels.ATTENTION_BACKWARD_QUERIES_32_TF32);
  private static final AttentionKernels TF32_UP_TO_64 =
      new AttentionKernels(
          Kernels.ATTENTION_FORWARD_TF32,
          Kernels.ATTENTION_BACKWARD_KEYS_TF32,
          Kernels.ATTENTION_BACKWARD_QUERIES_TF32);

  private static final AttentionKernels BF16_UP_TO_32 =
      new AttentionKernels(
          Kernels.ATTENTION_FORWARD_32_BF16,
          Kernels.ATTENTION_BACKWARD_KEYS_32_BF16,
          Kernels.ATTENTION_BACKWARD_QUERIES_32_BF16);
  private static final AttentionKernels BF16_UP_TO_64 =
      new AttentionKernels(
          Kernels.ATTENTION_FORWARD_BF16,
          Kernels.ATTENTION_BACKWARD_KEYS_BF16,
          Kernels.ATTENTION_BACKWARD_QUERIES_BF16);

  /** Whether there are kernels for bf16 maps with such heads. */
  static boolean takeBf16(AttentionDims d) {
    return d.headDim() <= 64;
  }

  /**
   * @throws ShapeException if the heads are larger than any kernel's
   */
  static AttentionKernels of(Precision precision, DType maps, AttentionDims d) {
    if (d.headDim() > 128) {
      throw new ShapeException("attention: heads of %d channels; CUDA has kernels for at most 128".formatted(d.headDim()));
    }
    if (d.headDim() > 64) {
      return FP32_UP_TO_128;
    }
    if (maps == DType.BF16) {
      return d.headDim() <= 32 ? BF16_UP_TO_32 : BF16_UP_TO_64;
    }
    if (precision == Precision.FP32) {
      return d.headDim() <= 32 ? FP32_UP_TO_32 : FP32_UP_TO_64;
    }
    return d.headDim() <= 32 ? TF32_UP_TO_32 : TF32_UP_TO_64;
  }

  /** Tokens or keys of a block. */
  static int tile(AttentionDims d) {
    return d.headDim() > 64 ? 32 : 64;
  }
}
