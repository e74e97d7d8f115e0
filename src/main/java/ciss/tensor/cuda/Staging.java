package ciss.tensor.cuda;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Copies between memory of the host, the Java heap included, and the device.
 *
 * <p>An upload goes in pieces: into pinned memory, from there into device memory that only uploads use, on a stream
 * beside the one that computes, and from there to its place, on the stream that computes. So the bytes of the next
 * batch travel while the device works on this one, and what they replace may be in use until then. A piece is used
 * again when its last copy is done; where the host would have to wait for that, there is a new one, up to {@value
 * #MOST} of them and as long as some memory is free.
 */
final class Staging implements AutoCloseable {
  private static final long BYTES = 4L << 20;
  private static final int FIRST = 2;
  private static final int MOST = 24;
  private static final long SPARE = 256L << 20;

  private final Driver driver;
  private final Commands commands;
  private final Deque<Piece> pieces = new ArrayDeque<>();
  private final MemorySegment down;

  private final class Piece implements AutoCloseable {
    private final MemorySegment host = driver.allocatePinned(BYTES);
    private final long device = driver.allocate(BYTES);
    private final Driver.Event arrived = driver.event();
    private final Driver.Event used = driver.event();

    void send(MemorySegment from, long at, long bytes, long to) {
      MemorySegment.copy(from, at, host, 0, bytes);
      driver.upload(host, device, bytes);
      arrived.recordUpload();
      arrived.precede();
      driver.copy(device, to, bytes);
      used.record();
    }

    @Override
    public void close() {
      used.close();
      arrived.close();
      driver.free(device);
      driver.freePinned(host);
    }
  }

  Staging(Driver driver, Commands commands) {
    this.driver = driver;
    this.commands = commands;
    for (int i = 0; i < FIRST; i++) {
      pieces.add(new Piece());
    }
    down = driver.allocatePinned(BYTES);
  }

  /** {@code host} may be reused at return; the device gets it in the order of the stream. */
  void upload(MemorySegment host, long to) {
    commands.flush();
    for (long at = 0; at < host.byteSize(); at += BYTES) {
      Piece piece = next();
      piece.send(host, at, Math.min(BYTES, host.byteSize() - at), to + at);
      pieces.addLast(piece);
    }
  }

  private Piece next() {
    boolean over = pieces.getFirst().used.isOver();
    if (!over && pieces.size() < MOST && driver.freeMemory() > SPARE) {
      return new Piece();
    }
    pieces.getFirst().used.await();
    return pieces.removeFirst();
  }

  /** Waits for everything before. */
  void download(long from, MemorySegment host) {
    commands.flush();
    for (long at = 0; at < host.byteSize(); at += BYTES) {
      long bytes = Math.min(BYTES, host.byteSize() - at);
      driver.copyToHost(from + at, down, bytes);
      driver.synchronize();
      MemorySegment.copy(down, 0, host, at, bytes);
    }
  }

  @Override
  public void close() {
    driver.synchronize();
    pieces.forEach(Piece::close);
    driver.freePinned(down);
  }
}
