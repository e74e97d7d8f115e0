package ciss.verify;

import ciss.tensor.Precision;
import tools.jackson.databind.JsonNode;

/**
 * Tolerated difference between a result a and the stored tensor b.
 *
 * @param abs with {@code rel}: max|a-b| may be at most {@code abs + rel * max|b|}; NaN if these are not bounded
 * @param rel see {@code abs}
 * @param outliers share of the elements that may break that rule; 0 if none may
 * @param mismatch share of the elements that may differ at all; NaN if that is not bounded
 */
public record Bound(double abs, double rel, double outliers, double mismatch) {
  private static final double MORE_OUTLIERS = 2.5;
  private static final double COARSE = 1.25;

  static Bound of(JsonNode json) {
    boolean limited = json.has("abs") || json.has("rel");
    return new Bound(
        limited ? json.path("abs").asDouble(0) : Double.NaN,
        limited ? json.path("rel").asDouble(0) : Double.NaN,
        json.path("outliers").asDouble(0),
        json.path("mismatch").asDouble(Double.NaN));
  }

  /**
   * What bounds of values that went through products are multiplied by where the products are not computed in
   * float32, for which the cases were made. Rounding u of the operands is {@code u / 2^-24} times that of float32
   * ({@code 2^13} in tf32). The spread of a float32 sum of L terms comes from its additions and grows with
   * {@code sqrt(L)}, that from operands does not: with 64 terms, as in the first stages, the ratio of the spreads is
   * an eighth of that of the roundings. The bounds are 20 times the spread in float32; 5 times is enough for a
   * network that is right, another quarter: {@code 2^8} in tf32.
   */
  static double factor(Precision precision) {
    return precision == Precision.FP32 ? 1 : precision.roundoff() / 0x1p-24 / 8 / 4;
  }

  /**
   * The bound of a tensor of {@code n} elements times a factor. Labels differ where the two best scores are closer
   * than the errors of scores: their share grows with these; what is less than half an element cannot be seen in a
   * stored bound. Outliers are updates by AdamW, whose first steps have the size of the learning rate and the sign of
   * the gradient: they fail where a gradient is smaller than its error. Where ReLUs take the other side, gradients of
   * the heads are off by up to a third of their root mean square: for normally distributed ones that is a quarter of
   * the elements, {@value #MORE_OUTLIERS} times the usual tenth. {@code rel} is never more than {@value #COARSE}; see
   * {@link #isCoarse}.
   */
  Bound times(double factor, long n) {
    return factor == 1
        ? this
        : new Bound(
            abs * factor,
            Math.min(rel * factor, COARSE),
            Math.min(1, MORE_OUTLIERS * outliers),
            Math.max(mismatch, 0.5 / n) * factor);
  }

  /**
   * Whether {@code rel} is so large that it holds for root mean squares instead of the largest values. In bf16 ReLUs
   * make single gradients of the heads differ by as much as they are, and where few pixels reach a filter whose scale a
   * batch norm takes away, its gradient is rounding. Values of the other sign differ by 2, those that have nothing to do
   * with the stored ones by 1.41: both are still found.
   */
  boolean isCoarse() {
    return rel >= COARSE;
  }

  /** Whether {@code abs} and {@code rel} apply. */
  boolean limitsDifference() {
    return !Double.isNaN(abs);
  }

  /** Whether {@code mismatch} applies. */
  boolean limitsMismatch() {
    return !Double.isNaN(mismatch);
  }
}
