package ciss.tensor;

/** Label maps: predictions, pseudo-labels, reduction to feature grids. */
public interface LabelOps {
  /**
   * Teacher's pseudo-labels: scores are upsampled, softmaxed, and the first maximum taken; the upsampled scores are never
   * stored.
   *
   * @param d region must be the whole label; ignoreIndex and classWeights are not used
   * @param logits {@code [n,h,w,classes]}
   * @param label U8 {@code [n,H,W]}, overwritten
   * @param confident F64 {@code [1]}, overwritten: number of pixels whose probability (float32) is at least threshold
   */
  void pseudoLabel(LossOps.CrossEntropyDims d, Tensor logits, float threshold, Tensor label, Tensor confident);

  /**
   * Weight map of the pseudo-labels (method.md 2.3, step 7): everywhere {@code float(confident / (n*H*W))}, then either 0
   * in the first {@code ignoreTop} and last {@code ignoreBottom} rows, or times the mask.
   *
   * @param confident F64 {@code [1]} of {@link #pseudoLabel}
   * @param validMask U8 {@code [n,H,W]}, used as a factor; absent: none
   * @param weight F32 {@code [n,H,W]}, overwritten
   */
  void pseudoWeight(Tensor confident, int ignoreTop, int ignoreBottom, Tensor validMask, Tensor weight);

  /** {@code probabilities += softmax(logits)} over the last axis: test-time augmentation adds its views. */
  void softmaxAccumulate(Tensor logits, Tensor probabilities);

  /** First maximum over the last axis: {@code x [...,c]} to {@code label [...]} (U8, overwritten). */
  void argmax(Tensor x, Tensor label);

  /**
   * Reduces {@code label [n,H,W]} by an integer factor to {@code reduced [n,H/factor,W/factor]} (method.md 2.5): the class
   * with the largest share of the block (255 counts as class {@code classes}; ties: lowest), 255 where that is void or its
   * share (float32) is below minRatio.
   */
  void downscaleLabel(Tensor label, int factor, float minRatio, int classes, Tensor reduced);

  /** {@code mask = 1} where {@code table[label] != 0}; table U8 {@code [256]}. */
  void lookup(Tensor label, Tensor table, Tensor mask);
}
