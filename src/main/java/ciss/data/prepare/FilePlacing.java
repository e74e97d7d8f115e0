package ciss.data.prepare;

import ciss.data.ParallelPictures;
import ciss.error.DataException;
import ciss.error.ResourceException;
import ciss.io.AtomicFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * Brings files of a download to the places where they are read. A file appears complete or not at all; what is there
 * already, with the size of its source, stays as it is, so that an interrupted run can be repeated.
 */
public final class FilePlacing {
  /** How a file gets to its place. */
  public enum Mode {
    /** A hard link, which costs no space; a copy where the file system has no links between the two folders. */
    LINK,
    /** A second file. */
    COPY,
    /** The file itself; the download is empty afterwards. */
    MOVE
  }

  /**
   * What was done.
   *
   * @param placed files that got to their places now
   * @param kept files that were there already
   * @param copied of the placed ones, those that were to be linked and had to be copied
   */
  public record Report(int placed, int kept, int copied) {}

  private final Map<Path, Path> sourceByTarget = new LinkedHashMap<>();

  /**
   * Plans one file.
   *
   * @throws DataException if another file is to have the same place
   */
  void add(Path source, Path target) {
    Path other = sourceByTarget.put(target, source);
    if (other != null) {
      throw new DataException(source + " and " + other + " have one name: they cannot lie in one folder.");
    }
  }

  /** Number of planned files. */
  int size() {
    return sourceByTarget.size();
  }

  /**
   * Places all files.
   *
   * @param progress receives each finished file; called from several threads
   * @throws ResourceException if a file cannot be written
   */
  Report run(Mode mode, int threads, IntConsumer progress) {
    List<Map.Entry<Path, Path>> files = List.copyOf(sourceByTarget.entrySet());
    AtomicInteger kept = new AtomicInteger();
    AtomicInteger copied = new AtomicInteger();
    ParallelPictures.map(
        files.size(),
        threads,
        i -> {
          Path target = files.get(i).getKey();
          Path source = files.get(i).getValue();
          try {
            if (isPlaced(source, target) && mode != Mode.MOVE) {
              kept.incrementAndGet();
            } else if (!place(source, target, mode)) {
              copied.incrementAndGet();
            }
          } catch (IOException e) {
            throw new ResourceException(
                target + ": cannot be made from " + source + ": " + e + ". Check the free space and the access rights.",
                e);
          }
          return target;
        },
        progress);
    return new Report(files.size() - kept.get(), kept.get(), copied.get());
  }

  private static boolean isPlaced(Path source, Path target) throws IOException {
    return Files.isRegularFile(target) && Files.size(target) == Files.size(source);
  }

  /** Returns false if a copy had to stand in for a link. */
  private static boolean place(Path source, Path target, Mode mode) throws IOException {
    Files.createDirectories(target.getParent());
    switch (mode) {
      case LINK -> {
        return linked(source, target);
      }
      case COPY -> copy(source, target);
      case MOVE -> move(source, target);
    }
    return true;
  }

  private static boolean linked(Path source, Path target) throws IOException {
    // Something else of that name, such as the rest of a broken copy, gives way.
    Files.deleteIfExists(target);
    try {
      Files.createLink(target, source.toRealPath());
      return true;
    } catch (IOException | UnsupportedOperationException noLinks) {
      copy(source, target);
      return false;
    }
  }

  private static void copy(Path source, Path target) throws IOException {
    AtomicFile.write(target, out -> {
      try (FileChannel in = FileChannel.open(source, StandardOpenOption.READ)) {
        long size = in.size();
        for (long done = 0; done < size; ) {
          long moved = in.transferTo(done, size - done, out);
          if (moved <= 0) {
            throw new IOException("the source became shorter while it was copied");
          }
          done += moved;
        }
      }
    });
  }

  private static void move(Path source, Path target) throws IOException {
    if (Files.exists(target) && Files.isSameFile(source, target)) {
      // An earlier run linked it; renaming one name of a file to another does nothing.
      Files.delete(source);
      return;
    }
    try {
      Files.move(source, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException otherDisk) {
      copy(source, target);
      Files.delete(source);
    }
  }
}
