package ciss.data.prepare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Fills polygons pixel for pixel as Pillow 9.4 does, which the official label scripts draw with (data.md 3.6; golden kind
 * {@code polygons}). Horizontal edges fill their row; in every row the crossings of the other edges are sorted and filled
 * in pairs, borders included. Non-integer values are float32.
 */
final class PolygonFill {

  /** A border that is not horizontal; {@code dx} is the step in x per row. */
  private record Edge(int x0, int y0, int yMin, int yMax, float dx) {
    float xAt(int y) {
      return (y - y0) * dx + x0;
    }

    boolean covers(int y) {
      return y >= yMin && y <= yMax;
    }
  }

  private final byte[] pixels;
  private final int height;
  private final int width;
  private final byte value;
  private final List<Edge> edges = new ArrayList<>();

  private PolygonFill(byte[] pixels, int height, int width, byte value) {
    this.pixels = pixels;
    this.height = height;
    this.width = width;
    this.value = value;
  }

  /**
   * Fills a polygon.
   *
   * @param pixels {@code [height][width]}, written where the polygon is
   * @param x corners, may lie outside the picture; at least 2
   * @param y corners
   */
  static void fill(byte[] pixels, int height, int width, int[] x, int[] y, int value) {
    PolygonFill fill = new PolygonFill(pixels, height, width, (byte) value);
    int n = x.length;
    boolean closed = x[0] == x[n - 1] && y[0] == y[n - 1];
    fill.addEdges(x, y, closed ? n - 1 : n);
    fill.rows();
  }

  /** Adds the edges from each of the first {@code count} points to its successor; fills the horizontal ones. */
  private void addEdges(int[] x, int[] y, int count) {
    for (int i = 0; i < count; i++) {
      int x1 = x[(i + 1) % x.length];
      int y1 = y[(i + 1) % x.length];
      if (y[i] == y1) {
        span(y1, Math.min(x[i], x1), Math.max(x[i], x1));
      } else {
        float dx = (float) (x1 - x[i]) / (y1 - y[i]);
        edges.add(new Edge(x[i], y[i], Math.min(y[i], y1), Math.max(y[i], y1), dx));
      }
    }
  }

  private void rows() {
    int first = Integer.MAX_VALUE;
    int last = Integer.MIN_VALUE;
    for (Edge edge : edges) {
      first = Math.min(first, edge.yMin);
      last = Math.max(last, edge.yMax);
    }
    last = Math.min(last, height);
    float[] crossings = new float[2 * edges.size()];
    for (int y = Math.max(first, 0); y <= last; y++) {
      int n = crossings(y, last, crossings);
      Arrays.sort(crossings, 0, n);
      for (int i = 1; i < n; i += 2) {
        int from = up(crossings[i - 1]);
        int to = down(crossings[i]);
        span(y, Math.min(from, to), Math.max(from, to));
      }
    }
  }

  private int crossings(int y, int last, float[] crossings) {
    int n = 0;
    for (int i = 0; i < edges.size(); i++) {
      Edge edge = edges.get(i);
      if (!edge.covers(y)) {
        continue;
      }
      float x = edge.xAt(y);
      crossings[n++] = x;
      if (y == edge.yMax && y < last) {
        crossings[n++] = x;
      } else if (edge.dx != 0 && x == Math.rint(x) && (y == edge.yMin || y == edge.yMax)) {
        corner(i, y, last, x, crossings);
      }
    }
    return n;
  }

  /**
   * Joins the tips of two edges that lean the same way. The entry that is overwritten is the one at the <em>edge's</em>
   * number, not at its crossing: so the reference does it.
   */
  private void corner(int i, int y, int last, float x, float[] crossings) {
    Edge edge = edges.get(i);
    for (int k = 0; k < i; k++) {
      Edge other = edges.get(k);
      boolean sameLean = Math.signum(edge.dx) == Math.signum(other.dx);
      boolean together = y == edge.yMin && y == other.yMin || y == edge.yMax && y == other.yMax;
      if (!sameLean || !together || other.xAt(y) != x) {
        continue;
      }
      int next = y == last ? y - 1 : y + 1;
      float smaller = Math.min(edge.xAt(next), other.xAt(next));
      float larger = Math.max(edge.xAt(next), other.xAt(next));
      if (y == edge.yMax) {
        crossings[k] = edge.dx > 0 ? larger + 1 : smaller - 1;
      } else {
        crossings[k] = edge.dx > 0 ? smaller : larger + 1;
      }
      return;
    }
  }

  private void span(int y, int from, int to) {
    if (y < 0 || y >= height || to < 0 || from >= width) {
      return;
    }
    Arrays.fill(pixels, y * width + Math.max(from, 0), y * width + Math.min(to, width - 1) + 1, value);
  }

  private static int up(float x) {
    return (int) (x >= 0 ? Math.floor(x + 0.5f) : -Math.floor(Math.abs(x) + 0.5f));
  }

  private static int down(float x) {
    return (int) (x >= 0 ? Math.ceil(x - 0.5f) : -Math.ceil(Math.abs(x) - 0.5f));
  }
}
