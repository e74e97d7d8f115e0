package ciss.verify;

import ciss.data.BytePicture;
import ciss.data.LabelMap;
import ciss.tensor.Backend;
import ciss.tensor.DType;
import ciss.tensor.Shape;
import ciss.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** Turns tensors of reference cases into pictures and back. */
final class Pictures {
  private Pictures() {}

  /** An 8-bit picture {@code [H,W,3]}. */
  static BytePicture bytes(GoldenCase golden, String name) {
    long[] shape = golden.shape(name);
    return new BytePicture((int) shape[0], (int) shape[1], golden.bytes(name));
  }

  /** A picture {@code [H,W,3]} in device memory, kept in the open region, as bytes or as the same numbers in float32. */
  static Tensor kept(Backend backend, GoldenCase golden, String name, DType dtype) {
    long[] shape = golden.shape(name);
    Tensor picture = backend.workspace().keep(dtype, Shape.of((int) shape[0], (int) shape[1], 3));
    if (dtype == DType.U8) {
      backend.upload(MemorySegment.ofArray(golden.bytes(name)), picture);
    } else {
      backend.upload(golden.floats(name), picture);
    }
    return picture;
  }

  /** A label map whose last two extents are height and width. */
  static LabelMap labels(GoldenCase golden, String name) {
    long[] shape = golden.shape(name);
    return new LabelMap((int) shape[shape.length - 2], (int) shape[shape.length - 1], golden.bytes(name));
  }

  /** {@code [h][w][3]} to {@code [3][h][w]}. */
  static float[] channelsFirst(float[] hwc, int height, int width) {
    float[] chw = new float[hwc.length];
    for (int i = 0; i < height * width; i++) {
      for (int c = 0; c < 3; c++) {
        chw[c * height * width + i] = hwc[3 * i + c];
      }
    }
    return chw;
  }
}
