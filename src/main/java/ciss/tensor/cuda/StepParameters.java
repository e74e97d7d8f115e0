package ciss.tensor.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import ciss.error.ShapeException;
import java.lang.foreign.MemorySegment;

/**
 * Small values that change from step to step, in device memory: kernels get the address of a slot instead of the
 * values (see the package's documentation for why). A slot is good for the launches that follow directly.
 *
 * <p>Slots are handed out one after another, from the start again after a {@link #restart}. Two pinned areas take
 * turns, so that none is written while its copy is due; both are copied to the same place of the device, where the
 * order of the stream keeps a copy behind the launches that read the slots before.
 */
final class StepParameters implements AutoCloseable {
  private static final int ALIGNMENT = 16;
  private static final int BYTES = 1 << 20;

  private final Driver driver;
  private final boolean atOnce;
  private final Runnable whenFull;
  private final MemorySegment[] host = new MemorySegment[2];
  private final Driver.Event[] left = new Driver.Event[2];
  private final long device;
  private int turn;
  private int next;
  private int sent;

  /**
   * @param atOnce whether a slot is copied when it is written; else {@link #send} copies all that were
   * @param whenFull issues whatever was promised a slot
   */
  StepParameters(Driver driver, boolean atOnce, Runnable whenFull) {
    this.driver = driver;
    this.atOnce = atOnce;
    this.whenFull = whenFull;
    for (int i = 0; i < host.length; i++) {
      host[i] = driver.allocatePinned(BYTES);
      left[i] = driver.event();
    }
    device = driver.allocate(BYTES);
  }

  /** The next slots are the first ones again. Waits where the copy of the last but one time is still due. */
  void restart() {
    left[turn].record();
    turn = 1 - turn;
    left[turn].await();
    next = 0;
    sent = 0;
  }

  /** The device address of {@code float} values. */
  long floats(float... values) {
    int at = reserve(4 * values.length);
    for (int i = 0; i < values.length; i++) {
      host[turn].set(JAVA_FLOAT, at + 4L * i, values[i]);
    }
    return written(at);
  }

  /** The device address of {@code int} values. */
  long integers(int... values) {
    int at = reserve(4 * values.length);
    for (int i = 0; i < values.length; i++) {
      host[turn].set(JAVA_INT, at + 4L * i, values[i]);
    }
    return written(at);
  }

  /** The device address of a copy of {@code bytes}: a struct whose layout the caller knows. */
  long bytes(MemorySegment bytes) {
    int at = reserve(bytes.byteSize());
    MemorySegment.copy(bytes, 0, host[turn], at, bytes.byteSize());
    return written(at);
  }

  private int reserve(long bytes) {
    if (bytes > BYTES) {
      throw new ShapeException("%,d bytes of step parameters; a slot has at most %,d".formatted(bytes, BYTES));
    }
    if (next + bytes > BYTES) {
      whenFull.run();
      restart();
    }
    int at = next;
    next = Math.toIntExact((at + bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    return at;
  }

  private long written(int at) {
    if (atOnce) {
      send();
    }
    return device + at;
  }

  /** Queues the copy of the slots that were written since the last time. */
  void send() {
    if (next > sent) {
      driver.copyToDevice(host[turn].asSlice(sent, next - sent), device + sent, next - sent);
      sent = next;
    }
  }

  @Override
  public void close() {
    driver.synchronize();
    for (int i = 0; i < host.length; i++) {
      left[i].close();
      driver.freePinned(host[i]);
    }
    driver.free(device);
  }
}
