package ciss.verify;

import ciss.error.ResourceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The reference cases that come with the program. Inside a jar they are unpacked into a temporary folder, which is deleted
 * on close, because tensors are read from mapped files.
 */
public final class BundledCases implements AutoCloseable {
  private static final String FOLDER = "golden";

  private final Path folder;
  private final boolean temporary;

  private BundledCases(Path folder, boolean temporary) {
    this.folder = folder;
    this.temporary = temporary;
  }

  /**
   * @throws ResourceException if they cannot be unpacked
   */
  public static BundledCases open() {
    try {
      URI resource = BundledCases.class.getResource(FOLDER).toURI();
      if (!resource.getScheme().equals("jar")) {
        return new BundledCases(Path.of(resource), false);
      }
      String[] jarAndEntry = resource.toString().split("!", 2);
      Path folder = Files.createTempDirectory("ciss-golden-");
      try (FileSystem jar = FileSystems.newFileSystem(URI.create(jarAndEntry[0]), Map.of())) {
        copy(jar.getPath(jarAndEntry[1]), folder);
      }
      return new BundledCases(folder, true);
    } catch (IOException | URISyntaxException e) {
      throw new ResourceException("cannot unpack the reference cases of the program into a temporary folder: " + e, e);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  /** Folder with {@code <kind>/<case>.json}. */
  public Path folder() {
    return folder;
  }

  @Override
  public void close() {
    if (!temporary) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete the temporary folder " + folder, e);
    }
  }
}
