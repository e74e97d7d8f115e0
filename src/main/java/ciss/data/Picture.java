package ciss.data;

import ciss.tensor.Box;

/**
 * A picture {@code [height][width][3]}, channels B,G,R, values 0..255 (float pictures may leave that range). Immutable
 * by convention: steps make new pictures or views, nobody writes into one that others may hold.
 */
public sealed interface Picture permits BytePicture, FloatPicture {

  /** Rows. */
  int height();

  /** Columns. */
  int width();

  /**
   * Copies a part of a row.
   *
   * @param y row
   * @param x first column
   * @param n number of pixels
   * @param bgr receives 3n values from index 0 on
   */
  void readRow(int y, int x, int n, float[] bgr);

  /** A view of a part; shares the pixels. The box must lie inside. */
  Picture region(Box box);

  /** The whole area. */
  default Box bounds() {
    return new Box(0, height(), 0, width());
  }

  /** Bytes that the pixels of a whole picture of this size and type take. */
  long byteSize();
}
