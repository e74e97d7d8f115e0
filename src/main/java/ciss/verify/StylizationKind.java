package ciss.verify;

import ciss.data.FloatPicture;
import ciss.data.FourierStylization;
import ciss.data.ReinhardStylization;
import ciss.data.Resize;
import ciss.data.Stylization;

/** Kinds {@code fda} and {@code reinhard}: one picture in the look of another, {@code [H,W,3]} B,G,R. */
public final class StylizationKind implements CaseKind {
  private final String kind;

  private StylizationKind(String kind) {
    this.kind = kind;
  }

  /** Fourier domain adaptation. */
  public static StylizationKind fda() {
    return new StylizationKind("fda");
  }

  /** Reinhard colour transfer. */
  public static StylizationKind reinhard() {
    return new StylizationKind("reinhard");
  }

  @Override
  public String kind() {
    return kind;
  }

  @Override
  public void run(GoldenCase golden, Comparison out) {
    Stylization stylization = kind.equals("fda")
        ? new FourierStylization(golden.options().get("bandwidth").asDouble())
        : new ReinhardStylization();
    FloatPicture content = Pictures.floats(golden, "in.content");
    if (golden.options().hasNonNull("content_resize")) {
      int[] wh = GoldenCase.ints(golden.options().get("content_resize"));
      content = (FloatPicture) Resize.bilinear(content, new Resize.Size(wh[1], wh[0]));
    }
    FloatPicture stylized = stylization.apply(content, Pictures.floats(golden, "in.style"));
    out.tensor("out.img", Pictures.values(stylized));
  }
}
