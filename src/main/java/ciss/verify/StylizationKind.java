package ciss.verify;

import ciss.data.FourierStylization;
import ciss.data.ReinhardStylization;
import ciss.data.Stylization;
import ciss.tensor.Backend;
import ciss.tensor.Box;
import ciss.tensor.DType;
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
    Stylization stylization =
        kind.equals("fda")
            ? new FourierStylization(golden.options().get("bandwidth").asDouble())
            : new ReinhardStylization();
    try (Workspace.Region region = backend.workspace().region(); Workspace.Frame frame = backend.workspace().frame()) {
      Tensor content = content(golden);
      int h = content.size(0);
      int w = content.size(1);
      int detail = stylization.detail(h, w);
      Tensor style = Pictures.kept(backend, golden, "in.style", DType.F32);
      Tensor stylized = backend.workspace().keep(h, w, 3);
      stylization.restyle(
          backend,
          stylization.measure(backend, frame, content, detail),
          stylization.measure(backend, frame, style, detail),
          new Box(0, h, 0, w),
          stylized);
      out.tensor("out.img", backend.download(stylized));
    }
  }

  private Tensor content(GoldenCase golden) {
    Tensor content = Pictures.kept(backend, golden, "in.content", DType.F32);
    if (!golden.options().hasNonNull("content_resize")) {
      return content;
    }
    int[] wh = GoldenCase.ints(golden.options().get("content_resize"));
    Tensor resized = backend.workspace().keep(wh[1], wh[0], 3);
    backend.resizePicture(content, wh[1], wh[0], new Box(0, wh[1], 0, wh[0]), resized);
    return resized;
  }
}
