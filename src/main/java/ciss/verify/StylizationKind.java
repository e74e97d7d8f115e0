package ciss.verify;

import ciss.data.FloatPicture;
import ciss.data.FourierStylization;
import ciss.data.Resize;
import ciss.tensor.Backend;
import ciss.tensor.Box;
import ciss.tensor.DType;
import ciss.tensor.Shape;
import ciss.tensor.StylizationOps.FrequencyBlock;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/** Kinds {@code fda} and {@code reinhard}: one picture in the look of another, {@code [H,W,3]} B,G,R. */
public final class StylizationKind implements CaseKind {
  private final Backend backend;
  private final String kind;

  private StylizationKind(Backend backend, String kind) {
    this.backend = backend;
    this.kind = kind;
  }

  /** Fourier domain adaptation. */
  public static StylizationKind fda(Backend backend) {
    return new StylizationKind(backend, "fda");
  }

  /** Reinhard colour transfer. */
  public static StylizationKind reinhard(Backend backend) {
    return new StylizationKind(backend, "reinhard");
  }

  @Override
  public String kind() {
    return kind;
  }

  @Override
  public void run(GoldenCase golden, Comparison out) {
    FloatPicture picture = Pictures.floats(golden, "in.content");
    if (golden.options().hasNonNull("content_resize")) {
      int[] wh = GoldenCase.ints(golden.options().get("content_resize"));
      picture = (FloatPicture) Resize.bilinear(picture, new Resize.Size(wh[1], wh[0]));
    }
    try (Workspace.Region region = backend.workspace().region()) {
      Tensor content = kept(picture);
      Tensor style = kept(Pictures.floats(golden, "in.style"));
      Tensor stylized = backend.workspace().keep(DType.F32, content.shape());
      Box whole = new Box(0, content.size(0), 0, content.size(1));
      if (kind.equals("fda")) {
        double bandwidth = golden.options().get("bandwidth").asDouble();
        int b = new FourierStylization(bandwidth).detail(content.size(0), content.size(1));
        FrequencyBlock f = new FrequencyBlock(content.size(0), content.size(1), b);
        FrequencyBlock g = new FrequencyBlock(style.size(0), style.size(1), b);
        backend.fourierStylize(f, g, content, spectrum(f, content), spectrum(g, style), whole, stylized);
      } else {
        backend.reinhardStylize(content, statistics(content), statistics(style), whole, stylized);
      }
      out.tensor("out.img", backend.download(stylized));
    }
  }

  private Tensor kept(FloatPicture picture) {
    Tensor tensor = backend.workspace().keep(picture.height(), picture.width(), 3);
    backend.upload(picture.bgr(), tensor);
    return tensor;
  }

  private Tensor spectrum(FrequencyBlock f, Tensor picture) {
    Tensor spectrum = backend.workspace().keep(DType.F64, f.spectrum());
    backend.lowFrequencies(f, picture, spectrum);
    return spectrum;
  }

  private Tensor statistics(Tensor picture) {
    Tensor statistics = backend.workspace().keep(DType.F64, Shape.of(2, 3));
    backend.labStatistics(picture, statistics);
    return statistics;
  }
}
