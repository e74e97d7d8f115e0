package ciss.model;

import ciss.tensor.Backend;
import ciss.tensor.DType;
import ciss.tensor.Shape;
import ciss.tensor.Tensor;

/**
 * Float32 gradient of the loss with respect to one tensor of a pass. It does not exist until something contributes, so that the
 * backward can leave out what nothing depends on.
 */
final class Cotangent {
  private final Backend backend;
  private final Shape shape;
  private Tensor tensor = Tensor.ABSENT;

  Cotangent(Backend backend, Shape shape) {
    this.backend = backend;
    this.shape = shape;
  }

  boolean exists() {
    return !tensor.isAbsent();
  }

  /** The gradient, or {@link Tensor#ABSENT} as long as nothing contributed. */
  Tensor tensor() {
    return tensor;
  }

  /** The gradient for adding to it: zero when first asked for. */
  Tensor zeroed() {
    if (!exists()) {
      backend.fill(created(), 0);
    }
    return tensor;
  }

  /** The gradient, kept in the open region; undefined values if it did not exist before. */
  Tensor created() {
    if (!exists()) {
      tensor = backend.workspace().keep(DType.F32, shape);
    }
    return tensor;
  }
}
