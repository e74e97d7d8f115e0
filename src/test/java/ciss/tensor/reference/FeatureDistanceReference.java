package ciss.tensor.reference;

/** ImageNet feature distance (method.md 2.5): masked mean of {@code |f - g|} over positions of {@code [cells,c]}. */
final class FeatureDistanceReference {
  /** Loss with the factor, number of positions, gradient of f. */
  record Result(double loss, double count, double[] df) {}

  private FeatureDistanceReference() {}

  /**
   * @param mask empty: every position counts
   */
  static Result forwardBackward(double[] f, double[] g, int c, int[] mask, double factor) {
    int cells = f.length / c;
    double[] norm = new double[cells];
    double sum = 0;
    double count = 0;
    for (int p = 0; p < cells; p++) {
      for (int i = p * c; i < (p + 1) * c; i++) {
        norm[p] += (f[i] - g[i]) * (f[i] - g[i]);
      }
      norm[p] = Math.sqrt(norm[p]);
      if (mask.length == 0 || mask[p] != 0) {
        sum += norm[p];
        count++;
      }
    }
    double[] df = new double[f.length];
    for (int i = 0; i < df.length; i++) {
      int p = i / c;
      if (norm[p] > 0 && (mask.length == 0 || mask[p] != 0)) {
        df[i] = factor / count * (f[i] - g[i]) / norm[p];
      }
    }
    return new Result(count == 0 ? 0 : factor * sum / count, count, df);
  }
}
