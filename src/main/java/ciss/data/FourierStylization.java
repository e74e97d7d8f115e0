package ciss.data;

import ciss.error.DataException;
import ciss.tensor.Backend;
import ciss.tensor.Box;
import ciss.tensor.DType;
import ciss.tensor.StylizationOps.FrequencyBlock;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/**
 * Fourier domain adaptation (FDA): the content keeps its phases and takes the amplitudes of the style in the lowest
 * frequencies (Yang and Soatto, CVPR 2020; the stylization of CISS): {@code |u|, |v| <= b},
 * {@code b = floor(min(H, W) * bandwidth)}. Style and content may differ in size (amplitudes are not rescaled) as long
 * as both hold the same block of frequencies. The arithmetic is that of {@link ciss.tensor.StylizationOps}.
 */
public final class FourierStylization implements Stylization {
  private final double bandwidth;

  /**
   * @param bandwidth b as a share of the shorter side of the content; 0.01 in CISS
   */
  public FourierStylization(double bandwidth) {
    this.bandwidth = bandwidth;
  }

  @Override
  public int detail(int height, int width) {
    return (int) Math.floor(Math.min(height, width) * bandwidth);
  }

  @Override
  public Measured measure(Backend backend, Workspace.Frame frame, Tensor picture, int detail) {
    FrequencyBlock block = block(picture, detail);
    Tensor spectrum = frame.take(DType.F64, block.spectrum());
    backend.lowFrequencies(block, picture, spectrum);
    return new Measured(picture, detail, spectrum);
  }

  @Override
  public void restyle(Backend backend, Measured content, Measured style, Box part, Tensor y) {
    FrequencyBlock f = block(content.picture(), content.detail());
    FrequencyBlock g = block(style.picture(), style.detail());
    if (!f.matches(g)) {
      throw new DataException(
          "stylization: the content " + f.height() + "x" + f.width() + " has the frequencies " + f.words()
              + ", the style " + g.height() + "x" + g.width() + " has " + g.words()
              + ". Cut both pictures to one size (stylization.central_crop) or lower the bandwidth.");
    }
    backend.fourierStylize(f, g, content.picture(), content.statistics(), style.statistics(), part, y);
  }

  private static FrequencyBlock block(Tensor picture, int b) {
    return new FrequencyBlock(picture.size(0), picture.size(1), b);
  }
}
