package ciss.verify;

import ciss.data.CityscapesLabels;
import ciss.data.prepare.Preparation;
import ciss.io.ImageFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Kind {@code label_map}: a downloaded data set is put into a temporary folder and prepared; label files and statistics
 * are compared. The case {@code submission} translates train ids to label ids.
 */
public final class LabelMapKind implements CaseKind {
  private static final String ANNOTATION = "annotation of ";

  @Override
  public String kind() {
    return "label_map";
  }

  @Override
  public void run(GoldenCase golden, Comparison out) {
    if (!golden.options().has("files")) {
      byte[] ids = golden.bytes("in.train_ids");
      byte[] table = CityscapesLabels.labelIds();
      for (int i = 0; i < ids.length; i++) {
        ids[i] = table[ids[i] & 0xff];
      }
      out.bytes("out.label_ids", ids);
      return;
    }
    try {
      Path folder = Files.createTempDirectory("ciss-label-map-");
      try {
        prepare(golden, folder, out);
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void prepare(GoldenCase golden, Path folder, Comparison out) throws IOException {
    for (Map.Entry<String, JsonNode> e : golden.options().get("files").properties()) {
      Path file = folder.resolve(e.getKey());
      Files.createDirectories(file.getParent());
      Files.write(file, content(golden, e.getValue().asString()));
    }
    Path root = folder.resolve("data").resolve(golden.name());
    String labels = Map.of("cityscapes", "gtFine", "gta", "labels", "synthia", "GT/LABELS").get(golden.name());
    Preparation preparation = new Preparation(
        new Preparation.Options(root, Path.of(labels), root, 2, false, false), (name, total) -> i -> {});
    switch (golden.name()) {
      case "cityscapes" -> preparation.cityscapes();
      case "gta" -> preparation.gta();
      default -> preparation.synthia();
    }
    int k = 0;
    for (String source : golden.options().get("files").propertyNames()) {
      String target = source.replaceAll("(_polygons\\.json|\\.png)$", "_labelTrainIds.png");
      out.bytes("out.train_ids." + k++, ImageFiles.readLabels(folder.resolve(target)).values());
    }
    for (Map.Entry<String, JsonNode> e : golden.expect().properties()) {
      String written = Files.readString(root.resolve(e.getKey())).replace(folder + "/", "");
      compare(golden, e.getKey(), new JsonMapper().readTree(written), e.getValue(), out);
    }
  }

  /** A stored file, or the annotation of a case of kind {@code polygons}. */
  private static byte[] content(GoldenCase golden, String where) {
    if (!where.startsWith(ANNOTATION)) {
      return golden.bytes(where);
    }
    Path other = golden.path().resolveSibling("../" + where.substring(ANNOTATION.length()) + ".json").normalize();
    try (GoldenCase polygons = GoldenCase.open(other)) {
      return new JsonMapper().writeValueAsBytes(polygons.options().get("annotation"));
    }
  }

  /** Pixel counts under their bound if the case has one, everything else exactly. */
  private static void compare(GoldenCase golden, String name, JsonNode found, JsonNode expected, Comparison out) {
    boolean tolerant = golden.entry("bounds").has("expect.pixels");
    if (tolerant && expected.isNumber() && found.isNumber()) {
      out.scalar("expect.pixels", name, found.asDouble(), expected.asDouble());
    } else if (expected.isObject() && found.isObject()) {
      out.exact(name, found.propertyNames(), expected.propertyNames());
      for (String key : expected.propertyNames()) {
        compare(golden, name + " " + key, found.path(key), expected.get(key), out);
      }
    } else if (expected.isArray() && found.isArray()) {
      out.exact(name, found.size(), expected.size());
      for (int i = 0; i < expected.size(); i++) {
        compare(golden, name + " " + i, found.path(i), expected.get(i), out);
      }
    } else {
      out.exact(name, found, expected);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(file);
      }
    }
  }
}
