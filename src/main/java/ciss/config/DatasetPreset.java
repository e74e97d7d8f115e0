package ciss.config;

/**
 * What a data set's name stands for: the usual folders, file endings and size.
 *
 * @param folder name below the folder of all data sets
 * @param trainImages null if the data set has no training pictures; trainLabels, valImages, valLabels likewise
 */
public record DatasetPreset(
    String folder,
    String trainImages,
    String trainLabels,
    String valImages,
    String valLabels,
    String imageSuffix,
    String labelSuffix,
    Size resize) {

  /** The preset of a name; null for FOLDER, which has none. */
  public static DatasetPreset of(DatasetName name) {
    return switch (name) {
      case CITYSCAPES ->
          new DatasetPreset(
              "cityscapes",
              "leftImg8bit/train",
              "gtFine/train",
              "leftImg8bit/val",
              "gtFine/val",
              "_leftImg8bit.png",
              "_gtFine_labelTrainIds.png",
              new Size(1024, 2048));
      case ACDC -> acdcLike("acdc", "rgb_anon/train", "gt/train", "");
      case ACDC_REF -> acdcLike("acdcref", "rgb_anon/train", "gt/train", "_ref");
      case DARK_ZURICH -> acdcLike("dark_zurich", "rgb_anon/train/night", null, "");
      case BDD100K ->
          new DatasetPreset(
              "bdd100k",
              "images/train",
              "labels/train",
              "images/val",
              "labels/val",
              ".jpg",
              "_train_id.png",
              new Size(720, 1280));
      case GTA -> synthetic("gta", "images", "labels", new Size(1440, 2560));
      case SYNTHIA -> synthetic("synthia", "RGB", "GT/LABELS", new Size(1520, 2560));
      // The reference names no folders for this data set; these are those of its public archive.
      case NIGHTTIME_DRIVING ->
          new DatasetPreset(
              "nighttime_driving",
              null,
              null,
              "leftImg8bit/test/night",
              "gtCoarse_daytime_trainvaltest/test/night",
              "_leftImg8bit.png",
              "_gtCoarse_labelTrainIds.png",
              new Size(1080, 1920));
      case FOLDER -> null;
    };
  }

  /** Folder of the test pictures: that of the validation pictures with {@code test} for {@code val}; null without. */
  public String testImages() {
    return testFolder(valImages);
  }

  /** Folder where labels of the test pictures would be; most data sets keep them on a server. */
  public String testLabels() {
    return testFolder(valLabels);
  }

  private static String testFolder(String folder) {
    return folder == null ? null : folder.replaceAll("(?<=^|/)val(?=/|$)", "test");
  }

  private static DatasetPreset acdcLike(String folder, String trainImages, String trainLabels, String infix) {
    return new DatasetPreset(
        folder,
        trainImages,
        trainLabels,
        "rgb_anon/val",
        "gt/val",
        "_rgb" + infix + "_anon.png",
        "_gt" + infix + "_labelTrainIds.png",
        new Size(1080, 1920));
  }

  private static DatasetPreset synthetic(String folder, String images, String labels, Size resize) {
    return new DatasetPreset(folder, images, labels, null, null, ".png", "_labelTrainIds.png", resize);
  }
}
