package ciss.eval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The scores of one metric, from summed counts (data.md 4.1; golden kind {@code metrics}).
 *
 * <p>0/0 is NaN and stays NaN in the class table; means skip NaN classes and are taken before rounding. So a class that
 * is neither labelled nor predicted drops out of the mean, one that is predicted but never labelled counts with IoU 0.
 * All values are 0..1, unrounded; {@link #results()} and the tables give percent with two digits.
 *
 * @param metric what was computed
 * @param classNames one per class
 * @param aAcc correct pixels / labelled pixels over all classes
 * @param perClass {@code [score][class]}, scores in the order of {@link Metric#scores()}
 * @param means of each score over the classes that are not NaN
 */
public record Scores(Metric metric, List<String> classNames, double aAcc, double[][] perClass, double[] means) {

  /** Computes the scores. */
  public static Scores of(Metric metric, ConfusionMatrix m, List<String> classNames) {
    long correct = 0;
    long labelled = 0;
    for (int c = 0; c < m.classes(); c++) {
      correct += m.intersection(c);
      labelled += m.labelled(c);
    }
    List<String> names = metric.scores();
    double[][] perClass = new double[names.size()][m.classes()];
    double[] means = new double[names.size()];
    for (int s = 0; s < names.size(); s++) {
      for (int c = 0; c < m.classes(); c++) {
        perClass[s][c] = metric.score(names.get(s), m, c);
      }
      means[s] = Arrays.stream(perClass[s]).filter(v -> !Double.isNaN(v)).average().orElse(Double.NaN);
    }
    return new Scores(metric, List.copyOf(classNames), (double) correct / labelled, perClass, means);
  }

  /** Mean of the first score: mIoU, mDice or mFscore. */
  public double mean() {
    return means[0];
  }

  /** The values under the reference's keys ({@code aAcc, mIoU, mAcc, IoU.road, ...}): rounded percentages over 100. */
  public Map<String, Double> results() {
    Map<String, Double> results = new LinkedHashMap<>();
    results.put("aAcc", percent(aAcc) / 100);
    List<String> names = metric.scores();
    for (int s = 0; s < names.size(); s++) {
      results.put("m" + names.get(s), percent(means[s]) / 100);
    }
    for (int s = 0; s < names.size(); s++) {
      for (int c = 0; c < classNames.size(); c++) {
        results.put(names.get(s) + "." + classNames.get(c), percent(perClass[s][c]) / 100);
      }
    }
    return results;
  }

  /** The table of all classes, in percent. */
  public String classTable() {
    List<String> header = new ArrayList<>(List.of("Class"));
    header.addAll(metric.scores());
    List<List<String>> rows = new ArrayList<>(List.of(header));
    for (int c = 0; c < classNames.size(); c++) {
      List<String> row = new ArrayList<>(List.of(classNames.get(c)));
      for (double[] score : perClass) {
        row.add(text(score[c]));
      }
      rows.add(row);
    }
    return TextTable.centered(rows);
  }

  /** The table of the means, in percent. */
  public String summaryTable() {
    List<String> header = new ArrayList<>(List.of("aAcc"));
    List<String> row = new ArrayList<>(List.of(text(aAcc)));
    for (int s = 0; s < means.length; s++) {
      header.add("m" + metric.scores().get(s));
      row.add(text(means[s]));
    }
    return TextTable.centered(List.of(header, row));
  }

  /** Percent, two digits, half to even. */
  private static double percent(double share) {
    return Math.rint(share * 100 * 100) / 100;
  }

  /** A share as the tables show it: percent with two digits, or {@code nan}. */
  public static String text(double share) {
    return Double.isNaN(share) ? "nan" : Double.toString(percent(share));
  }
}
