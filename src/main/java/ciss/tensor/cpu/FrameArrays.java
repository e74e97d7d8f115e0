package ciss.tensor.cpu;

import ciss.tensor.DType;
import ciss.tensor.Shape;
import ciss.tensor.Workspace;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Small Java arrays brought into the memory of a frame, where kernels can read them. */
final class FrameArrays {
  private FrameArrays() {}

  /** Address of a copy of {@code values}. */
  static long of(Workspace.Frame frame, float[] values) {
    long address = frame.take(values.length).address();
    MemorySegment to = MemorySegment.ofAddress(address).reinterpret(4L * values.length);
    MemorySegment.copy(values, 0, to, ValueLayout.JAVA_FLOAT, 0, values.length);
    return address;
  }

  /** Address of a copy of {@code values}. */
  static long of(Workspace.Frame frame, int[] values) {
    long address = frame.take(values.length).address();
    MemorySegment to = MemorySegment.ofAddress(address).reinterpret(4L * values.length);
    MemorySegment.copy(values, 0, to, ValueLayout.JAVA_INT, 0, values.length);
    return address;
  }

  /** Address of a copy of {@code values}. */
  static long of(Workspace.Frame frame, double[] values) {
    long address = doubles(frame, values.length);
    MemorySegment to = MemorySegment.ofAddress(address).reinterpret(8L * values.length);
    MemorySegment.copy(values, 0, to, ValueLayout.JAVA_DOUBLE, 0, values.length);
    return address;
  }

  /** Address of {@code count} doubles with undefined content. */
  static long doubles(Workspace.Frame frame, int count) {
    return frame.take(DType.F64, Shape.of(count)).address();
  }
}
