package ciss.data;

import ciss.error.CissException;
import ciss.error.DataException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * Class counts of every labelled picture of a data set, for rare class sampling.
 *
 * <p>Taken from the statistics file in the root of the set if there is one that covers all its pictures; otherwise
 * counted from the label files and, if there was no such file and the root can be written, written there.
 */
public final class ClassIndex {
  private ClassIndex() {}

  /**
   * The counts in the order of the data set.
   *
   * @param threads for counting
   * @param progress receives the number of counted pictures; called from several threads
   * @param note receives lines about what was read, counted or written
   */
  public static List<ClassCounts> of(DataSet set, int threads, IntConsumer progress, Consumer<String> note) {
    Path file = set.spec().root().resolve(ClassIndexFiles.STATISTICS);
    boolean exists = Files.exists(file);
    if (exists) {
      try {
        return inOrderOf(set, ClassIndexFiles.read(set.spec().root(), set.spec().table().classes()));
      } catch (DataException e) {
        note.accept(
            "class statistics do not fit, the labels are counted instead (the file is left as it is): "
                + e.getMessage());
      }
    } else {
      note.accept("no " + file + ": counting classes in " + set.size() + " label pictures");
    }
    List<ClassCounts> counts = count(set, threads, progress);
    if (!exists) {
      write(set, counts, note);
    }
    return counts;
  }

  private static void write(DataSet set, List<ClassCounts> counts, Consumer<String> note) {
    if (!set.isRootWritable()) {
      note.accept(set.spec().root() + " cannot be written: the class statistics are kept in memory only");
      return;
    }
    try {
      ClassIndexFiles.write(set.spec().root(), counts);
      note.accept("wrote " + set.spec().root().resolve(ClassIndexFiles.STATISTICS));
    } catch (CissException e) {
      note.accept("the class statistics are kept in memory only: " + e.getMessage());
    }
  }

  /** Counts all label pictures. The paths in the result are relative to the root of the set. */
  public static List<ClassCounts> count(DataSet set, int threads, IntConsumer progress) {
    return ParallelPictures.map(
        set.size(),
        threads,
        i -> {
          String path = set.spec().root().relativize(set.labelFile(i)).toString().replace('\\', '/');
          return ClassCounts.of(path, set.labels(i), set.spec().table().classes());
        },
        progress);
  }

  /**
   * Finds the entry of every label of the set: by the base name of the file where that is unique, else by the path.
   *
   * @throws DataException if an entry is missing
   */
  static List<ClassCounts> inOrderOf(DataSet set, List<ClassCounts> entries) {
    Map<String, List<ClassCounts>> byBaseName = new HashMap<>();
    for (ClassCounts entry : entries) {
      byBaseName.computeIfAbsent(baseName(entry.file()), name -> new ArrayList<>()).add(entry);
    }
    List<ClassCounts> ordered = new ArrayList<>();
    for (int i = 0; i < set.size(); i++) {
      String label = set.name(i) + set.spec().labelSuffix();
      List<ClassCounts> found = byBaseName.getOrDefault(baseName(label), List.of());
      if (found.size() > 1) {
        found = found.stream().filter(e -> ("/" + e.file().replace('\\', '/')).endsWith("/" + label)).toList();
      }
      if (found.size() != 1) {
        throw new DataException(
            set.spec().root().resolve(ClassIndexFiles.STATISTICS) + ": has " + found.size() + " entries for " + label
                + ", expected 1.");
      }
      ordered.add(found.getFirst());
    }
    return ordered;
  }

  private static String baseName(String path) {
    return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  }
}
