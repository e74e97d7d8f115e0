package ciss.io;

import ciss.error.CheckpointException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * One tensor of a {@link TensorFile}: its type, its shape and a read-only view of its bytes.
 *
 * <p>The view lives as long as the file is open. Conversions copy; values that the wanted type cannot hold exactly are
 * rounded as Java's casts do (half precision widens exactly).
 *
 * @param name name in the file
 * @param type element type
 * @param shape extents, outermost first; empty for a scalar
 * @param data the elements, row-major, little-endian, not necessarily aligned
 */
public record StoredTensor(String name, ElementType type, long[] shape, MemorySegment data) {
  static final ValueLayout.OfShort I16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfDouble F64 = ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Number of elements; 1 for a scalar. */
  public long elementCount() {
    return data.byteSize() / type.byteSize();
  }

  /** Element i in row-major order, as a double. */
  public double valueAt(long i) {
    return switch (type) {
      case BOOL, I8 -> data.get(ValueLayout.JAVA_BYTE, i);
      case U8 -> data.get(ValueLayout.JAVA_BYTE, i) & 0xff;
      case I16 -> data.get(I16, 2 * i);
      case I32 -> data.get(I32, 4 * i);
      case I64 -> data.get(I64, 8 * i);
      case F16 -> Float.float16ToFloat(data.get(I16, 2 * i));
      case BF16 -> Float.intBitsToFloat(data.get(I16, 2 * i) << 16);
      case F32 -> data.get(F32, 4 * i);
      case F64 -> data.get(F64, 8 * i);
    };
  }

  /** A new array with all elements as float32, row-major. */
  public float[] toFloats() {
    float[] values = new float[arrayLength()];
    copyTo(MemorySegment.ofArray(values));
    return values;
  }

  /**
   * Writes all elements as native-order float32 to the start of {@code target}.
   *
   * @throws CheckpointException if the target is too small
   */
  public void copyTo(MemorySegment target) {
    long n = elementCount();
    if (target.byteSize() < 4 * n) {
      throw new CheckpointException(
          "tensor '" + name + "' " + Arrays.toString(shape) + " needs " + 4 * n + " bytes, the target has "
              + target.byteSize());
    }
    switch (type) {
      case F32 -> MemorySegment.copy(data, F32, 0, target, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, n);
      case F16 -> {
        for (long i = 0; i < n; i++) {
          target.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * i, Float.float16ToFloat(data.get(I16, 2 * i)));
        }
      }
      default -> {
        for (long i = 0; i < n; i++) {
          target.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * i, (float) valueAt(i));
        }
      }
    }
  }

  /** A new array with all elements as doubles, row-major. */
  public double[] toDoubles() {
    double[] values = new double[arrayLength()];
    for (int i = 0; i < values.length; i++) {
      values[i] = valueAt(i);
    }
    return values;
  }

  /** A new array with all elements as longs, row-major; exact for the integer types. */
  public long[] toLongs() {
    long[] values = new long[arrayLength()];
    for (int i = 0; i < values.length; i++) {
      values[i] = type == ElementType.I64 ? data.get(I64, 8L * i) : (long) valueAt(i);
    }
    return values;
  }

  /**
   * A new array with the elements of a byte tensor (U8, I8, BOOL), row-major.
   *
   * @throws CheckpointException if the elements are wider than a byte
   */
  public byte[] toBytes() {
    if (type.byteSize() != 1) {
      throw new CheckpointException("tensor '" + name + "' has type " + type + ", expected U8");
    }
    return data.toArray(ValueLayout.JAVA_BYTE);
  }

  /** Index of the first element that is infinite or not a number, or -1. */
  public long firstNotFinite() {
    long n = elementCount();
    for (long i = 0; i < n; i++) {
      boolean finite = type == ElementType.F32 ? Float.isFinite(data.get(F32, 4 * i)) : Double.isFinite(valueAt(i));
      if (!finite) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Lets the system have back the memory that the mapped bytes of this tensor take; they come back when they are read again.
   * Whoever copies a large file tensor by tensor so holds one tensor of it at a time.
   */
  public void release() {
    if (data.isMapped() && data.byteSize() > 0) {
      data.unload();
    }
  }

  private int arrayLength() {
    long n = elementCount();
    if (n > Integer.MAX_VALUE - 8) {
      throw new CheckpointException("tensor '" + name + "' has " + n + " elements, too many for a Java array");
    }
    return (int) n;
  }
}
