package ciss.data;

import ciss.error.DataException;
import ciss.error.ResourceException;
import ciss.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The three files of class statistics in the root of a data set, in the reference's format (data.md 3.4): {@code
 * sample_class_stats.json}, a list of {@code {"<train id>": pixels, ..., "file": path}}; {@code
 * sample_class_stats_dict.json}, the same by path; {@code samples_with_class.json}, per class the paths with pixels.
 * Only the first is read: the others follow from it.
 */
public final class ClassIndexFiles {
  /** Name of the file that is read. */
  public static final String STATISTICS = "sample_class_stats.json";

  private static final String BY_PATH = "sample_class_stats_dict.json";
  private static final String BY_CLASS = "samples_with_class.json";
  private static final JsonMapper JSON = new JsonMapper();

  private ClassIndexFiles() {}

  /**
   * Reads the statistics.
   *
   * @throws DataException if the file is missing, no valid JSON, or holds something else
   */
  public static List<ClassCounts> read(Path root, int classes) {
    Path file = root.resolve(STATISTICS);
    try {
      List<ClassCounts> counts = new ArrayList<>();
      for (JsonNode sample : JSON.readTree(file.toFile())) {
        counts.add(parse(file, sample, classes));
      }
      return counts;
    } catch (JacksonException e) {
      throw new DataException(file + ": cannot be read as class statistics: " + e.getOriginalMessage(), e);
    }
  }

  /** One entry: counts under the class ids, and the path. */
  public static ClassCounts parse(Path file, JsonNode sample, int classes) {
    if (!sample.isObject() || !sample.path("file").isString()) {
      throw new DataException(file + ": not class statistics: an entry has no 'file': " + sample);
    }
    long[] pixels = new long[classes];
    for (Map.Entry<String, JsonNode> e : sample.properties()) {
      if (e.getKey().equals("file")) {
        continue;
      }
      int c = e.getKey().matches("\\d{1,3}") ? Integer.parseInt(e.getKey()) : -1;
      if (c < 0 || c >= classes || !e.getValue().isIntegralNumber()) {
        throw new DataException(
            file + ": " + sample.get("file").asString() + " has '" + e.getKey() + "': " + e.getValue()
                + "; expected pixel counts of the classes 0.." + (classes - 1) + ".");
      }
      pixels[c] = e.getValue().asLong();
    }
    return new ClassCounts(sample.get("file").asString(), pixels);
  }

  /**
   * Writes all three files.
   *
   * @throws ResourceException if one cannot be written
   */
  public static void write(Path root, List<ClassCounts> counts) {
    ArrayNode list = JSON.createArrayNode();
    ObjectNode byPath = JSON.createObjectNode();
    ObjectNode byClass = JSON.createObjectNode();
    int classes = counts.isEmpty() ? 0 : counts.getFirst().pixels().length;
    for (int c = 0; c < classes; c++) {
      byClass.putArray(Integer.toString(c));
    }
    for (ClassCounts sample : counts) {
      ObjectNode entry = list.addObject();
      ObjectNode named = byPath.putObject(sample.file());
      for (int c = 0; c < classes; c++) {
        long n = sample.pixels()[c];
        if (n > 0) {
          entry.put(Integer.toString(c), n);
          named.put(Integer.toString(c), n);
          ((ArrayNode) byClass.get(Integer.toString(c))).addArray().add(sample.file()).add(n);
        }
      }
      entry.put("file", sample.file());
    }
    byClass.removeIf(JsonNode::isEmpty);
    write(root.resolve(STATISTICS), list);
    write(root.resolve(BY_PATH), byPath);
    write(root.resolve(BY_CLASS), byClass);
  }

  private static void write(Path file, JsonNode json) {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    Separators separators =
        Separators.createDefaultInstance().withObjectNameValueSpacing(Separators.Spacing.AFTER);
    ObjectWriter writer = JSON.writer().with(
        new DefaultPrettyPrinter(separators).withArrayIndenter(indenter).withObjectIndenter(indenter));
    byte[] bytes = writer.writeValueAsBytes(json);
    try {
      AtomicFile.write(file, bytes);
    } catch (IOException e) {
      throw new ResourceException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }
}
