package ciss.api;

import ciss.report.Progress;
import java.util.Locale;
import java.util.Map;

/** The lines that a training prints: one row of means per log interval. */
final class TrainingTable {
  private static final String HEADER = "   iter       lr     src    mix   inv.s   inv.t     fd    s/it   data   mem MB       ETA";

  private TrainingTable() {}

  static String header() {
    return HEADER;
  }

  /**
   * @param values means of the interval: losses, {@code lr}, {@code time}, {@code data_time}, {@code memory_mb}
   */
  static String row(long iteration, Map<String, Double> values, double secondsLeft) {
    return String.format(
        Locale.ROOT,
        "%7d %8.1e %s %s %s %s %s %7.3f %6.3f %8.0f %9s",
        iteration,
        values.get("lr"),
        cell(6, 3, sum(values, "decode.", "src_", "decode.")),
        cell(6, 3, sum(values, "mix", "mix", "decode.")),
        cell(7, 3, sum(values, "src.inv_loss", "src.inv_loss", "")),
        cell(7, 3, sum(values, "mix_", "mix_", "inv_loss")),
        cell(6, 3, sum(values, "src", "src", "feat_dist")),
        values.get("time"),
        values.get("data_time"),
        values.get("memory_mb"),
        Progress.clock(secondsLeft));
  }

  /** Sum of the losses whose names start with one of two words and contain a third; NaN if there is none. */
  private static double sum(Map<String, Double> values, String start, String otherStart, String part) {
    double sum = Double.NaN;
    for (Map.Entry<String, Double> value : values.entrySet()) {
      String name = value.getKey();
      boolean matches = (name.startsWith(start) || name.startsWith(otherStart)) && name.contains(part);
      if (matches && name.contains("loss")) {
        sum = (Double.isNaN(sum) ? 0 : sum) + value.getValue();
      }
    }
    return sum;
  }

  private static String cell(int width, int digits, double value) {
    return Double.isNaN(value) ? " ".repeat(width - 1) + "-" : String.format(Locale.ROOT, "%" + width + "." + digits + "f", value);
  }
}
