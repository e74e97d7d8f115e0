package ciss.data;

import ciss.error.ShapeException;
import ciss.tensor.Box;

/**
 * An 8-bit picture or a view of one.
 *
 * @param bgr pixels B,G,R, unsigned
 * @param offset index of the first value of the first row
 * @param rowStride values from one row to the next
 */
public record BytePicture(int height, int width, byte[] bgr, int offset, int rowStride) implements Picture {

  /** Wraps a whole picture; the array is not copied. */
  public BytePicture(int height, int width, byte[] bgr) {
    this(height, width, bgr, 0, 3 * width);
    if (bgr.length != 3 * height * width) {
      throw new ShapeException(
          "picture " + height + "x" + width + " needs " + 3 * height * width + " bytes, got " + bgr.length);
    }
  }

  /** Index in {@link #bgr} of the blue value of a pixel. */
  public int index(int y, int x) {
    return offset + y * rowStride + 3 * x;
  }

  @Override
  public void readRow(int y, int x, int n, float[] out) {
    int at = index(y, x);
    for (int i = 0; i < 3 * n; i++) {
      out[i] = bgr[at + i] & 0xff;
    }
  }

  @Override
  public BytePicture region(Box box) {
    return new BytePicture(box.height(), box.width(), bgr, index(box.y1(), box.x1()), rowStride);
  }

  @Override
  public long byteSize() {
    return 3L * height * width;
  }

  /** The same picture as float32, not shared. */
  public FloatPicture toFloat() {
    float[] values = new float[3 * height * width];
    for (int y = 0; y < height; y++) {
      int at = index(y, 0);
      int to = 3 * y * width;
      for (int i = 0; i < 3 * width; i++) {
        values[to + i] = bgr[at + i] & 0xff;
      }
    }
    return new FloatPicture(height, width, values);
  }
}
