package ciss.data;

import ciss.error.DataException;
import ciss.error.ResourceException;
import ciss.io.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Finds the files of a data set: by a list, or by searching its folder. */
public final class PictureFiles {
  private PictureFiles() {}

  /** Names of all pictures below the images folder, without suffix, with forward slashes, sorted. */
  static List<String> names(DatasetSpec spec) {
    String keys = "data." + spec.role();
    folder(spec.root(), keys + ".root");
    Path images = spec.root().resolve(spec.images());
    folder(images, keys + ".images");
    if (spec.labels() != null) {
      folder(spec.root().resolve(spec.labels()), keys + ".labels");
    }
    List<String> names =
        spec.list() == null ? below(images, spec.imageSuffix()) : listed(spec.root().resolve(spec.list()));
    if (names.isEmpty()) {
      throw new DataException(
          spec.list() == null
              ? images + ": no picture whose name ends in '" + spec.imageSuffix() + "' was found. Check " + keys
                  + ".images and " + keys + ".image_suffix."
              : spec.root().resolve(spec.list()) + ": the list of pictures is empty (" + keys + ".list).");
    }
    return names;
  }

  private static void folder(Path folder, String key) {
    if (!Files.isDirectory(folder)) {
      String found = Files.exists(folder) ? "is no folder" : "does not exist";
      throw new DataException(
          key + ": folder '" + folder + "' " + found + ". Looked from " + Path.of("").toAbsolutePath()
              + ". Set " + key + ", or CISS_DATA for the folder of all data sets.");
    }
    if (!Files.isReadable(folder) || !Files.isExecutable(folder)) {
      throw new DataException(key + ": folder '" + folder + "' cannot be read. Check its access rights.");
    }
  }

  /**
   * All files whose name ends in the suffix: their paths below the folder without it, with forward slashes, sorted. Hidden
   * files and folders are skipped, links followed.
   *
   * @throws DataException if the folder cannot be searched
   */
  public static List<String> below(Path folder, String suffix) {
    List<String> names = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      files.forEach(file -> {
        Path relative = folder.relativize(file);
        String name = relative.toString().replace('\\', '/');
        if (name.endsWith(suffix) && !hidden(relative) && Files.isRegularFile(file)) {
          names.add(name.substring(0, name.length() - suffix.length()));
        }
      });
    } catch (IOException | UncheckedIOException e) {
      throw new DataException(folder + ": cannot be searched for pictures: " + e.getMessage(), e);
    }
    names.sort(null);
    return names;
  }

  private static boolean hidden(Path relative) {
    for (Path part : relative) {
      if (part.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  private static List<String> listed(Path list) {
    try {
      return Files.readAllLines(list).stream().map(String::strip).filter(line -> !line.isEmpty()).sorted().toList();
    } catch (IOException e) {
      throw new DataException(list + ": the list of pictures cannot be read: " + e, e);
    }
  }

  /**
   * Writes a list of picture names, one per line, as {@code data.*.list} reads it.
   *
   * @return the file
   * @throws ResourceException if it cannot be written
   */
  public static Path writeList(Path file, List<String> names) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      AtomicFile.write(file, (String.join("\n", names) + "\n").getBytes(StandardCharsets.UTF_8));
      return file;
    } catch (IOException e) {
      throw new ResourceException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }
}
