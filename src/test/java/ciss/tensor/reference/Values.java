package ciss.tensor.reference;

import ciss.tensor.BFloat16;
import ciss.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Reads tensors as doubles and writes doubles as the tensor's element type: the edge between floats and references. */
final class Values {
  private Values() {}

  /** All elements in order; an absent tensor has none. U8 is read as 0 to 255. */
  static double[] read(Tensor x) {
    double[] values = new double[x.isAbsent() ? 0 : Math.toIntExact(x.elements())];
    if (values.length == 0) {
      return values;
    }
    MemorySegment bytes = bytes(x);
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (x.dtype()) {
            case F32 -> bytes.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            case F64 -> bytes.getAtIndex(ValueLayout.JAVA_DOUBLE, i);
            case BF16 -> BFloat16.value(bytes.getAtIndex(ValueLayout.JAVA_SHORT, i));
            case U8 -> bytes.get(ValueLayout.JAVA_BYTE, i) & 0xFF;
          };
    }
    return values;
  }

  /** All elements of a U8 tensor. */
  static int[] labels(Tensor x) {
    double[] values = read(x);
    int[] labels = new int[values.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (int) values[i];
    }
    return labels;
  }

  /** {@code y := values}, each rounded to the element type. */
  static void write(double[] values, Tensor y) {
    MemorySegment bytes = bytes(y);
    for (int i = 0; i < values.length; i++) {
      switch (y.dtype()) {
        case F32 -> bytes.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) values[i]);
        case F64 -> bytes.setAtIndex(ValueLayout.JAVA_DOUBLE, i, values[i]);
        case BF16 -> bytes.setAtIndex(ValueLayout.JAVA_SHORT, i, BFloat16.bits((float) values[i]));
        case U8 -> bytes.set(ValueLayout.JAVA_BYTE, i, (byte) (int) values[i]);
      }
    }
  }

  /** {@code y := values} for a U8 tensor. */
  static void write(int[] values, Tensor y) {
    MemorySegment bytes = bytes(y);
    for (int i = 0; i < values.length; i++) {
      bytes.set(ValueLayout.JAVA_BYTE, i, (byte) values[i]);
    }
  }

  /** {@code y += values}; nothing happens to an absent tensor. */
  static void add(double[] values, Tensor y) {
    if (y.isAbsent()) {
      return;
    }
    double[] sum = read(y);
    for (int i = 0; i < values.length; i++) {
      sum[i] += values[i];
    }
    write(sum, y);
  }

  /** The tensor's memory. */
  static MemorySegment bytes(Tensor x) {
    return MemorySegment.ofAddress(x.address()).reinterpret(x.elements() * x.dtype().bytes());
  }
}
