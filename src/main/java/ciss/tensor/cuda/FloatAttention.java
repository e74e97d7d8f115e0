package ciss.tensor.cuda;

import ciss.tensor.AttentionOps;
import ciss.tensor.AttentionOps.AttentionDims;
import ciss.tensor.DType;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/**
 * Attention over bf16 maps with heads above 64 channels by the kernels for float32: operands are widened and results rounded
 * in the workspace.
 */
final class FloatAttention {
  private FloatAttention() {}

  /** {@link AttentionOps#attention} by {@code floats}. */
  static void forward(
      CudaContext cuda, AttentionOps floats, AttentionDims d, Tensor q, Tensor kv, Tensor o, Tensor logSumExp) {
    try (Workspace.Frame frame = cuda.workspace().frame()) {
      Tensor wideO = frame.take(DType.F32, o.shape());
      floats.attention(d, widened(cuda, frame, q), widened(cuda, frame, kv), wideO, logSumExp);
      cuda.convert(wideO, o.address());
    }
  }

  /** {@link AttentionOps#attentionBackward} by {@code floats}. */
  static void backward(
      CudaContext cuda,
      AttentionOps floats,
      AttentionDims d,
      Tensor q,
      Tensor kv,
      Tensor o,
      Tensor logSumExp,
      Tensor dO,
      Tensor dq,
      Tensor dkv) {
    try (Workspace.Frame frame = cuda.workspace().frame()) {
      Tensor wideDq = widened(cuda, frame, dO);
      Tensor wideDkv = frame.take(DType.F32, dkv.shape());
      floats.attentionBackward(
          d,
          widened(cuda, frame, q),
          widened(cuda, frame, kv),
          widened(cuda, frame, o),
          logSumExp,
          wideDq,
          wideDq,
          wideDkv);
      cuda.convert(wideDq, dq.address());
      cuda.convert(wideDkv, dkv.address());
    }
  }

  private static Tensor widened(CudaContext cuda, Workspace.Frame frame, Tensor x) {
    Tensor wide = frame.take(DType.F32, x.shape());
    cuda.convert(x, wide.address());
    return wide;
  }
}
