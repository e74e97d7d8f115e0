package ciss.tensor.reference;

import ciss.tensor.Box;
import java.util.List;

/** Cutting windows out of {@code [n,h,w,c]}, putting them back, and mirroring. Windows are window-major. */
final class WindowsReference {
  private WindowsReference() {}

  private interface Visitor {
    void at(int map, int window);
  }

  static double[] cut(double[] x, int n, int h, int w, int c, List<Box> windows) {
    Box first = windows.getFirst();
    double[] y = new double[windows.size() * n * first.height() * first.width() * c];
    forEachCell(n, h, w, c, windows, (map, window) -> y[window] = x[map]);
    return y;
  }

  /** Sum of the windows at their places. */
  static double[] sum(double[] tiles, int n, int h, int w, int c, List<Box> windows) {
    double[] sum = new double[n * h * w * c];
    forEachCell(n, h, w, c, windows, (map, window) -> sum[map] += tiles[window]);
    return sum;
  }

  /** {@link #sum} divided by how many windows cover a cell. */
  static double[] average(double[] tiles, int n, int h, int w, int c, List<Box> windows) {
    double[] y = sum(tiles, n, h, w, c, windows);
    double[] count = new double[y.length];
    forEachCell(n, h, w, c, windows, (map, window) -> count[map]++);
    for (int i = 0; i < y.length; i++) {
      y[i] /= count[i];
    }
    return y;
  }

  static double[] flip(double[] x, int n, int h, int w, int c, boolean horizontal) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      int column = i / c % w;
      int row = i / c / w % h;
      int sample = i / c / w / h;
      int fromRow = horizontal ? row : h - 1 - row;
      int fromColumn = horizontal ? w - 1 - column : column;
      y[i] = x[((sample * h + fromRow) * w + fromColumn) * c + i % c];
    }
    return y;
  }

  private static void forEachCell(int n, int h, int w, int c, List<Box> windows, Visitor visitor) {
    int window = 0;
    for (Box box : windows) {
      for (int b = 0; b < n; b++) {
        for (int y = box.y1(); y < box.y2(); y++) {
          for (int x = box.x1(); x < box.x2(); x++) {
            for (int i = 0; i < c; i++) {
              visitor.at(((b * h + y) * w + x) * c + i, window++);
            }
          }
        }
      }
    }
  }
}
