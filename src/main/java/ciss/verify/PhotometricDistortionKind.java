package ciss.verify;

import ciss.tensor.Backend;
import ciss.tensor.Box;
import ciss.tensor.DType;
import ciss.tensor.PictureOps.Distortion;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import tools.jackson.databind.JsonNode;

/** Kind {@code photometric_distortion}: brightness, contrast, saturation and hue of an 8-bit picture. */
public final class PhotometricDistortionKind implements CaseKind {
  private final Backend backend;

  public PhotometricDistortionKind(Backend backend) {
    this.backend = backend;
  }

  @Override
  public String kind() {
    return "photometric_distortion";
  }

  @Override
  public void run(GoldenCase golden, Comparison out) {
    JsonNode draws = golden.options().get("draws");
    Distortion distortion = new Distortion(
        draws.get("brightness_on").asInt() == 1,
        draws.path("brightness_beta").asDouble(0),
        draws.get("mode").asInt() == 1,
        draws.get("contrast_on").asInt() == 1,
        draws.path("contrast_alpha").asDouble(1),
        draws.get("saturation_on").asInt() == 1,
        draws.path("saturation_alpha").asDouble(1),
        draws.get("hue_on").asInt() == 1,
        draws.path("hue_delta").asInt(0));
    try (Workspace.Region region = backend.workspace().region()) {
      Tensor x = Pictures.kept(backend, golden, "in.img", DType.U8);
      Tensor y = backend.workspace().keep(DType.U8, x.shape());
      backend.distortPicture(x, new Box(0, x.size(0), 0, x.size(1)), distortion, y);
      out.bytes("out.img", backend.downloadBytes(y));
    }
  }
}
