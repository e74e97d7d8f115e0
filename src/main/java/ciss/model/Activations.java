package ciss.model;

import ciss.tensor.Backend;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/** The edge between float32, in which losses compare maps and add up gradients, and what layers compute with. */
final class Activations {
  private Activations() {}

  /** {@code x} itself where layers compute with values of its type, else a rounded copy; absent stays absent. */
  static Tensor of(Backend backend, Workspace.Frame frame, Tensor x) {
    if (x.isAbsent() || x.dtype() == backend.activations()) {
      return x;
    }
    Tensor rounded = frame.take(backend.activations(), x.shape());
    backend.copy(x, rounded);
    return rounded;
  }
}
