package ciss.data;

import ciss.error.DataException;
import ciss.io.ImageFiles;
import ciss.io.Pixels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A list of pictures, sorted by name, with their label files. Immutable apart from its cache; thread-safe.
 *
 * <p>The label of picture {@code images/a/b<imageSuffix>} is {@code labels/a/b<labelSuffix>}. Nothing but the names is
 * read when the set is opened.
 */
public final class DataSet {
  private final DatasetSpec spec;
  private final List<String> names;
  private final DecodedCache cache;

  private DataSet(DatasetSpec spec, List<String> names, DecodedCache cache) {
    this.spec = spec;
    this.names = names;
    this.cache = cache;
  }

  /**
   * Finds the pictures.
   *
   * @param cache where decoded pictures are kept; may be shared with other sets
   * @throws DataException if a folder or the list is missing or unreadable, or no picture is found
   */
  public static DataSet open(DatasetSpec spec, DecodedCache cache) {
    return new DataSet(spec, PictureFiles.names(spec), cache);
  }

  /** The description this was opened from. */
  public DatasetSpec spec() {
    return spec;
  }

  /** Number of pictures. */
  public int size() {
    return names.size();
  }

  /** Name of picture i below the images folder, without suffix, with forward slashes. */
  public String name(int i) {
    return names.get(i);
  }

  /** Whether labels are read. */
  public boolean hasLabels() {
    return spec.labels() != null;
  }

  /** File of picture i. */
  public Path imageFile(int i) {
    return spec.root().resolve(spec.images()).resolve(names.get(i) + spec.imageSuffix());
  }

  /** File of the labels of picture i. */
  public Path labelFile(int i) {
    return spec.root().resolve(spec.labels()).resolve(names.get(i) + spec.labelSuffix());
  }

  /**
   * Picture i, 8 bit.
   *
   * @throws DataException if it cannot be read
   */
  public BytePicture picture(int i) {
    Pixels pixels = cache.get(imageFile(i), ImageFiles::readColor);
    return new BytePicture(pixels.height(), pixels.width(), pixels.values());
  }

  /**
   * The labels of picture i as train ids.
   *
   * @throws DataException if the file is missing or unreadable, or holds a value that is no class
   */
  public LabelMap labels(int i) {
    Pixels pixels = cache.get(labelFile(i), this::readLabels);
    return new LabelMap(pixels.height(), pixels.width(), pixels.values());
  }

  /**
   * The labels of picture i, which must have the size of the picture.
   *
   * @throws DataException as {@link #labels(int)}, and if the sizes differ
   */
  public LabelMap labels(int i, BytePicture picture) {
    LabelMap labels = labels(i);
    if (labels.height() != picture.height() || labels.width() != picture.width()) {
      throw new DataException(
          labelFile(i) + ": the label is " + labels.height() + "x" + labels.width() + ", its picture " + imageFile(i)
              + " is " + picture.height() + "x" + picture.width() + ". Both must have one size.");
    }
    return labels;
  }

  private Pixels readLabels(Path file) {
    if (!Files.exists(file)) {
      throw new DataException(
          file + ": the label of a picture is missing (" + spec.role() + "). Its name is formed from the picture's "
              + "name with '" + spec.imageSuffix() + "' replaced by '" + spec.labelSuffix()
              + "': check data." + spec.role() + ".label_suffix.");
    }
    Pixels pixels = ImageFiles.readLabels(file);
    int mistake = spec.table().apply(pixels.values());
    if (mistake >= 0) {
      throw new DataException(
          file + ": holds value " + (pixels.values()[mistake] & 0xff) + " at (x=" + mistake % pixels.width() + ", y="
              + mistake / pixels.width() + "); allowed: " + spec.table().allowed()
              + ". 'ciss prepare' converts label ids to train ids; data.label_map does it while reading.");
    }
    return pixels;
  }

  /** Reads the first and the last pair, so that a wrong folder or suffix shows before training starts. */
  public void checkEnds() {
    for (int i : new int[] {0, size() - 1}) {
      BytePicture picture = picture(i);
      if (hasLabels()) {
        labels(i, picture);
      }
    }
  }

  /** Whether the folder of the set can be written. */
  boolean isRootWritable() {
    return Files.isWritable(spec.root());
  }
}
