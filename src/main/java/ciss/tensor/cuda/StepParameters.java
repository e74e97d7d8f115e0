package ciss.tensor.cuda;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import ciss.error.ShapeException;
import java.lang.foreign.MemorySegment;

/**
 * Small values that change from step to step, in device memory: kernels get the address of a slot instead of the values (see
 * the package's documentation for why). A slot is good for the launches that follow directly.
 *
 * <p>Slots are handed out in a circle from pinned memory and copied to the same place of the device. Before the circle
 * closes, the device is waited for, so that no slot is written while its copy is due.
 */
final class StepParameters implements AutoCloseable {
  private static final int ALIGNMENT = 16;
  private static final int BYTES = 1 << 20;

  private final Driver driver;
  private final MemorySegment host;
  private final long device;
  private int next;

  StepParameters(Driver driver) {
    this.driver = driver;
    host = driver.allocatePinned(BYTES);
    device = driver.allocate(BYTES);
  }

  /** The device address of {@code float} values. */
  long floats(float... values) {
    int at = reserve(4 * values.length);
    for (int i = 0; i < values.length; i++) {
      host.set(JAVA_FLOAT, at + 4L * i, values[i]);
    }
    return send(at, 4 * values.length);
  }

  /** The device address of {@code int} values. */
  long integers(int... values) {
    int at = reserve(4 * values.length);
    for (int i = 0; i < values.length; i++) {
      host.set(JAVA_INT, at + 4L * i, values[i]);
    }
    return send(at, 4 * values.length);
  }

  /** The device address of {@code double} values. */
  long doubles(double... values) {
    int at = reserve(8 * values.length);
    for (int i = 0; i < values.length; i++) {
      host.set(JAVA_DOUBLE, at + 8L * i, values[i]);
    }
    return send(at, 8 * values.length);
  }

  /** The device address of a copy of {@code bytes}: a struct whose layout the caller knows. */
  long bytes(MemorySegment bytes) {
    int size = Math.toIntExact(bytes.byteSize());
    int at = reserve(size);
    MemorySegment.copy(bytes, 0, host, at, size);
    return send(at, size);
  }

  private int reserve(int bytes) {
    if (bytes > BYTES) {
      throw new ShapeException("%,d bytes of step parameters; a slot has at most %,d".formatted(bytes, BYTES));
    }
    if (next + bytes > BYTES) {
      driver.synchronize();
      next = 0;
    }
    int at = next;
    next = (at + bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return at;
  }

  private long send(int at, int bytes) {
    driver.copyToDevice(host.asSlice(at, bytes), device + at, bytes);
    return device + at;
  }

  @Override
  public void close() {
    driver.synchronize();
    driver.freePinned(host);
    driver.free(device);
  }
}
