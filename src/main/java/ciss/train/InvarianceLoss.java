package ciss.train;

import ciss.model.TrainingPass;
import ciss.tensor.Backend;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/**
 * Feature invariance loss (method.md 2.6) between two passes over two views of the same content; both carry gradient.
 * Elements 0 and 1 of each level's list are compared. For level 0 these are the first two encoder stages of the context
 * image (Q14), for the decoder levels context and detail.
 */
final class InvarianceLoss {
  private final Backend backend;
  private final UdaOptions.Invariance options;
  private final double detailLossWeight;
  private final int classes;

  InvarianceLoss(Backend backend, UdaOptions.Invariance options, double detailLossWeight, int classes) {
    this.backend = backend;
    this.options = options;
    this.detailLossWeight = detailLossWeight;
    this.classes = classes;
  }

  /**
   * @param label for the class average: the source label, or the pseudo-label before mixing
   * @param result F64 {@code [1]}, added to
   */
  void apply(TrainingPass a, TrainingPass b, double[] weights, Tensor label, Tensor result) {
    boolean singleScale = a.levels() == 1;
    for (int level = 0; level < weights.length; level++) {
      double weight = weights[level];
      if (weight == 0) {
        continue;
      }
      if (singleScale) {
        // One list of four stages: natural reading of the reference, see method.md 2.6.
        if (level < a.maps(0)) {
          compare(a, b, 0, level, weight, label, result);
        }
      } else {
        compare(a, b, level, 0, weight * (1 - detailLossWeight), label, result);
        if (detailLossWeight > 0) {
          compare(a, b, level, 1, weight * detailLossWeight, label, result);
        }
      }
    }
  }

  private void compare(
      TrainingPass a, TrainingPass b, int level, int index, double factor, Tensor label, Tensor result) {
    Tensor x = a.feature(level, index);
    Tensor y = b.feature(level, index);
    Tensor dx = a.dFeature(level, index);
    Tensor dy = b.dFeature(level, index);
    if (!options.classAverage()) {
      backend.featureInvariance(x, y, options.norm(), factor, dx, dy, result);
      return;
    }
    try (Workspace.Frame frame = backend.workspace().frame()) {
      Tensor reduced = ReducedLabel.at(backend, frame, label, x.size(-2), options.minRatio(), classes);
      backend.featureInvarianceByClass(x, y, reduced, classes, options.norm(), factor, dx, dy, result);
    }
  }
}
