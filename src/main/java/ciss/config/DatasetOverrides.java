package ciss.config;

import ciss.error.ConfigException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Overrides that put another data set in the place of the tested one. */
public final class DatasetOverrides {
  private DatasetOverrides() {}

  /**
   * The data set of a preset, at the size that the configuration tests at (data.md 4.4: the test scale stays).
   *
   * @param root where it lies; null: the preset's folder below the folder of all data sets
   * @param resize the configuration's; may be null
   * @return {@code KEY=VALUE} each
   * @throws ConfigException if the preset has no pictures to test on
   */
  public static List<String> of(DatasetName name, boolean testSplit, Path root, Size resize) {
    DatasetPreset preset = DatasetPreset.of(name);
    if (preset == null || preset.valImages() == null) {
      throw new ConfigException(
          "--data " + name + ": the preset has no pictures to test on. Name them with -o data.val.root=, .images=, ...");
    }
    String section = testSplit ? "data.test." : "data.val.";
    Path place = root == null ? Environment.ofProcess().dataFolder().resolve(preset.folder()) : root;
    List<String> overrides = new ArrayList<>();
    overrides.add(section + "dataset=" + name);
    overrides.add(section + "root=" + ConfigText.flow(place.toString()));
    overrides.add(section + "images=" + preset.valImages());
    overrides.add(section + "image_suffix=" + preset.imageSuffix());
    overrides.add(section + "labels=" + preset.valLabels());
    overrides.add(section + "label_suffix=" + preset.labelSuffix());
    overrides.add(section + "list=null");
    overrides.add(
        section + "resize=" + (resize == null ? "null" : "[" + resize.height() + "," + resize.width() + "]"));
    return overrides;
  }

  /** The same data set at another place. */
  public static List<String> root(boolean testSplit, Path root) {
    return List.of((testSplit ? "data.test." : "data.val.") + "root=" + ConfigText.flow(root.toString()));
  }
}
