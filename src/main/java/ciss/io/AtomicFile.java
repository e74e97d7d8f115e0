package ciss.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes a file so that a reader, or a machine that loses power, sees either the old content or the new one, never a
 * part: temporary file in the same folder, flushed to the disk, then renamed. The file has the access rights that any
 * new file of the user has.
 */
public final class AtomicFile {
  private static final AtomicLong SERIAL = new AtomicLong();

  /** Produces the content of a file. */
  public interface Content {
    /** Writes everything to the channel, from its position on. */
    void writeTo(FileChannel channel) throws IOException;
  }

  private AtomicFile() {}

  /**
   * Creates or replaces {@code path}.
   *
   * @throws IOException if the folder is missing or not writable or the disk is full; the temporary file is removed
   */
  public static void write(Path path, Content content) throws IOException {
    Path temporary = temporary(path);
    try {
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        content.writeTo(channel);
        channel.force(true);
      }
      Files.move(
          temporary, path.toAbsolutePath(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** As {@link #write(Path, Content)}, of bytes in memory. */
  public static void write(Path path, byte[] bytes) throws IOException {
    write(path, channel -> {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    });
  }

  /** A hidden name beside the file that no other thread or process uses. */
  private static Path temporary(Path path) {
    Path absolute = path.toAbsolutePath();
    String unique =
        ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime()) + "-" + SERIAL.incrementAndGet();
    return absolute.resolveSibling("." + absolute.getFileName() + "." + unique + ".part");
  }
}
