package ciss.model;

import ciss.tensor.Box;
import ciss.tensor.Tensor;

/**
 * One training forward of a {@link Segmentor}: what the losses read, and the cotangents they add into. Tensors live until
 * the workspace region that was open during the forward closes.
 */
public interface TrainingPass {
  /** Class scores at stride 4 of the (fused) image: {@code [n,h,w,classes]}. */
  Tensor logits();

  /** Attention-weighted context scores L' (method.md Q2); absent for a single-scale model. */
  Tensor contextLogits();

  /** Detail scores P; absent for a single-scale model. */
  Tensor detailLogits();

  /** Detail crop in image pixels, or null if the detail branch saw the whole image (or there is none). */
  Box cropBox();

  /** Number of feature levels of method.md 2.6 (5 for HRDA with one feature scale; single-scale: one). */
  int levels();

  /** Number of feature maps of a level: level 0 has the encoder stages. */
  int maps(int level);

  /**
   * Feature map {@code index} of a level. Maps of decoder levels 1 and 2 are slab maps {@code [slabs,n,h,w,c]}. Levels
   * above 0 need {@link Saving#EVERYTHING}.
   */
  Tensor feature(int level, int index);

  /** Last encoder map per scale that enters the feature distance (one, or context and detail for scale 'all'). */
  Tensor deepest(int scale);

  /** Number of {@link #deepest} maps. */
  int deepestCount();

  /** Cotangent of {@link #logits}, zero when first asked for; losses overwrite or add into it. */
  Tensor dLogits();

  /** Cotangent of {@link #contextLogits}, zero when first asked for. */
  Tensor dContextLogits();

  /** Cotangent of {@link #detailLogits}, zero when first asked for. */
  Tensor dDetailLogits();

  /** Cotangent of {@link #feature}, zero when first asked for; losses add into it. */
  Tensor dFeature(int level, int index);

  /** Cotangent of {@link #deepest}, the same tensor as that of the feature it is. */
  Tensor dDeepest(int scale);

  /** Adds the gradients of everything that received a cotangent to the parameters' gradients. Call once. */
  void backward();

  /** As {@link #backward}, also overwriting {@code dImage [n,h,w,3]} (gradient checks and reference cases). */
  void backward(Tensor dImage);
}
