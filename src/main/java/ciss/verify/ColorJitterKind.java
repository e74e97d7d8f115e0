package ciss.verify;

import ciss.tensor.Backend;
import ciss.tensor.MixOps.ColorJitter;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import tools.jackson.databind.JsonNode;

/** Kind {@code color_jitter}: the jitter of mixed images, with recorded factors. */
public final class ColorJitterKind implements CaseKind {
  private final Backend backend;
  private final Layout layout;

  public ColorJitterKind(Backend backend) {
    this.backend = backend;
    this.layout = new Layout(backend);
  }

  @Override
  public String kind() {
    return "color_jitter";
  }

  @Override
  public void run(GoldenCase golden, Comparison out) {
    JsonNode draws = golden.options().get("draws");
    ColorJitter jitter =
        new ColorJitter(
            draws.get("brightness").asDouble(),
            draws.get("contrast").asDouble(),
            draws.get("saturation").asDouble(),
            draws.get("hue").asDouble(),
            GoldenCase.ints(draws.get("order")));
    try (Workspace.Region region = backend.workspace().region()) {
      Tensor image = GoldenPicture.input(backend, layout, golden);
      float[] mean = floats(golden.options().get("mean"));
      float[] std = floats(golden.options().get("std"));
      for (int i = 0; i < image.size(0); i++) {
        backend.colorJitter(image.at(i), jitter, mean, std);
      }
      out.tensor("out.img", layout.nchw(image));
    }
  }

  private static float[] floats(JsonNode list) {
    float[] values = new float[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) list.get(i).asDouble();
    }
    return values;
  }
}
