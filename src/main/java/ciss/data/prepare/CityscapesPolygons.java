package ciss.data.prepare;

import ciss.data.CityscapesLabels;
import ciss.data.LabelMap;
import ciss.error.DataException;
import java.nio.file.Path;
import java.util.Arrays;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Draws the annotation of one Cityscapes picture: objects in the order of the file, later ones over earlier ones. */
public final class CityscapesPolygons {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String GROUP = "group";

  /** Cityscapes has 2048x1024; a damaged number must not take the machine's memory. */
  private static final long MAX_PIXELS = 1L << 26;

  /** Annotations of the data set stay below a few thousand; the time that a polygon takes grows with the square. */
  private static final int MAX_CORNERS = 50_000;

  private CityscapesPolygons() {}

  /**
   * Reads {@code *_gtFine_polygons.json} and draws its train ids.
   *
   * @throws DataException if the file cannot be read or holds something unknown
   */
  public static LabelMap trainIds(Path file) {
    try {
      return trainIds(JSON.readTree(file.toFile()), file.toString());
    } catch (JacksonException e) {
      throw new DataException(file + ": cannot be read as an annotation: " + e.getOriginalMessage(), e);
    }
  }

  /** Train ids; 255 where nothing with a class was drawn. */
  public static LabelMap trainIds(JsonNode annotation, String name) {
    return draw(annotation, name, 255, true);
  }

  /** Label ids; 0 where nothing was drawn. */
  public static LabelMap labelIds(JsonNode annotation, String name) {
    return draw(annotation, name, 0, false);
  }

  private static LabelMap draw(JsonNode annotation, String name, int background, boolean train) {
    int h = annotation.path("imgHeight").asInt(0);
    int w = annotation.path("imgWidth").asInt(0);
    if (h < 1 || w < 1 || !annotation.path("objects").isArray()) {
      throw new DataException(name + ": not an annotation: imgHeight, imgWidth or objects is missing.");
    }
    if ((long) h * w > MAX_PIXELS) {
      throw new DataException(
          "%s: imgHeight %d and imgWidth %d make more than %,d pixels: the file is damaged."
              .formatted(name, h, w, MAX_PIXELS));
    }
    byte[] pixels = new byte[h * w];
    Arrays.fill(pixels, (byte) background);
    for (JsonNode object : annotation.get("objects")) {
      CityscapesLabels.Label label = label(object.path("label").asString(""), name);
      boolean deleted = object.path("deleted").asInt(0) != 0 || object.path("deleted").asBoolean(false);
      if (deleted || label.id() < 0) {
        continue;
      }
      int[][] corners = corners(object.path("polygon"), name);
      if (corners[0].length >= 2) {
        PolygonFill.fill(pixels, h, w, corners[0], corners[1], train ? label.trainId() : label.id());
      }
    }
    return new LabelMap(h, w, pixels);
  }

  /** Unknown names that end in "group" stand for their members (cargroup); polegroup is a label itself. */
  private static CityscapesLabels.Label label(String text, String name) {
    CityscapesLabels.Label label = CityscapesLabels.named(text);
    if (label == null && text.endsWith(GROUP)) {
      label = CityscapesLabels.named(text.substring(0, text.length() - GROUP.length()));
    }
    if (label == null) {
      throw new DataException(name + ": unknown label '" + text + "'.");
    }
    return label;
  }

  private static int[][] corners(JsonNode polygon, String name) {
    if (polygon.size() > MAX_CORNERS) {
      throw new DataException(
          "%s: a polygon has %,d corners, more than %,d: the file is damaged.".formatted(name, polygon.size(), MAX_CORNERS));
    }
    int[][] corners = new int[2][polygon.size()];
    for (int i = 0; i < polygon.size(); i++) {
      JsonNode point = polygon.get(i);
      if (!point.isArray() || point.size() != 2 || !point.get(0).isNumber() || !point.get(1).isNumber()) {
        throw new DataException(name + ": a corner of a polygon is no pair of numbers: " + point);
      }
      corners[0][i] = (int) point.get(0).asDouble();
      corners[1][i] = (int) point.get(1).asDouble();
    }
    return corners;
  }
}
