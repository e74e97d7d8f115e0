package ciss.train;

import ciss.model.TrainingPass;
import ciss.tensor.Tensor;

/** Sees intermediate results of an iteration: debug pictures, reference cases. Must not change them. */
public interface IterationListener {
  /** Ignores everything. */
  IterationListener NONE = new IterationListener() {};

  /** Pseudo-labels and their weights before mixing. */
  default void pseudoLabels(Tensor label, Tensor weight) {}

  /** A mixed image with its label and weight, in the order of making. */
  default void mixed(View.Mix views, Tensor image, Tensor label, Tensor weight) {}

  /** The student's scores on a mixed image that it is trained on with cross entropy. */
  default void mixedScores(View.Mix views, TrainingPass pass) {}

  /** All gradients are complete; the parameters are still those of the forward. */
  default void gradients() {}
}
