package ciss.verify;

import ciss.data.PhotometricDistortion;
import tools.jackson.databind.JsonNode;

/** Kind {@code photometric_distortion}: brightness, contrast, saturation and hue of an 8-bit picture. */
public final class PhotometricDistortionKind implements CaseKind {

  @Override
  public String kind() {
    return "photometric_distortion";
  }

  @Override
  public void run(GoldenCase golden, Comparison out) {
    JsonNode draws = golden.options().get("draws");
    PhotometricDistortion.Parameters parameters = new PhotometricDistortion.Parameters(
        draws.get("brightness_on").asInt() == 1,
        draws.path("brightness_beta").asDouble(0),
        draws.get("mode").asInt() == 1,
        draws.get("contrast_on").asInt() == 1,
        draws.path("contrast_alpha").asDouble(1),
        draws.get("saturation_on").asInt() == 1,
        draws.path("saturation_alpha").asDouble(1),
        draws.get("hue_on").asInt() == 1,
        draws.path("hue_delta").asInt(0));
    out.tensor(
        "out.img", Pictures.values(PhotometricDistortion.apply(Pictures.bytes(golden, "in.img"), parameters)));
  }
}
