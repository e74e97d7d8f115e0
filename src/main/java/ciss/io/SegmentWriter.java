package ciss.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.function.Consumer;

/** Writes memory of any size to a file, in pieces. */
public final class SegmentWriter {
  private static final long CHUNK_BYTES = 64L << 20;

  private SegmentWriter() {}

  /**
   * Writes all bytes at the position of the channel.
   *
   * @param also sees each piece too, for a checksum
   */
  public static void write(FileChannel channel, MemorySegment data, Consumer<ByteBuffer> also) throws IOException {
    for (long at = 0; at < data.byteSize(); at += CHUNK_BYTES) {
      ByteBuffer piece = bytesOf(data.asSlice(at, Math.min(CHUNK_BYTES, data.byteSize() - at)));
      also.accept(piece.duplicate());
      write(channel, piece);
    }
  }

  /** Writes what remains in the buffer. */
  public static void write(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  /** Array-backed segments of wider elements have no byte buffer view, so they are copied. */
  private static ByteBuffer bytesOf(MemorySegment data) {
    if (data.isNative()) {
      return data.asByteBuffer();
    }
    byte[] copy = new byte[(int) data.byteSize()];
    MemorySegment.ofArray(copy).copyFrom(data);
    return ByteBuffer.wrap(copy);
  }
}
