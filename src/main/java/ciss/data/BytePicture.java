package ciss.data;

import ciss.error.ShapeException;
import ciss.tensor.Backend;
import ciss.tensor.Box;
import ciss.tensor.DType;
import ciss.tensor.Shape;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import java.lang.foreign.MemorySegment;

/**
 * An 8-bit picture {@code [height][width][3]} or a view of one. Immutable by convention: nobody writes into one that
 * others may hold.
 *
 * @param bgr pixels B,G,R, unsigned
 * @param offset index of the first value of the first row
 * @param rowStride values from one row to the next
 */
public record BytePicture(int height, int width, byte[] bgr, int offset, int rowStride) {

  /** Wraps a whole picture; the array is not copied. */
  public BytePicture(int height, int width, byte[] bgr) {
    this(height, width, bgr, 0, 3 * width);
    if (bgr.length != 3 * height * width) {
      throw new ShapeException(
          "picture " + height + "x" + width + " needs " + 3 * height * width + " bytes, got " + bgr.length);
    }
  }

  /** A picture of float values, rounded and clipped to 8 bit. */
  public static BytePicture rounded(int height, int width, float[] bgr) {
    byte[] bytes = new byte[bgr.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Math.clamp((long) Math.rint(bgr[i]), 0, 255);
    }
    return new BytePicture(height, width, bytes);
  }

  /** Index in {@link #bgr} of the blue value of a pixel. */
  public int index(int y, int x) {
    return offset + y * rowStride + 3 * x;
  }

  /** A view of a part; shares the pixels. The box must lie inside. */
  public BytePicture region(Box box) {
    return new BytePicture(box.height(), box.width(), bgr, index(box.y1(), box.x1()), rowStride);
  }

  /** The whole area. */
  public Box bounds() {
    return new Box(0, height, 0, width);
  }

  /** A copy in device memory, U8 {@code [height,width,3]}, that lives in {@code frame}. */
  public Tensor onDevice(Backend backend, Workspace.Frame frame) {
    Tensor picture = frame.take(DType.U8, Shape.of(height, width, 3));
    backend.upload(MemorySegment.ofArray(isWhole() ? bgr : copied()), picture);
    return picture;
  }

  /** Resized on a device; the picture itself where it has the size. */
  public BytePicture resized(Backend backend, Resize.Size size) {
    int h = size.height();
    int w = size.width();
    if (h == height && w == width) {
      return this;
    }
    try (Workspace.Frame frame = backend.workspace().frame()) {
      Tensor resized = frame.take(DType.U8, Shape.of(h, w, 3));
      backend.resizePicture(onDevice(backend, frame), h, w, new Box(0, h, 0, w), resized);
      return new BytePicture(h, w, backend.downloadBytes(resized));
    }
  }

  private boolean isWhole() {
    return offset == 0 && rowStride == 3 * width && bgr.length == height * rowStride;
  }

  private byte[] copied() {
    byte[] bytes = new byte[3 * height * width];
    for (int y = 0; y < height; y++) {
      System.arraycopy(bgr, index(y, 0), bytes, 3 * y * width, 3 * width);
    }
    return bytes;
  }
}
