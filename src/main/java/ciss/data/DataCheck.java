package ciss.data;

import ciss.error.CissException;
import ciss.error.DataException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.IntConsumer;

/**
 * Looks at every file of a data set: pictures and labels exist, decode, agree in size; label values are classes; the
 * class statistics match; no label is left without a picture.
 */
public final class DataCheck {
  /**
   * A mistake in one file.
   *
   * @param kind such as "missing label"
   * @param detail which file and what is wrong with it
   */
  public record Problem(String kind, String detail) {}

  /** State of the class statistics. */
  public enum Statistics {
    /** Not looked for: they are only used for the source. */
    NOT_USED("not used"),
    /** There are none yet; training makes them. */
    ABSENT("absent"),
    /** They cover all pictures (and, if counted again, are right). */
    OK("ok"),
    /** They do not fit; see the problems. */
    WRONG("wrong");

    private final String text;

    Statistics(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /**
   * What was found.
   *
   * @param pictures number of pictures
   * @param sizes number of pictures by "HxW"
   * @param labelValues the values that occur in the labels, ascending; empty without labels
   * @param classPixels labelled pixels by train id, over all readable labels
   * @param classPictures pictures that have the class, by train id
   * @param problems in the order of the pictures
   */
  public record Result(
      DatasetSpec spec,
      int pictures,
      Map<String, Integer> sizes,
      List<Integer> labelValues,
      long[] classPixels,
      int[] classPictures,
      Statistics statistics,
      List<Problem> problems) {}

  private final DataSet set;
  private final Map<String, Integer> sizes = new ConcurrentHashMap<>();
  private final Set<Integer> labelValues = new ConcurrentSkipListSet<>();
  private final ClassCounts[] counts;

  private DataCheck(DataSet set) {
    this.set = set;
    this.counts = new ClassCounts[set.size()];
  }

  /**
   * Checks a data set.
   *
   * @param statistics whether the set's class statistics are used
   * @param deep compare the statistics with a new count
   * @param progress receives the index of each picture that is done; called from several threads
   */
  public static Result of(DataSet set, boolean statistics, boolean deep, int threads, IntConsumer progress) {
    DataCheck check = new DataCheck(set);
    List<Problem> problems = check.pictures(threads, progress);
    Statistics state = statistics ? check.statistics(deep, problems) : Statistics.NOT_USED;
    check.orphans(problems);
    return new Result(
        set.spec(),
        set.size(),
        new TreeMap<>(check.sizes),
        List.copyOf(check.labelValues),
        check.classPixels(),
        check.classPictures(),
        state,
        Collections.unmodifiableList(problems));
  }

  private List<Problem> pictures(int threads, IntConsumer progress) {
    List<Problem> problems = new ArrayList<>();
    ParallelPictures.map(set.size(), threads, this::picture, progress).forEach(problems::addAll);
    return problems;
  }

  private List<Problem> picture(int i) {
    List<Problem> problems = new ArrayList<>();
    BytePicture picture = null;
    try {
      picture = set.picture(i);
      sizes.merge(picture.height() + "x" + picture.width(), 1, Integer::sum);
    } catch (DataException e) {
      problems.add(new Problem(Files.exists(set.imageFile(i)) ? "bad picture" : "missing picture", e.getMessage()));
    }
    if (set.hasLabels()) {
      label(i, picture, problems);
    }
    return problems;
  }

  private void label(int i, BytePicture picture, List<Problem> problems) {
    if (!Files.exists(set.labelFile(i))) {
      Path root = set.spec().root();
      problems.add(new Problem(
          "missing label", root.relativize(set.imageFile(i)) + " -> " + root.relativize(set.labelFile(i))));
      return;
    }
    try {
      LabelMap labels = picture == null ? set.labels(i) : set.labels(i, picture);
      int[] histogram = labels.histogram(labels.bounds());
      for (int value = 0; value < histogram.length; value++) {
        if (histogram[value] > 0) {
          labelValues.add(value);
        }
      }
      counts[i] = ClassCounts.of(set.labelFile(i).toString(), labels, set.spec().table().classes());
    } catch (DataException e) {
      problems.add(new Problem("bad label", e.getMessage()));
    }
  }

  private long[] classPixels() {
    long[] pixels = new long[set.spec().table().classes()];
    for (ClassCounts picture : counts) {
      for (int c = 0; picture != null && c < pixels.length; c++) {
        pixels[c] += picture.pixels()[c];
      }
    }
    return pixels;
  }

  private int[] classPictures() {
    int[] pictures = new int[set.spec().table().classes()];
    for (ClassCounts picture : counts) {
      for (int c = 0; picture != null && c < pictures.length; c++) {
        pictures[c] += picture.pixels()[c] > 0 ? 1 : 0;
      }
    }
    return pictures;
  }

  private Statistics statistics(boolean deep, List<Problem> problems) {
    if (!Files.exists(set.spec().root().resolve(ClassIndexFiles.STATISTICS))) {
      return Statistics.ABSENT;
    }
    int before = problems.size();
    try {
      List<ClassCounts> stored = ClassIndex.inOrderOf(
          set, ClassIndexFiles.read(set.spec().root(), set.spec().table().classes()));
      for (int i = 0; deep && i < stored.size(); i++) {
        if (counts[i] != null && !Arrays.equals(counts[i].pixels(), stored.get(i).pixels())) {
          problems.add(new Problem(
              "wrong statistics",
              set.labelFile(i) + ": counted " + Arrays.toString(counts[i].pixels()) + ", the statistics say "
                  + Arrays.toString(stored.get(i).pixels())));
        }
      }
    } catch (CissException e) {
      problems.add(new Problem("wrong statistics", e.getMessage()));
    }
    return problems.size() == before ? Statistics.OK : Statistics.WRONG;
  }

  /** Labels that belong to no picture; not looked for where a list chooses the pictures. */
  private void orphans(List<Problem> problems) {
    if (!set.hasLabels() || set.spec().list() != null) {
      return;
    }
    Set<String> names = new HashSet<>();
    for (int i = 0; i < set.size(); i++) {
      names.add(set.name(i));
    }
    Path folder = set.spec().root().resolve(set.spec().labels());
    for (String label : PictureFiles.below(folder, set.spec().labelSuffix())) {
      if (!names.contains(label)) {
        problems.add(new Problem("label without picture", folder.resolve(label + set.spec().labelSuffix()).toString()));
      }
    }
  }

  /** Problems by kind, in the order of their first occurrence. */
  public static Map<String, List<Problem>> byKind(List<Problem> problems) {
    Map<String, List<Problem>> groups = new LinkedHashMap<>();
    for (Problem problem : problems) {
      groups.computeIfAbsent(problem.kind(), kind -> new ArrayList<>()).add(problem);
    }
    return groups;
  }
}
