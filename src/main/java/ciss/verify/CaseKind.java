package ciss.verify;

/**
 * Replays one kind of reference case with this program's own code. A kind that needs a device takes its
 * {@code Backend} in the constructor.
 */
public interface CaseKind {

  /** The kind as written in the JSON files, such as {@code fda}. */
  String kind();

  /** What the stored bounds are multiplied by: 1 unless the kind's results depend on a backend's precision. */
  default double boundFactor() {
    return 1;
  }

  /**
   * Computes the case and hands every result to {@code out}. All stored results ({@code out.*}, {@code grad.*}) must be
   * compared or skipped explicitly.
   */
  void run(GoldenCase golden, Comparison out);
}
