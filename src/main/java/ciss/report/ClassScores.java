package ciss.report;

import ciss.error.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Scores of one test, as shares of 1. NaN where a class neither occurs nor is predicted.
 *
 * @param data what was tested on, such as {@code acdc} or {@code night}
 * @param iteration iteration of the weights, -1 if unknown
 * @param iou intersection over union per class name
 * @param accuracy recall per class name; may be empty
 * @param confusion {@code [label][prediction]} pixel counts; may be empty
 */
public record ClassScores(
    String data,
    String split,
    int iteration,
    double mIoU,
    double mAcc,
    double aAcc,
    Map<String, Double> iou,
    Map<String, Double> accuracy,
    List<List<Long>> confusion) {

  /** Scores without the details that only an evaluation file has. */
  public static ClassScores of(String data, String split, int iteration, double mIoU, Map<String, Double> iou) {
    return new ClassScores(data, split, iteration, mIoU, Double.NaN, Double.NaN, iou, Map.of(), List.of());
  }

  /** The members of an evaluation file: those of the log line, recall per class and pixel counts. */
  public Map<String, Object> detailed() {
    Map<String, Object> all = logged();
    all.put("Acc", accuracy);
    all.put("confusion", confusion);
    return all;
  }

  /** The members of an {@code eval} line of {@code log.jsonl}, without its type. */
  Map<String, Object> logged() {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("iter", iteration);
    line.put("data", data);
    line.put("split", split);
    line.put("weights", "student");
    line.put("mIoU", mIoU);
    line.put("mAcc", mAcc);
    line.put("aAcc", aAcc);
    line.put("IoU", iou);
    return line;
  }

  /** The scores of every evaluation file of a folder, oldest iteration first; none if there is no such folder. */
  public static List<ClassScores> readAll(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .map(ClassScores::read)
          .sorted(Comparator.comparingInt(ClassScores::iteration).thenComparing(ClassScores::data))
          .toList();
    } catch (IOException e) {
      throw new DataException("cannot read the evaluations in " + folder + ": " + e.getMessage(), e);
    }
  }

  private static ClassScores read(Path file) {
    try {
      JsonNode node = JsonMapper.shared().readTree(Files.readAllBytes(file));
      List<List<Long>> confusion = new ArrayList<>();
      for (JsonNode row : node.path("confusion")) {
        confusion.add(row.valueStream().map(JsonNode::asLong).toList());
      }
      return new ClassScores(
          node.path("data").asString(""),
          node.path("split").asString(""),
          node.path("iter").asInt(-1),
          node.path("mIoU").asDouble(Double.NaN),
          node.path("mAcc").asDouble(Double.NaN),
          node.path("aAcc").asDouble(Double.NaN),
          values(node.path("IoU")),
          values(node.path("Acc")),
          confusion);
    } catch (IOException | JacksonException e) {
      throw new DataException("cannot read the evaluation " + file + ": " + e.getMessage(), e);
    }
  }

  private static Map<String, Double> values(JsonNode members) {
    Map<String, Double> values = new LinkedHashMap<>();
    members.properties().forEach(member -> values.put(member.getKey(), member.getValue().asDouble(Double.NaN)));
    return values;
  }
}
