package ciss.train;

import ciss.error.ConfigException;
import ciss.tensor.Backend;
import ciss.tensor.DType;
import ciss.tensor.Shape;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/** The label reduced to the grid of a feature map (method.md 2.5): the clearly dominant class of each block. */
final class ReducedLabel {
  private ReducedLabel() {}

  /**
   * @param width of the feature map; the block size is label width / width
   * @return U8 {@code [n, H/factor, W/factor]}, taken from {@code frame}
   */
  static Tensor at(Backend backend, Workspace.Frame frame, Tensor label, int width, double minRatio, int classes) {
    int factor = label.size(2) / width;
    if (factor <= 1) {
      throw new ConfigException(
          "a label %d pixels wide cannot be reduced to a feature map %d wide: use a larger crop"
              .formatted(label.size(2), width));
    }
    Tensor reduced =
        frame.take(DType.U8, Shape.of(label.size(0), label.size(1) / factor, label.size(2) / factor));
    backend.downscaleLabel(label, factor, (float) minRatio, classes, reduced);
    return reduced;
  }
}
