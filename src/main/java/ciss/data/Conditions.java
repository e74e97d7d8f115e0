package ciss.data;

import ciss.error.DataException;
import ciss.error.ResourceException;
import ciss.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * In which condition (night, fog, rain, snow, ...) each picture of a data set was taken, for scores per condition. Kept as
 * {@code conditions.txt} in the root of the set: a line {@code <name of the picture without suffix> <condition>} each.
 */
public final class Conditions {
  /** Name of the file. */
  public static final String FILE = "conditions.txt";

  private Conditions() {}

  /**
   * The condition by picture name, without folders and suffix; empty if the set has no such file.
   *
   * @throws DataException if the file cannot be read or a line has another form
   */
  public static Map<String, String> read(Path root) {
    Path file = root.resolve(FILE);
    if (!Files.exists(file)) {
      return Map.of();
    }
    Map<String, String> conditions = new LinkedHashMap<>();
    for (String line : lines(file)) {
      String[] words = line.strip().split("\\s+");
      if (words.length == 2) {
        conditions.put(words[0], words[1]);
      } else if (!line.isBlank()) {
        throw new DataException(file + ": expected '<picture> <condition>' in every line, found '" + line + "'.");
      }
    }
    return conditions;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new DataException(file + ": cannot be read: " + e, e);
    }
  }

  /** Writes the file, sorted by name; conditions of pictures that it knows already are kept. */
  public static void merge(Path root, Map<String, String> conditions) {
    Map<String, String> all = new TreeMap<>(read(root));
    all.putAll(conditions);
    StringBuilder text = new StringBuilder();
    all.forEach((name, condition) -> text.append(name).append(' ').append(condition).append('\n'));
    try {
      Files.createDirectories(root.toAbsolutePath());
      AtomicFile.write(root.resolve(FILE), text.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new ResourceException(root.resolve(FILE) + ": cannot be written: " + e.getMessage(), e);
    }
  }
}
