package ciss.data;

import java.nio.file.Path;

/**
 * Where the pictures of one data set lie and what their labels mean.
 *
 * @param role what the set is for: source, target, val, test (used in messages)
 * @param root folder of the data set
 * @param images folder below root, searched recursively
 * @param imageSuffix end of the names of picture files
 * @param labels folder below root, or null if there are no labels or they are not to be read
 * @param labelSuffix takes the place of {@code imageSuffix} in the names of label files; null with {@code labels}
 * @param list file below root with one picture name without suffix per line; null = every picture of the folder
 * @param table meaning of the label values
 */
public record DatasetSpec(
    String role,
    Path root,
    Path images,
    String imageSuffix,
    Path labels,
    String labelSuffix,
    Path list,
    LabelTable table) {

  /** The same pictures without labels. */
  public DatasetSpec withoutLabels() {
    return new DatasetSpec(role, root, images, imageSuffix, null, null, list, table);
  }
}
