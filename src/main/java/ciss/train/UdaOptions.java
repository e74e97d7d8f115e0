package ciss.train;

import ciss.tensor.LossOps;
import java.util.List;

/**
 * Options of the adaptation (method.md 2.2). {@link Method#DACS} is the special case of {@link Method#CISS} with cross
 * entropy on the original source, one mix of originals and no invariance; only its log names differ.
 */
public record UdaOptions(
    Method method,
    double alpha,
    PseudoLabel pseudoLabel,
    Mixing mixing,
    FeatureDistance featureDistance,
    Source source,
    Target target,
    Invariance invariance) {

  /** Which trainer of the reference. */
  public enum Method {
    CISS,
    DACS
  }

  /**
   * @param threshold pseudo_threshold
   * @param ignoreTop pseudo_weight_ignore_top, rows of the crop
   * @param input the target view shown to the teacher
   */
  public record PseudoLabel(float threshold, int ignoreTop, int ignoreBottom, View input) {}

  /**
   * @param blur whether mixed images may be blurred
   * @param strengths of brightness, contrast, saturation, hue
   * @param jitterThreshold color_jitter_probability: the jitter is applied if the draw is GREATER than this
   */
  public record Mixing(boolean blur, double[] strengths, double jitterThreshold) {}

  /**
   * ImageNet feature distance.
   *
   * @param lambda 0: off
   * @param classes train ids whose positions count; null: all positions
   */
  public record FeatureDistance(double lambda, int[] classes, double minRatio) {}

  /** Losses on the source image (ce_original, ce_stylized, average_ce, inv). */
  public record Source(boolean ceOriginal, boolean ceStylized, boolean averageCe, boolean invariance) {
    boolean ce(View view) {
      return view == View.ORIGINAL ? ceOriginal : ceStylized;
    }
  }

  /** Mixed images to train on, in order, and pairs of them whose features should agree. */
  public record Target(List<View.Mix> ce, boolean averageCe, List<View.MixPair> invariance) {}

  /**
   * Feature invariance loss.
   *
   * @param weightSource five weights, one per feature level of method.md 2.6
   * @param minRatio of the label reduction of the class-averaged variant
   */
  public record Invariance(
      LossOps.Norm norm, boolean classAverage, double[] weightSource, double[] weightTarget, double minRatio) {}

  /** Options of {@link Method#DACS}: everything that concerns stylized views is off. */
  public static UdaOptions dacs(double alpha, PseudoLabel pseudoLabel, Mixing mixing, FeatureDistance featureDistance) {
    return new UdaOptions(
        Method.DACS,
        alpha,
        pseudoLabel,
        mixing,
        featureDistance,
        new Source(true, false, false, false),
        new Target(List.of(View.Mix.ORIGINALS), false, List.of()),
        new Invariance(LossOps.Norm.L2, false, new double[5], new double[5], featureDistance.minRatio()));
  }

  /** True if any loss looks at stylized views, so that the loader must make them. */
  public boolean needsStylizedViews() {
    return source.ceStylized()
        || source.invariance()
        || pseudoLabel.input() == View.STYLIZED
        || target.ce().stream().anyMatch(UdaOptions::stylized)
        || target.invariance().stream().anyMatch(p -> stylized(p.first()) || stylized(p.second()));
  }

  private static boolean stylized(View.Mix mix) {
    return mix.source() == View.STYLIZED || mix.target() == View.STYLIZED;
  }
}
