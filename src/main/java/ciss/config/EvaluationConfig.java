package ciss.config;

import java.util.List;

/**
 * Evaluation during training.
 *
 * @param limit null = every picture
 */
public record EvaluationConfig(
    @Key(computed = "iterations/10", reference = "evaluation.interval", doc = "iterations between evaluations")
        int interval,
    @Key(value = "[mIoU]", reference = "evaluation.metric", doc = "mIoU, mDice, mFscore") List<Metric> metrics,
    @Key(value = "student", ours = true, unavailable = "both", doc = "the reference evaluates the student") Weights weights,
    @Key(value = "null", ours = true, nullable = true, doc = "first n pictures only") Integer limit,
    @Key(value = "8", ours = true, doc = "pictures kept for the report") int reportImages) {

  /** The metrics there are. */
  public enum Metric {
    M_IOU("mIoU"),
    M_DICE("mDice"),
    M_FSCORE("mFscore");

    private final String written;

    Metric(String written) {
      this.written = written;
    }

    @Override
    public String toString() {
      return written;
    }
  }

  /** Whose predictions are evaluated. */
  public enum Weights {
    STUDENT,
    TEACHER
  }
}
