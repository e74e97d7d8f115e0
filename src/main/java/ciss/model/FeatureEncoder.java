package ciss.model;

import ciss.tensor.Box;
import ciss.tensor.Tensor;
import java.util.List;

/** What the feature distance needs of the frozen ImageNet network: its encoder, in evaluation mode. */
@FunctionalInterface
public interface FeatureEncoder {
  /**
   * Last encoder stage of the image at each scale of the feature distance.
   *
   * @param image {@code [n,h,w,3]}
   * @param cropBox box of the pass to compare with, for the detail scale of feature_scale 'all'; null: the whole image
   * @return per scale {@code [n,h,w,C4]}, taken from the caller's open workspace frame
   */
  List<Tensor> deepestMaps(Tensor image, Box cropBox);
}
