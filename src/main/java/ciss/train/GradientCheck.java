package ciss.train;

import ciss.error.NumericsException;
import ciss.tensor.Backend;
import ciss.tensor.DType;
import ciss.tensor.FlatBuffer;
import ciss.tensor.ParameterTable;
import ciss.tensor.Shape;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import java.util.Map;

/** Finds gradients that are not finite and says where they come from. */
final class GradientCheck {
  private GradientCheck() {}

  /**
   * @throws NumericsException naming the iteration, the loss terms and the first parameter concerned
   */
  static void requireFinite(Backend backend, FlatBuffer gradients, LossLog log, long iteration) {
    long index;
    try (Workspace.Frame frame = backend.workspace().frame()) {
      Tensor first = frame.take(DType.F64, Shape.of(1));
      backend.firstNonFinite(gradients.flat(), first);
      index = (long) backend.downloadDoubles(first)[0];
    }
    if (index < 0) {
      return;
    }
    String parameter = "padding";
    for (ParameterTable.Entry entry : gradients.table().entries()) {
      if (index >= entry.offset()) {
        parameter = entry.name();
      }
    }
    StringBuilder terms = new StringBuilder();
    for (Map.Entry<String, Double> term : log.values().entrySet()) {
      terms.append(' ').append(term.getKey()).append('=').append(term.getValue());
    }
    throw new NumericsException(
        ("iteration %d: the gradient of '%s' is not finite, so the step was not made; loss terms:%s. Lower optimizer.lr or"
                + " check the pictures; checkpoints written before are intact")
            .formatted(iteration + 1, parameter, terms));
  }
}
