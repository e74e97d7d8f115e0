package ciss.tensor;

/** Class mix and the augmentation of mixed images (method.md 2.7, 2.8). Images are normalised RGB {@code [n,h,w,3]}. */
public interface MixOps {
  /** Parameters of one colour jitter; {@code order}: 0 brightness, 1 contrast, 2 saturation, 3 hue. */
  record ColorJitter(double brightness, double contrast, double saturation, double hue, int[] order) {}

  /**
   * Where the label of image b is one of its chosen classes: source picture, source label, weight 1; elsewhere target
   * picture, pseudo-label and its weight.
   *
   * @param chosen U8 {@code [n,256]}, nonzero = chosen
   * @param mixedLabel U8, overwritten
   * @param mixedWeight F32, overwritten
   */
  void classMix(
      Tensor chosen,
      Tensor label,
      Tensor source,
      Tensor target,
      Tensor pseudoLabel,
      Tensor pseudoWeight,
      Tensor mixed,
      Tensor mixedLabel,
      Tensor mixedWeight);

  /** Colour jitter of one picture {@code [h,w,3]} in place: denormalise, apply in order, normalise. */
  void colorJitter(Tensor image, ColorJitter jitter, float[] mean, float[] std);

  /** Separable Gaussian blur of one picture {@code [h,w,3]} with reflected borders; overwrites y, which must not be x. */
  void gaussianBlur(Tensor x, double sigma, Tensor y);
}
