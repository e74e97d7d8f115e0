package ciss.data;

import ciss.tensor.Backend;
import ciss.tensor.Box;
import ciss.tensor.DType;
import ciss.tensor.Shape;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/**
 * Colour transfer in a decorrelated log space (Reinhard et al., IEEE CG&amp;A 2001): every channel of the content gets
 * mean and standard deviation of the style. As in the reference the pixel vector is taken in the order B,G,R although
 * the matrix is meant for R,G,B. The arithmetic is that of {@link ciss.tensor.StylizationOps}.
 */
public final class ReinhardStylization implements Stylization {
  @Override
  public int detail(int height, int width) {
    return 0;
  }

  @Override
  public Measured measure(Backend backend, Workspace.Frame frame, Tensor picture, int detail) {
    Tensor statistics = frame.take(DType.F64, Shape.of(2, 3));
    backend.labStatistics(picture, statistics);
    return new Measured(picture, detail, statistics);
  }

  @Override
  public void restyle(Backend backend, Measured content, Measured style, Box part, Tensor y) {
    backend.reinhardStylize(content.picture(), content.statistics(), style.statistics(), part, y);
  }
}
