package ciss.tensor;

/** Multi-head attention over reduced keys (SegFormer's efficient self-attention), without the tokens x keys matrix. */
public interface AttentionOps {
  /**
   * q, o: {@code [n, tokens, heads*headDim]}, kv: {@code [n, keys, 2*heads*headDim]} (keys first, then values), channels
   * head-major. These and their gradients are activations, all of one type.
   */
  record AttentionDims(int n, int tokens, int keys, int heads, int headDim) {
    public int channels() {
      return heads * headDim;
    }

    /** 2 per multiply-add of both products. */
    public long flops() {
      return 4L * n * heads * tokens * keys * headDim;
    }
  }

  /**
   * {@code o = softmax(q k^T / sqrt(headDim)) v} per head.
   *
   * @param logSumExp {@code [n, heads, tokens]}, float32, of the scaled scores; written for the backward
   */
  void attention(AttentionDims d, Tensor q, Tensor kv, Tensor o, Tensor logSumExp);

  /** Overwrites dq and dkv. dq may be dO. */
  void attentionBackward(
      AttentionDims d, Tensor q, Tensor kv, Tensor o, Tensor logSumExp, Tensor dO, Tensor dq, Tensor dkv);
}
