package ciss.eval;

import ciss.error.DataException;

/**
 * Counts pixels by true and predicted class. Pixels whose label is 255 are not counted. Counts are exact. Not
 * thread-safe; matrices of several threads can be added up.
 */
public final class ConfusionMatrix {
  private static final int IGNORED = 255;

  private final int classes;
  private final long[] counts;

  /** All zero, for this number of classes (at most 255). */
  public ConfusionMatrix(int classes) {
    this.classes = classes;
    this.counts = new long[classes * classes];
  }

  /** Number of classes. */
  public int classes() {
    return classes;
  }

  /**
   * Counts one picture.
   *
   * @param label train ids and 255
   * @param prediction train ids, same length
   * @throws DataException if the lengths differ or a value is no class
   */
  public void add(byte[] label, byte[] prediction) {
    if (label.length != prediction.length) {
      throw new DataException(
          "label and prediction differ in size: " + label.length + " and " + prediction.length + " pixels.");
    }
    for (int i = 0; i < label.length; i++) {
      int row = label[i] & 0xff;
      if (row == IGNORED) {
        continue;
      }
      int column = prediction[i] & 0xff;
      if (row >= classes || column >= classes) {
        throw new DataException(
            "pixel " + i + ": label " + row + ", prediction " + column + "; allowed: 0.." + (classes - 1)
                + " and 255 in the label.");
      }
      counts[row * classes + column]++;
    }
  }

  /** Adds the counts of another matrix. */
  public void add(ConfusionMatrix other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
  }

  /** Pixels counted altogether. */
  public long total() {
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }

  /** Pixels of class {@code label} that were predicted as {@code prediction}. */
  public long count(int label, int prediction) {
    return counts[label * classes + prediction];
  }

  /** Correctly predicted pixels of a class. */
  public long intersection(int c) {
    return count(c, c);
  }

  /** Labelled pixels of a class. */
  public long labelled(int c) {
    long sum = 0;
    for (int p = 0; p < classes; p++) {
      sum += count(c, p);
    }
    return sum;
  }

  /** Pixels predicted as a class (where there is a label). */
  public long predicted(int c) {
    long sum = 0;
    for (int l = 0; l < classes; l++) {
      sum += count(l, c);
    }
    return sum;
  }

  /** Pixels that are of a class by label or by prediction. */
  public long union(int c) {
    return labelled(c) + predicted(c) - intersection(c);
  }
}
