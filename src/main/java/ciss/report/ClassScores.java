package ciss.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
}
