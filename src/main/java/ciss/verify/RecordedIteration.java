package ciss.verify;

import ciss.model.PassDraws;
import ciss.tensor.MixOps.ColorJitter;
import ciss.train.IterationDraws;
import tools.jackson.databind.JsonNode;

/** The recorded decisions of iteration {@code k} of a {@code uda_step} case. */
record RecordedIteration(GoldenCase golden, int k, int samples) implements IterationDraws {
  private JsonNode draws() {
    return golden.draws().get(k);
  }

  @Override
  public double colorJitterSwitch() {
    return draws().get("color_jitter").asDouble();
  }

  @Override
  public double blurSwitch() {
    return draws().path("blur").asDouble(0);
  }

  @Override
  public PassDraws pass(int index) {
    JsonNode cropBox = draws().get("passes").get(index).get("crop_box");
    return new GoldenPassDraws(golden, "draw.it" + k + ".p" + index + ".", cropBox);
  }

  @Override
  public int[] chosenClasses(int sample, int present, int count) {
    return GoldenCase.ints(draws().get("class_choice").get(sample));
  }

  @Override
  public ColorJitter colorJitter(int mix, int sample, double[] strengths) {
    JsonNode jitter = draws().get("mix").get(mix * samples + sample).get("jitter");
    return new ColorJitter(
        jitter.get("brightness_factor").asDouble(),
        jitter.get("contrast_factor").asDouble(),
        jitter.get("saturation_factor").asDouble(),
        jitter.get("hue_factor").asDouble(),
        GoldenCase.ints(jitter.get("order")));
  }

  @Override
  public double blurSigma(int mix, int sample) {
    return draws().get("mix").get(mix * samples + sample).get("sigma").asDouble();
  }
}
