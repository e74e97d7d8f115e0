package ciss.data;

import ciss.error.ShapeException;
import ciss.tensor.Box;

/**
 * A float32 picture or a view of one. Values are 0..255 where it was decoded or resized; stylized pictures may leave
 * that range.
 *
 * @param bgr pixels B,G,R
 * @param offset index of the first value of the first row
 * @param rowStride values from one row to the next
 */
public record FloatPicture(int height, int width, float[] bgr, int offset, int rowStride) implements Picture {

  /** Wraps a whole picture; the array is not copied. */
  public FloatPicture(int height, int width, float[] bgr) {
    this(height, width, bgr, 0, 3 * width);
    if (bgr.length != 3 * height * width) {
      throw new ShapeException(
          "picture " + height + "x" + width + " needs " + 3 * height * width + " values, got " + bgr.length);
    }
  }

  private int index(int y, int x) {
    return offset + y * rowStride + 3 * x;
  }

  @Override
  public void readRow(int y, int x, int n, float[] out) {
    System.arraycopy(bgr, index(y, x), out, 0, 3 * n);
  }

  @Override
  public FloatPicture region(Box box) {
    return new FloatPicture(box.height(), box.width(), bgr, index(box.y1(), box.x1()), rowStride);
  }

  @Override
  public long byteSize() {
    return 12L * height * width;
  }

  /** Rounded and clipped to 8 bit, not shared. */
  public BytePicture toBytes() {
    byte[] bytes = new byte[3 * height * width];
    for (int y = 0; y < height; y++) {
      for (int i = 0; i < 3 * width; i++) {
        bytes[3 * y * width + i] = (byte) Math.clamp((long) Math.rint(bgr[offset + y * rowStride + i]), 0, 255);
      }
    }
    return new BytePicture(height, width, bytes);
  }
}
