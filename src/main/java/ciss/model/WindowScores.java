package ciss.model;

import ciss.tensor.Tensor;

/** What a network says about a batch of equal-sized windows of images, at the stride-4 size of the window. */
public interface WindowScores {
  /** Channels of the scores. */
  int classes();

  /**
   * Class scores for a batch of equal-sized windows (method.md 1.4), at the stride-4 size of the window; the caller
   * resizes. Nothing is saved.
   *
   * @param image normalised RGB {@code [n,h,w,3]}
   * @param batchStatistics true for the teacher: BatchNorm in training mode (its running statistics are updated), dropout
   *     and stochastic depth off; false: evaluation mode
   * @param logits {@code [n,h/4,w/4,classes]} as {@link #logitsHeight} says, overwritten
   */
  void encodeDecode(Tensor image, boolean batchStatistics, Tensor logits);

  /** Height of the class scores for an image of this height (rounding as the encoder's convolutions do). */
  int logitsHeight(int imageHeight);

  int logitsWidth(int imageWidth);
}
