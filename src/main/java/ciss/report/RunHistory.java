package ciss.report;

import ciss.error.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a log says about a run. After a resume the same iteration may be logged twice: the later line counts.
 *
 * @param name of the run
 * @param iterations planned, 0 if the log does not say
 * @param start members of the start line as text
 * @param train values per iteration
 * @param evaluations scores in the order of testing
 * @param events one map per event line, in order
 */
public record RunHistory(
    String name,
    int iterations,
    Map<String, String> start,
    SortedMap<Integer, Map<String, Double>> train,
    List<ClassScores> evaluations,
    List<Map<String, String>> events) {
  private static final JsonMapper JSON = JsonMapper.shared();

  /**
   * Reads {@code log.jsonl}, or a {@code .log.json} of the reference ({@code mode} instead of {@code type}). Unknown
   * members and lines that are not JSON (one cut off by a crash) are passed over.
   *
   * @param name used if the log does not say
   * @throws DataException if the file cannot be read
   */
  public static RunHistory read(Path file, String name) {
    Reader reader = new Reader(name);
    try {
      for (String line : Files.readAllLines(file)) {
        reader.line(line);
      }
    } catch (IOException e) {
      throw new DataException("cannot read the log " + file + ": " + e.getMessage(), e);
    }
    return new RunHistory(
        reader.name, reader.iterations, reader.start, reader.train, List.copyOf(reader.evaluations.values()),
            reader.events);
  }

  /** Names of all values that were logged during training, in the order of their first occurrence. */
  public Set<String> keys() {
    Set<String> keys = new LinkedHashSet<>();
    train.values().forEach(values -> keys.addAll(values.keySet()));
    return keys;
  }

  /** The course of one training value, or of {@code mIoU} (per cent) over the evaluations of {@code data}. */
  public LineChart.Series series(String key, String label) {
    List<double[]> points = new ArrayList<>();
    train.forEach(
        (iteration, values) -> {
          Double value = values.get(key);
          if (value != null && Double.isFinite(value)) {
            points.add(new double[] {iteration, value});
          }
        });
    return LineChart.Series.of(label, points);
  }

  /** mIoU in per cent over the iterations, for one data set. */
  public LineChart.Series meanIou(String data, String label) {
    List<double[]> points = new ArrayList<>();
    for (ClassScores scores : evaluations) {
      if (scores.data().equals(data)) {
        points.add(new double[] {scores.iteration(), 100 * scores.mIoU()});
      }
    }
    return LineChart.Series.of(label, points);
  }

  private static final class Reader {
    private static final Set<String> NO_VALUES = Set.of("type", "mode", "epoch", "iter");
    String name;
    int iterations;
    final Map<String, String> start = new LinkedHashMap<>();
    final SortedMap<Integer, Map<String, Double>> train = new TreeMap<>();
    final Map<String, ClassScores> evaluations = new LinkedHashMap<>();
    final List<Map<String, String>> events = new ArrayList<>();

    Reader(String name) {
      this.name = name;
    }

    void line(String text) {
      JsonNode node;
      try {
        node = JSON.readTree(text);
      } catch (JacksonException e) {
        return;
      }
      if (!node.isObject()) {
        return;
      }
      String type = node.path("type").asString(node.path("mode").asString(""));
      switch (type) {
        case "start" -> start(node);
        case "train" -> train(node);
        case "eval", "val" -> evaluation(node);
        case "event" -> events.add(texts(node));
        default -> {
          // The reference's first line holds the environment; later versions may add types.
        }
      }
    }

    private void start(JsonNode node) {
      name = node.path("name").asString(name);
      iterations = node.path("iterations").asInt(0);
      start.putAll(texts(node));
    }

    private void train(JsonNode node) {
      Map<String, Double> values = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> member : node.properties()) {
        if (member.getValue().isNumber() && !NO_VALUES.contains(member.getKey())) {
          values.put(member.getKey(), member.getValue().asDouble());
        }
      }
      train.put(node.path("iter").asInt(0), values);
    }

    private void evaluation(JsonNode node) {
      Map<String, Double> iou = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> member : node.properties()) {
        if (member.getKey().startsWith("IoU.")) {
          iou.put(member.getKey().substring(4), member.getValue().asDouble(Double.NaN));
        }
      }
      for (Map.Entry<String, JsonNode> member : node.path("IoU").properties()) {
        iou.put(member.getKey(), member.getValue().asDouble(Double.NaN));
      }
      int iteration = node.path("iter").asInt(-1);
      String data = node.path("data").asString("val");
      ClassScores scores =
          new ClassScores(
              data,
              node.path("split").asString("val"),
              iteration,
              node.path("mIoU").asDouble(Double.NaN),
              node.path("mAcc").asDouble(Double.NaN),
              node.path("aAcc").asDouble(Double.NaN),
              iou,
              Map.of(),
              List.of());
      evaluations.put(data + "/" + scores.split() + "/" + iteration + "/" + node.path("weights").asString(""), scores);
    }

    private static Map<String, String> texts(JsonNode node) {
      Map<String, String> texts = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> member : node.properties()) {
        JsonNode value = member.getValue();
        texts.put(member.getKey(), value.isString() ? value.asString() : value.toString());
      }
      return texts;
    }
  }
}
