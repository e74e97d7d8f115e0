package ciss.tensor.cpu;

import ciss.tensor.Box;
import ciss.tensor.Tensor;
import java.util.List;

/**
 * Where rows of windows are in a map {@code [n,h,w,c]} and in its tiles {@code [windows*n,wh,ww,c]}.
 *
 * @param rowBytes bytes of one row of a window
 */
record WindowRows(List<Box> windows, long map, long tiles, int n, int h, int w, long pixelBytes, long rowBytes) {
  static WindowRows of(Tensor map, List<Box> windows, Tensor tiles) {
    long pixelBytes = (long) map.size(3) * map.dtype().bytes();
    long rowBytes = pixelBytes * windows.getFirst().width();
    return new WindowRows(
        windows, map.address(), tiles.address(), map.size(0), map.size(1), map.size(2), pixelBytes, rowBytes);
  }

  /** Address of a window's part of a row of the map. */
  long inMap(int window, int sample, int row) {
    return map + pixelBytes * (((long) sample * h + row) * w + windows.get(window).x1());
  }

  /** Address of the same row in the window's tile. */
  long inTile(int window, int sample, int row) {
    Box box = windows.get(window);
    return tiles + rowBytes * (((long) window * n + sample) * box.height() + row - box.y1());
  }

  /** How many windows hold a pixel. */
  static int coverage(List<Box> windows, int row, int column) {
    int count = 0;
    for (Box box : windows) {
      boolean inside = row >= box.y1() && row < box.y2() && column >= box.x1() && column < box.x2();
      count += inside ? 1 : 0;
    }
    return count;
  }

  /** The first column behind {@code column} where a window begins or ends, at most {@code width}. */
  static int nextEdge(List<Box> windows, int column, int width) {
    int next = width;
    for (Box box : windows) {
      next = box.x1() > column ? Math.min(next, box.x1()) : next;
      next = box.x2() > column ? Math.min(next, box.x2()) : next;
    }
    return next;
  }
}
