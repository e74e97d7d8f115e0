package ciss.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A line chart as SVG: axes with round numbers, a thin line of the values and a thick smoothed one, a legend. It needs
 * no script; the report adds a reading line that follows the pointer, from the numbers stored with each line.
 *
 * @param title shown above
 * @param xLabel what the x axis counts
 * @param logarithmic whether y is drawn on a logarithmic scale (values must be positive)
 */
public record LineChart(String title, String xLabel, boolean logarithmic, List<Series> series) {
  static final String[] COLOURS =
      {"#7c8798", "#0d9488", "#d97706", "#7c3aed", "#dc2626", "#2563eb", "#65a30d", "#db2777"};
  private static final int WIDTH = 620;
  private static final int HEIGHT = 270;
  private static final int LEFT = 52;
  private static final int RIGHT = 12;
  private static final int TOP = 34;
  private static final int BOTTOM = 40;
  private static final int SMOOTHED_FROM = 30;

  /**
   * One line.
   *
   * @param colour CSS colour, or empty for the next of the palette
   * @param x ascending
   */
  public record Series(String label, String colour, double[] x, double[] y) {
    static Series of(String label, List<double[]> points) {
      return new Series(
          label,
          "",
          points.stream().mapToDouble(p -> p[0]).toArray(),
          points.stream().mapToDouble(p -> p[1]).toArray());
    }

    /** The same line in a given colour. */
    public Series in(String cssColour) {
      return new Series(label, cssColour, x, y);
    }
  }

  private record Axis(double low, double high, double step, boolean logarithmic) {
    double share(double value) {
      if (logarithmic) {
        return (Math.log10(Math.max(value, 1e-12)) - low) / (high - low);
      }
      return (value - low) / (high - low);
    }

    List<Double> ticks() {
      List<Double> ticks = new ArrayList<>();
      for (double t = Math.ceil(low / step - 1e-9) * step; t <= high + 1e-9 * step; t += step) {
        ticks.add(logarithmic ? Math.pow(10, t) : t);
      }
      return ticks;
    }
  }

  /** The chart as one {@code <svg>} element. */
  public String svg() {
    StringBuilder svg = new StringBuilder();
    put(svg,
        "<svg class=\"chart\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\" "
        + "font-family=\"system-ui,sans-serif\">", WIDTH, HEIGHT, Html.escape(title));
    put(svg,
        "<text class=\"chart-title\" x=\"%d\" y=\"14\" font-size=\"13\" font-weight=\"600\" "
        + "fill=\"currentColor\">%s</text>", LEFT, Html.escape(title));
    Axis x = axis(true);
    Axis y = axis(false);
    grid(svg, x, y);
    double legendX = LEFT;
    for (int i = 0; i < series.size(); i++) {
      Series line = series.get(i);
      if (line.x.length == 0) {
        continue;
      }
      String colour = line.colour.isEmpty() ? COLOURS[i % COLOURS.length] : line.colour;
      line(svg, line, colour, x, y);
      put(svg,
          "<g font-size=\"11\" fill=\"currentColor\">"
          + "<rect x=\"%.1f\" y=\"20\" width=\"10\" height=\"3\" rx=\"1.5\" fill=\"%s\"/>"
          + "<text x=\"%.1f\" y=\"25\">%s</text></g>", legendX, colour, legendX + 14, Html.escape(line.label));
      legendX += 30 + 6.2 * line.label.length();
    }
    return svg.append("</svg>").toString();
  }

