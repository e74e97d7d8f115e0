package ciss.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes a file so that a reader, or a machine that loses power, sees either the old content or the new one, never a
 * part: temporary file in the same folder, flushed to the disk, then renamed.
 */
public final class AtomicFile {

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
    Path absolute = path.toAbsolutePath();
    Path temporary = Files.createTempFile(absolute.getParent(), "." + absolute.getFileName() + ".", ".part");
    try {
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        content.writeTo(channel);
        channel.force(true);
      }
      Files.move(temporary, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
