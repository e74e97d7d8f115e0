package ciss.data;

import ciss.tensor.Box;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** Writes crops into sample buffers: mirrored, normalised, filled up at the bottom and the right. */
final class SampleWriter {
  private SampleWriter() {}

  /**
   * Writes a picture.
   *
   * @param window the part of the padded picture that is written; its size is that of the buffer
   * @param out F32 {@code [h, w, 3]} R,G,B, overwritten
   */
  static void picture(
      Picture crop, boolean flip, Box window, Normalization normalization, float padValue, MemorySegment out) {
    int w = window.width();
    float[] row = new float[3 * Math.max(crop.width(), window.x2())];
    for (int y = 0; y < window.height(); y++) {
      int from = window.y1() + y;
      int filled = 0;
      if (from < crop.height()) {
        normalization.row(crop, from, flip, row);
        filled = 3 * crop.width();
      }
      if (filled < row.length) {
        Arrays.fill(row, filled, row.length, padValue);
      }
      MemorySegment.copy(row, 3 * window.x1(), out, ValueLayout.JAVA_FLOAT_UNALIGNED, 12L * y * w, 3 * w);
    }
  }

  /**
   * Writes labels or a mask; padding is 255.
   *
   * @param out U8 {@code [h, w]}, overwritten
   */
  static void map(LabelMap crop, boolean flip, Box window, MemorySegment out) {
    int w = window.width();
    byte[] row = new byte[Math.max(crop.width(), window.x2())];
    for (int y = 0; y < window.height(); y++) {
      int from = window.y1() + y;
      Arrays.fill(row, (byte) LabelMap.IGNORED);
      for (int x = 0; from < crop.height() && x < crop.width(); x++) {
        row[x] = (byte) crop.at(from, flip ? crop.width() - 1 - x : x);
      }
      MemorySegment.copy(row, window.x1(), out, ValueLayout.JAVA_BYTE, (long) y * w, w);
    }
  }
}
