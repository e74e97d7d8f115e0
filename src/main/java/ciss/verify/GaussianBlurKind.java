package ciss.verify;

import ciss.tensor.Backend;
import ciss.tensor.DType;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/** Kind {@code gaussian_blur}: the blur of mixed images, with a recorded sigma. */
public final class GaussianBlurKind implements CaseKind {
  private final Backend backend;
  private final Layout layout;

  public GaussianBlurKind(Backend backend) {
    this.backend = backend;
    this.layout = new Layout(backend);
  }

  @Override
  public String kind() {
    return "gaussian_blur";
  }

  @Override
  public void run(GoldenCase golden, Comparison out) {
    double sigma = golden.options().get("sigma").asDouble();
    try (Workspace.Region region = backend.workspace().region()) {
      Tensor image = GoldenPicture.input(backend, layout, golden);
      Tensor blurred = backend.workspace().keep(DType.F32, image.shape());
      for (int i = 0; i < image.size(0); i++) {
        backend.gaussianBlur(image.at(i), sigma, blurred.at(i));
      }
      out.tensor("out.img", layout.nchw(blurred));
    }
  }
}
