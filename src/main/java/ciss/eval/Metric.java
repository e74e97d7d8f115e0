package ciss.eval;

import java.util.Arrays;
import java.util.List;

/**
 * A family of scores per class. The first score of each gives the family its name: its mean over the classes is
 * {@code mIoU}, {@code mDice} or {@code mFscore}.
 */
public enum Metric {
  MIOU("mIoU", "IoU", "Acc"),
  MDICE("mDice", "Dice", "Acc"),
  MFSCORE("mFscore", "Fscore", "Precision", "Recall");

  private final String label;
  private final List<String> scores;

  Metric(String label, String... scores) {
    this.label = label;
    this.scores = List.of(scores);
  }

  /** Names of the scores of a class, in the order of the table. */
  public List<String> scores() {
    return scores;
  }

  /** The family of this name, or null. */
  public static Metric named(String name) {
    return Arrays.stream(values()).filter(m -> m.label.equals(name)).findFirst().orElse(null);
  }

  /** One score of one class, 0..1, NaN where nothing defines it. */
  double score(String name, ConfusionMatrix m, int c) {
    double hit = m.intersection(c);
    double precision = hit / m.predicted(c);
    double recall = hit / m.labelled(c);
    return switch (name) {
      case "IoU" -> hit / m.union(c);
      case "Acc", "Recall" -> recall;
      case "Precision" -> precision;
      case "Dice" -> 2 * hit / (m.predicted(c) + m.labelled(c));
      case "Fscore" -> 2 * precision * recall / (precision + recall);
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** The configuration's spelling. */
  @Override
  public String toString() {
    return label;
  }
}
