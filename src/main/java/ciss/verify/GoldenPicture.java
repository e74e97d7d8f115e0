package ciss.verify;

import ciss.tensor.Backend;
import ciss.tensor.Tensor;

/** Pictures of the cases about mixed images as normalised RGB {@code [n,h,w,3]} on a backend. */
final class GoldenPicture {
  private static final int RGB = 3;
  private static final double[] MEAN = {123.675, 116.28, 103.53};
  private static final double[] STD = {58.395, 57.12, 57.375};

  private GoldenPicture() {}

  /** Stored 8-bit BGR {@code [h,w,3]} or {@code [n,h,w,3]}, normalised, kept in the open region. */
  static Tensor fromBytes(Backend backend, GoldenCase golden, String name) {
    byte[] bgr = golden.bytes(name);
    float[] rgb = new float[bgr.length];
    for (int i = 0; i < rgb.length; i++) {
      int c = i % RGB;
      int value = bgr[i - c + RGB - 1 - c] & 0xff;
      rgb[i] = (float) ((value - MEAN[c]) / STD[c]);
    }
    long[] shape = golden.shape(name);
    boolean batch = shape.length == 4;
    Tensor picture =
        backend.workspace()
            .keep(batch ? (int) shape[0] : 1, (int) shape[shape.length - 3], (int) shape[shape.length - 2], RGB);
    backend.upload(rgb, picture);
    return picture;
  }

  /** {@code in.img_u8} normalised, or {@code in.img} as it is. */
  static Tensor input(Backend backend, Layout layout, GoldenCase golden) {
    return golden.has("in.img_u8") ? fromBytes(backend, golden, "in.img_u8") : layout.map(golden, "in.img");
  }
}
