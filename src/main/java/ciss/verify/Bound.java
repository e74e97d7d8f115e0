package ciss.verify;

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
  static Bound of(JsonNode json) {
    boolean limited = json.has("abs") || json.has("rel");
    return new Bound(
        limited ? json.path("abs").asDouble(0) : Double.NaN,
        limited ? json.path("rel").asDouble(0) : Double.NaN,
        json.path("outliers").asDouble(0),
        json.path("mismatch").asDouble(Double.NaN));
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
