package ciss.tensor.cuda;

import java.lang.foreign.MemorySegment;

/**
 * Copies between memory of the host, the Java heap included, and the device, through two pinned buffers that take turns: while
 * one is on its way, the other is filled.
 */
final class Staging implements AutoCloseable {
  private static final long BYTES = 4L << 20;

  private final Driver driver;
  private final Commands commands;
  private final MemorySegment[] buffers = new MemorySegment[2];
  private final Driver.Event[] sent = new Driver.Event[2];
  private int turn;

  Staging(Driver driver, Commands commands) {
    this.driver = driver;
    this.commands = commands;
    for (int i = 0; i < buffers.length; i++) {
      buffers[i] = driver.allocatePinned(BYTES);
      sent[i] = driver.event();
    }
  }

  /** {@code host} may be reused at return; the device gets it in the order of the stream. */
  void upload(MemorySegment host, long to) {
    commands.flush();
    for (long at = 0; at < host.byteSize(); at += BYTES) {
      long bytes = Math.min(BYTES, host.byteSize() - at);
      sent[turn].await();
      MemorySegment.copy(host, at, buffers[turn], 0, bytes);
      driver.copyToDevice(buffers[turn], to + at, bytes);
      sent[turn].record();
      turn = 1 - turn;
    }
  }

  /** Waits for everything before. */
  void download(long from, MemorySegment host) {
    commands.flush();
    for (long at = 0; at < host.byteSize(); at += BYTES) {
      long bytes = Math.min(BYTES, host.byteSize() - at);
      sent[turn].await();
      driver.copyToHost(from + at, buffers[turn], bytes);
      driver.synchronize();
      MemorySegment.copy(buffers[turn], 0, host, at, bytes);
    }
    driver.synchronize();
  }

  @Override
  public void close() {
    driver.synchronize();
    for (int i = 0; i < buffers.length; i++) {
      sent[i].close();
      driver.freePinned(buffers[i]);
    }
  }
}
