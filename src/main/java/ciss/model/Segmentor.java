package ciss.model;

import ciss.tensor.ParameterStore;
import ciss.tensor.Tensor;
import java.util.List;

/**
 * A segmentation network on one backend with one {@link ParameterStore}: encoder and head in one or two resolutions.
 * Images are normalised RGB {@code [n,h,w,3]}.
 */
public interface Segmentor extends FeatureEncoder, WindowScores {
  /** Names, shapes and buffers of this network and its state. */
  ParameterStore store();

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
   * Where the fused scores come from the detail branch, as a map of one channel in 0..1: {@code sum over classes of A *
   * softmax(F)} with the attention A at the size of the fused scores F (method.md 1.3, {@code debug_output_attention}).
   * Null for a network of one scale.
   */
  WindowScores attentionMap();

  /** Parameters that never receive a gradient and are skipped by the optimizer ({@code conv_seg} of SegFormer's head). */
  List<String> parametersWithoutGradient();
}
