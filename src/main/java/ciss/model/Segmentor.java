package ciss.model;

import ciss.tensor.ParameterStore;
import ciss.tensor.Tensor;
import java.util.List;

/**
 * A segmentation network on one backend with one {@link ParameterStore}: encoder and head in one or two resolutions.
 * Images are normalised RGB {@code [n,h,w,3]}.
 */
public interface Segmentor extends FeatureEncoder {
  /** Names, shapes and buffers of this network and its state. */
  ParameterStore store();

  int classes();

  /** Weight of the detail loss (hr_loss_weight) and of the context loss (lr_loss_weight); 0 for single scale. */
  double detailLossWeight();

  double contextLossWeight();

  /** True if {@code feature_scale} is 'all': the feature distance uses context and detail. */
  boolean featuresOfAllScales();

  /**
   * Training forward (method.md 1.4): BatchNorm with batch statistics, running statistics updated, dropout and stochastic
   * depth as drawn. Opens no region: the caller's open region holds what is saved. The image must stay as it is until the
   * backward of the pass is done.
   */
  TrainingPass forwardTraining(Tensor image, PassDraws draws, Saving saving);

  /**
   * Class scores for a batch of equal-sized windows (method.md 1.4), at the stride-4 size of the window; the caller
   * resizes. Nothing is saved.
   *
   * @param batchStatistics true for the teacher: BatchNorm in training mode (its running statistics are updated), dropout
   *     and stochastic depth off; false: evaluation mode
   * @param logits {@code [n,h/4,w/4,classes]} as {@link #logitsHeight} says, overwritten
   */
  void encodeDecode(Tensor image, boolean batchStatistics, Tensor logits);

  /** Height of the class scores for an image of this height (rounding as the encoder's convolutions do). */
  int logitsHeight(int imageHeight);

  int logitsWidth(int imageWidth);

  /** Parameters that never receive a gradient and are skipped by the optimizer ({@code conv_seg} of SegFormer's head). */
  List<String> parametersWithoutGradient();
}
