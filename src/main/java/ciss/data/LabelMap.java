package ciss.data;

import ciss.error.ShapeException;
import ciss.tensor.Box;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * A map of one byte per pixel, or a view of one: train ids with 255 = ignored, or a 0/1 mask that takes the same way.
 *
 * @param ids values, unsigned
 * @param offset index of the first value of the first row
 * @param rowStride values from one row to the next
 */
public record LabelMap(int height, int width, byte[] ids, int offset, int rowStride) {
  /** The value of pixels without a label. */
  public static final int IGNORED = 255;

  /** Wraps a whole map; the array is not copied. */
  public LabelMap(int height, int width, byte[] ids) {
    this(height, width, ids, 0, width);
    if (ids.length != height * width) {
      throw new ShapeException(
          "label map " + height + "x" + width + " needs " + height * width + " bytes, got " + ids.length);
    }
  }

  /** Value of a pixel, 0..255. */
  public int at(int y, int x) {
    return ids[offset + y * rowStride + x] & 0xff;
  }

  /** A view of a part; shares the values. The box must lie inside. */
  public LabelMap region(Box box) {
    return new LabelMap(box.height(), box.width(), ids, offset + box.y1() * rowStride + box.x1(), rowStride);
  }

  /** The whole area. */
  public Box bounds() {
    return new Box(0, height, 0, width);
  }

  /** A copy of another size with the same upper left corner: cut, or filled with {@link #IGNORED}. */
  public LabelMap resizedCanvas(int newHeight, int newWidth) {
    byte[] copy = new byte[newHeight * newWidth];
    Arrays.fill(copy, (byte) IGNORED);
    for (int y = 0; y < Math.min(height, newHeight); y++) {
      System.arraycopy(ids, offset + y * rowStride, copy, y * newWidth, Math.min(width, newWidth));
    }
    return new LabelMap(newHeight, newWidth, copy);
  }

  /**
   * Writes a window of the plane in whose upper left corner this map lies.
   *
   * @param flip mirror this map left and right
   * @param out U8 of the window's size, row-major, overwritten; {@link #IGNORED} beside the map
   */
  public void write(boolean flip, Box window, MemorySegment out) {
    int w = window.width();
    byte[] row = new byte[Math.max(width, window.x2())];
    for (int y = 0; y < window.height(); y++) {
      int from = window.y1() + y;
      Arrays.fill(row, (byte) IGNORED);
      for (int x = 0; from < height && x < width; x++) {
        row[x] = (byte) at(from, flip ? width - 1 - x : x);
      }
      MemorySegment.copy(row, window.x1(), out, ValueLayout.JAVA_BYTE, (long) y * w, w);
    }
  }

  /** Number of pixels of each of the 256 values inside a box. */
  public int[] histogram(Box box) {
    int[] counts = new int[256];
    for (int y = box.y1(); y < box.y2(); y++) {
      int at = offset + y * rowStride;
      for (int x = box.x1(); x < box.x2(); x++) {
        counts[ids[at + x] & 0xff]++;
      }
    }
    return counts;
  }

  /** Zeros in the margins [top, bottom, left, right], ones inside; a margin of 0 leaves its side alone. */
  public static LabelMap maskWithMargins(int height, int width, int[] margins) {
    byte[] mask = new byte[height * width];
    for (int y = margins[0]; y < height - margins[1]; y++) {
      for (int x = margins[2]; x < width - margins[3]; x++) {
        mask[y * width + x] = 1;
      }
    }
    return new LabelMap(height, width, mask);
  }
}
