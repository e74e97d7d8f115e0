package ciss.data.prepare;

import ciss.data.PictureFiles;
import ciss.error.DataException;
import ciss.error.ResourceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Brings ACDC from {@code <condition>/<split>/<sequence>/} to {@code <split>/}: all pictures of {@code rgb_anon}, and of
 * {@code gt} the labels that are train ids already. Hard links where the file system has them, else copies. The folders
 * of the reference condition ({@code train_ref} and so on) are left alone.
 */
public final class AcdcLayout {
  private static final List<String> SPLITS = List.of("train", "val", "test");

  private AcdcLayout() {}

  /**
   * Makes the flat folders.
   *
   * @param labelFolder folder of the labels below root, usually {@code gt}
   * @param dryRun only count
   * @return number of files per flat folder, those that were there already included
   * @throws DataException if there is nothing to flatten, or two files have one name
   */
  public static Map<String, Integer> flatten(Path root, Path labelFolder, boolean dryRun) {
    Map<String, Integer> counts = new TreeMap<>();
    Map<Path, Path> links = new LinkedHashMap<>();
    collect(root, Path.of("rgb_anon"), "_rgb_anon.png", links);
    collect(root, labelFolder, "_gt_labelTrainIds.png", links);
    if (links.isEmpty()) {
      throw new DataException(
          root + ": no pictures <condition>/<split>/<sequence>/*_rgb_anon.png below rgb_anon. Unpack the archives of"
              + " ACDC there.");
    }
    links.forEach((target, source) -> {
      counts.merge(root.relativize(target.getParent()).toString(), 1, Integer::sum);
      if (!dryRun && !Files.exists(target)) {
        link(source, target);
      }
    });
    return counts;
  }

  private static void collect(Path root, Path folder, String suffix, Map<Path, Path> links) {
    if (!Files.isDirectory(root.resolve(folder))) {
      return;
    }
    for (String name : PictureFiles.below(root.resolve(folder), suffix)) {
      String[] parts = name.split("/");
      if (parts.length == 4 && SPLITS.contains(parts[1])) {
        Path source = root.resolve(folder).resolve(name + suffix);
        Path target = root.resolve(folder).resolve(parts[1]).resolve(parts[3] + suffix);
        Path other = links.put(target, source);
        if (other != null) {
          throw new DataException(source + " and " + other + " have one name: they cannot lie in one folder.");
        }
      }
    }
  }

  private static void link(Path source, Path target) {
    try {
      Files.createDirectories(target.getParent());
      try {
        Files.createLink(target, source);
      } catch (IOException | UnsupportedOperationException noLinks) {
        Files.copy(source, target);
      }
    } catch (IOException e) {
      throw new ResourceException(target + ": cannot be written: " + e.getMessage(), e);
    }
  }
}
