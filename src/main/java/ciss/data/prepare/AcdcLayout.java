package ciss.data.prepare;

import ciss.data.PictureFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Brings ACDC from the folders of its archives, {@code <condition>/<split>/<sequence>/}, to {@code <split>/} (data.md
 * 3.7): all pictures of {@code rgb_anon}, and of {@code gt} the labels that are train ids already. The condition of each
 * picture is kept as a list.
 */
public final class AcdcLayout {
  private static final String PICTURES = "rgb_anon";
  private static final List<String> SPLITS = List.of("train", "val", "test");

  /** Which of the two data sets in the archives. */
  public enum Part {
    /** The pictures in fog, at night, in rain and snow. */
    ADVERSE("", "_rgb_anon.png", "_gt_labelTrainIds.png"),
    /** The same places in normal conditions: the folders {@code <split>_ref}. */
    REFERENCE("_ref", "_rgb_ref_anon.png", "_gt_ref_labelTrainIds.png");

    private final String folderEnd;
    private final String pictureSuffix;
    private final String labelSuffix;

    Part(String folderEnd, String pictureSuffix, String labelSuffix) {
      this.folderEnd = folderEnd;
      this.pictureSuffix = pictureSuffix;
      this.labelSuffix = labelSuffix;
    }
  }

  /**
   * What is to be done.
   *
   * @param conditions by picture name without folder and suffix
   */
  record Plan(FilePlacing files, Map<String, String> conditions) {}

  private AcdcLayout() {}

  /**
   * Looks through a download.
   *
   * @param from where the archives were unpacked
   * @param root folder of the data set to make; may be {@code from}
   * @param labelFolder folder of the labels below both, usually {@code gt}
   * @throws ciss.error.DataException if there are neither files to bring nor files that were brought before
   */
  static Plan plan(Path from, Path root, Path labelFolder, Part part) {
    Plan plan = new Plan(new FilePlacing(), new TreeMap<>());
    collect(from, root, Path.of(PICTURES), part, part.pictureSuffix, plan);
    if (plan.files.size() == 0 && pictures(root, part).values().stream().allMatch(List::isEmpty)) {
      throw Misplaced.error(
          from,
          Path.of(PICTURES),
          "<condition>/<split>" + part.folderEnd + "/<sequence>/*" + part.pictureSuffix,
          "Unpack rgb_anon_trainvaltest.zip and gt_trainval.zip of ACDC in one folder and name it.");
    }
    collect(from, root, labelFolder, part, part.labelSuffix, plan);
    return plan;
  }

  /** The pictures that lie in the flat folders, by split: names without suffix. */
  static Map<String, List<String>> pictures(Path root, Part part) {
    Map<String, List<String>> pictures = new TreeMap<>();
    for (String split : SPLITS) {
      Path folder = root.resolve(PICTURES).resolve(split);
      if (Files.isDirectory(folder)) {
        pictures.put(split, PictureFiles.below(folder, part.pictureSuffix));
      }
    }
    return pictures;
  }

  private static void collect(Path from, Path root, Path folder, Part part, String suffix, Plan plan) {
    if (!Files.isDirectory(from.resolve(folder))) {
      return;
    }
    for (String name : PictureFiles.below(from.resolve(folder), suffix)) {
      String[] parts = name.split("/");
      if (parts.length != 4 || !parts[1].endsWith(part.folderEnd)) {
        continue;
      }
      String split = parts[1].substring(0, parts[1].length() - part.folderEnd.length());
      if (SPLITS.contains(split)) {
        Path source = from.resolve(folder).resolve(name + suffix);
        plan.files.add(source, root.resolve(folder).resolve(split).resolve(parts[3] + suffix));
        plan.conditions.put(parts[3], parts[0]);
      }
    }
  }
}