  private static void put(StringBuilder svg, String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values));
  }

  private Axis axis(boolean horizontal) {
    double low = Double.MAX_VALUE;
    double high = -Double.MAX_VALUE;
    for (Series line : series) {
      for (double value : horizontal ? line.x : line.y) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    if (low > high) {
      return new Axis(0, 1, 0.2, false);
    }
    if (!horizontal && logarithmic) {
      double from = Math.log10(Math.max(low, 1e-6));
      double to = Math.max(from + 0.1, Math.log10(Math.max(high, 1e-6)));
      return new Axis(from - 0.03 * (to - from), to + 0.03 * (to - from), to - from > 2 ? 1 : 0.30103, true);
    }
    if (horizontal) {
      low = 0;
    } else if (low > 0 && low < 0.5 * high) {
      low = 0;
    }
    double span = high > low ? high - low : Math.max(1e-9, Math.abs(high));
    double step = roundStep(span / 5);
    return new Axis(Math.floor(low / step) * step, horizontal ? low + span : Math.ceil((low + span) / step) * step,
        step, false);
  }

  /** The next of 1, 2, 5 times a power of ten. */
  private static double roundStep(double rough) {
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double digit = rough / power;
    return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
  }

  private void grid(StringBuilder svg, Axis x, Axis y) {
    svg.append("<g font-size=\"10.5\" fill=\"currentColor\" stroke=\"none\">");
    for (double tick : y.ticks()) {
      double py = pixelY(y, tick);
      put(svg,
          "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"currentColor\" "
          + "stroke-opacity=\".13\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" opacity=\".65\">%s</text>", LEFT,
              WIDTH - RIGHT, py, py, LEFT - 7, py + 3.5, number(tick));
    }
    for (double tick : x.ticks()) {
      put(svg, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" opacity=\".65\">%s</text>", pixelX(x, tick),
          HEIGHT - BOTTOM + 16, number(tick));
    }
    put(svg, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" opacity=\".65\">%s</text></g>", WIDTH - RIGHT, HEIGHT - 6,
        Html.escape(xLabel));
  }

  private static double pixelX(Axis axis, double value) {
    return LEFT + axis.share(value) * (WIDTH - LEFT - RIGHT);
  }

  private static double pixelY(Axis axis, double value) {
    return HEIGHT - BOTTOM - axis.share(value) * (HEIGHT - TOP - BOTTOM);
  }

  private static void line(StringBuilder svg, Series s, String colour, Axis x, Axis y) {
    boolean smoothed = s.x.length >= SMOOTHED_FROM;
    double[] mean = smoothed ? smooth(s.y) : s.y;
    if (smoothed) {
      put(svg, "<path fill=\"none\" stroke=\"%s\" stroke-opacity=\".28\" d=\"%s\"/>", colour, path(s.x, s.y, x, y));
    }
    put(svg,
        "<path class=\"line\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\" stroke-linejoin=\"round\" "
        + "d=\"%s\" data-label=\"%s\" data-points=\"%s\"/>", colour, path(s.x, mean, x, y), Html.escape(s.label),
            points(s.x, mean, x, y));
    if (s.x.length <= 12) {
      for (int i = 0; i < s.x.length; i++) {
        put(svg, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>", pixelX(x, s.x[i]), pixelY(y, mean[i]),
            colour);
      }
    }
  }

  private static String path(double[] xs, double[] ys, Axis x, Axis y) {
    StringBuilder d = new StringBuilder();
    for (int i = 0; i < xs.length; i++) {
      d.append(i == 0 ? 'M' : 'L').append(String.format(Locale.ROOT, "%.1f %.1f", pixelX(x, xs[i]), pixelY(y, ys[i])));
    }
    return d.toString();
  }

  /** {@code px,py,x,y} per point, for the reading line. */
  private static String points(double[] xs, double[] ys, Axis x, Axis y) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < xs.length; i++) {
      text.append(
          String.format(Locale.ROOT, "%s%.1f,%.1f,%s,%s", i == 0 ? "" : ";", pixelX(x, xs[i]), pixelY(y, ys[i]),
              number(xs[i]), number(ys[i])));
    }
    return text.toString();
  }

  /** Centred mean over about a twentieth of the line. */
  private static double[] smooth(double[] y) {
    int radius = Math.max(1, y.length / 40);
    double[] mean = new double[y.length];
    for (int i = 0; i < y.length; i++) {
      int from = Math.max(0, i - radius);
      int to = Math.min(y.length - 1, i + radius);
      for (int j = from; j <= to; j++) {
        mean[i] += y[j] / (to - from + 1);
      }
    }
    return mean;
  }

  /** A short number: four digits, no trailing zeros. */
  static String number(double value) {
    if (value == 0 || !Double.isFinite(value)) {
      return value == 0 ? "0" : "–";
    }
    double size = Math.abs(value);
    if (size >= 1e5 || size < 1e-3) {
      return String.format(Locale.ROOT, "%.2g", value).replaceAll("\\.?0*e\\+?(-?)0*", "e$1");
    }
    String text = String.format(Locale.ROOT, size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.3f", value);
    return text.contains(".") ? text.replaceAll("0+$", "").replaceAll("\\.$", "") : text;
  }
}
