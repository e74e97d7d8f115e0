package ciss.tensor;

/** Fusion of context and detail class scores in the HRDA head (method.md 1.3). */
public interface FusionOps {
  /**
   * @param attentionChannels {@code classes}, or 1, or 0 for a fixed attention
   * @param fixedAttention used only with 0 channels
   * @param inner detail box in cells of the context map: attention is 0 outside; null: no mask
   * @param placed place of the detail map inside the fused map; null: it covers it
   * @param y rows of the context map to rows of the fused map; {@code x} columns
   */
  record FusionDims(
      int n, int classes, int attentionChannels, double fixedAttention, Box inner, Box placed, Axis y, Axis x) {
    /** Channels of the attention map A, which has one where the attention is fixed. */
    public int channels() {
      return Math.max(attentionChannels, 1);
    }
  }

  /**
   * {@code A = sigmoid(attentionLogits) * mask}, {@code L' = (1-A) * L}, {@code F = up(A) * H0 + up(L')} where H0 is the
   * detail map, zero outside {@code placed}.
   *
   * @param context L {@code [n,h,w,classes]}
   * @param attentionLogits {@code [n,h,w,attentionChannels]}, absent for a fixed attention
   * @param detail {@code [n,hd,wd,classes]}
   * @param attention A {@code [n,h,w,max(attentionChannels,1)]}, overwritten, kept for the backward
   * @param weightedContext L', overwritten
   * @param fused F {@code [n,y.out,x.out,classes]}, overwritten
   */
  void fuseScales(
      FusionDims d,
      Tensor context,
      Tensor attentionLogits,
      Tensor detail,
      Tensor attention,
      Tensor weightedContext,
      Tensor fused);

  /**
   * Given dF and dL' (which may be absent: zero): overwrites dContext and dAttentionLogits (absent for a fixed
   * attention), adds to dDetail.
   */
  void fuseScalesBackward(
      FusionDims d,
      Tensor context,
      Tensor attention,
      Tensor detail,
      Tensor dFused,
      Tensor dWeightedContext,
      Tensor dContext,
      Tensor dAttentionLogits,
      Tensor dDetail);
}
