package ciss.data.prepare;

import ciss.error.DataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Words the error of a download that does not lie where it is looked for, and where it was seen instead. */
public final class Misplaced {
  /** How deep below the root somebody may have unpacked. */
  private static final int DEPTH = 3;

  private Misplaced() {}

  /**
   * @param folder where the files were looked for, below {@code root}
   * @param files which files, with the folders below {@code folder}
   * @param advice what to do
   */
  public static DataException error(Path root, Path folder, String files, String advice) {
    Path looked = root.resolve(folder);
    String state = Files.isDirectory(looked) ? " has no " + files : ": no such folder; looked there for " + files;
    String message = looked + state + ". " + advice;
    return new DataException(elsewhere(root, folder.getName(0)).map(o -> message + " " + o).orElse(message));
  }

  private static Optional<String> elsewhere(Path root, Path first) {
    Path absolute = root.toAbsolutePath().normalize();
    if (first.equals(absolute.getFileName())) {
      return Optional.of(root + " is itself called '" + first + "': give the folder above it as ROOT.");
    }
    if (!Files.isDirectory(root)) {
      return Optional.of(root + " does not exist.");
    }
    try (Stream<Path> below = Files.find(root, DEPTH, (path, attributes) -> attributes.isDirectory())) {
      return below
          .filter(path -> first.equals(path.getFileName()) && !path.getParent().equals(root))
          .findFirst()
          .map(path -> "There is " + path + ": give " + path.getParent() + " as ROOT.");
    } catch (IOException | UncheckedIOException unreadable) {
      return Optional.empty();
    }
  }
}
