package ciss.data.prepare;

import ciss.data.PictureFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How many files a split of a prepared data set has.
 *
 * @param pictures names of the pictures without suffix, sorted
 * @param labels number of label files
 * @param unlabelled pictures without a label file, if there are labels at all
 */
public record SplitCount(String split, List<String> pictures, int labels, int unlabelled) {
  /**
   * Counts by names; no file is opened.
   *
   * @param images folder of the pictures; the split is empty if it does not exist
   * @param labelFolder folder of the labels, or null
   */
  public static SplitCount of(
      String split, Path images, String imageSuffix, Path labelFolder, String labelSuffix) {
    List<String> pictures = below(images, imageSuffix);
    Set<String> labels = new HashSet<>(labelFolder == null ? List.of() : below(labelFolder, labelSuffix));
    int unlabelled = labels.isEmpty() ? 0 : (int) pictures.stream().filter(name -> !labels.contains(name)).count();
    return new SplitCount(split, pictures, labels.size(), unlabelled);
  }

  private static List<String> below(Path folder, String suffix) {
    return Files.isDirectory(folder) ? PictureFiles.below(folder, suffix) : List.of();
  }
}
