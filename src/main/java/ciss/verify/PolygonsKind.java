package ciss.verify;

import ciss.data.prepare.CityscapesPolygons;
import tools.jackson.databind.JsonNode;

/** Kind {@code polygons}: label maps drawn from a Cityscapes annotation. */
public final class PolygonsKind implements CaseKind {

  @Override
  public String kind() {
    return "polygons";
  }

  @Override
  public void run(GoldenCase golden, Comparison out) {
    JsonNode annotation = golden.options().get("annotation");
    out.bytes("out.train_ids", CityscapesPolygons.trainIds(annotation, golden.name()).ids());
    out.bytes("out.ids", CityscapesPolygons.labelIds(annotation, golden.name()).ids());
  }
}
