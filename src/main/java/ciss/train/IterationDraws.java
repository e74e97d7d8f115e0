package ciss.train;

import ciss.model.PassDraws;
import ciss.tensor.MixOps.ColorJitter;

/**
 * Random decisions of one training iteration (method.md 2.3): from seeded streams in training, recorded in reference
 * cases. Answers do not depend on the order of the questions.
 */
public interface IterationDraws {
  /** j: uniform in [0,1), shared by all mixes of the iteration. */
  double colorJitterSwitch();

  /** b: uniform in [0,1), shared by all mixes of the iteration. */
  double blurSwitch();

  /**
   * Decisions inside the student's pass number {@code index} (0-based, in the order of method.md 2.3).
   */
  PassDraws pass(int index);

  /** {@code count} different numbers in [0,present): places in the sorted list of the batch's classes. */
  int[] chosenClasses(int sample, int present, int count);

  /** Parameters of the colour jitter of one sample of mix number {@code mix}. */
  ColorJitter colorJitter(int mix, int sample, double[] strengths);

  /** Standard deviation of the blur of one sample of mix number {@code mix}, in pixels. */
  double blurSigma(int mix, int sample);
}
