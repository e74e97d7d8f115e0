package ciss.verify;

import ciss.tensor.Backend;
import ciss.tensor.DType;
import ciss.tensor.Shape;
import ciss.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** Moves tensors between the reference cases (NCHW) and a backend (NHWC, slab maps). */
final class Layout {
  private final Backend backend;

  Layout(Backend backend) {
    this.backend = backend;
  }

  /** A float32 map of the case {@code [n,c,h,w]} as {@code [n,h,w,c]}, kept in the open region. */
  Tensor map(GoldenCase golden, String name) {
    long[] shape = golden.shape(name);
    int n = (int) shape[0];
    int c = (int) shape[1];
    int h = (int) shape[2];
    int w = (int) shape[3];
    Tensor map = backend.workspace().keep(n, h, w, c);
    backend.upload(toNhwc(golden.floats(name), n, c, h * w), map);
    return map;
  }

  /** An 8-bit map of the case {@code [n,1,h,w]} as {@code [n,h,w]}, kept in the open region. */
  Tensor label(GoldenCase golden, String name) {
    long[] shape = golden.shape(name);
    Shape sizes = Shape.of((int) shape[0], (int) shape[shape.length - 2], (int) shape[shape.length - 1]);
    Tensor label = backend.workspace().keep(DType.U8, sizes);
    backend.upload(MemorySegment.ofArray(golden.bytes(name)), label);
    return label;
  }

  /** Pixel weights {@code [n,h,w]} of the case, kept in the open region; absent if the case has none. */
  Tensor weight(GoldenCase golden, String name) {
    if (!golden.has(name)) {
      return Tensor.ABSENT;
    }
    long[] shape = golden.shape(name);
    Tensor weight = backend.workspace().keep((int) shape[0], (int) shape[1], (int) shape[2]);
    backend.upload(golden.floats(name), weight);
    return weight;
  }

  /** Values of a map {@code [n,h,w,c]} or slab map {@code [slabs,n,h,w,c]} in NCHW. */
  float[] nchw(Tensor map) {
    float[] values = backend.download(map);
    boolean slabMap = map.shape().rank() == 5;
    int slabs = slabMap ? map.size(0) : 1;
    int n = map.size(-4);
    int pixels = map.size(-3) * map.size(-2);
    int c = map.size(-1);
    float[] result = new float[values.length];
    for (int s = 0; s < slabs; s++) {
      for (int b = 0; b < n; b++) {
        for (int p = 0; p < pixels; p++) {
          for (int k = 0; k < c; k++) {
            result[((b * slabs + s) * c + k) * pixels + p] = values[((s * n + b) * pixels + p) * c + k];
          }
        }
      }
    }
    return result;
  }

  private static float[] toNhwc(float[] values, int n, int c, int pixels) {
    float[] result = new float[values.length];
    for (int b = 0; b < n; b++) {
      for (int k = 0; k < c; k++) {
        for (int p = 0; p < pixels; p++) {
          result[(b * pixels + p) * c + k] = values[(b * c + k) * pixels + p];
        }
      }
    }
    return result;
  }
}
