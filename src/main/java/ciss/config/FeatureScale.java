package ciss.config;

/**
 * Which resolution's features enter the ImageNet feature distance: that of one HRDA scale, or both
 * ({@code all}, {@link #ALL}).
 *
 * @param scale the scale, a member of {@code model.hrda.scales}; NaN for {@link #ALL}
 */
public record FeatureScale(double scale) {
  /** Features of the context and the detail crop alike. */
  public static final FeatureScale ALL = new FeatureScale(Double.NaN);

  public boolean isAll() {
    return Double.isNaN(scale);
  }
}
