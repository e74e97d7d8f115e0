package ciss.data;

import ciss.data.Resize.Size;

/** The pictures of an evaluation: resized, normalised, not cropped (the test pipeline, data.md 3.2.2). */
public final class EvaluationPictures {
  private final DataSet set;
  private final Size resize;
  private final Normalization normalization;

  /**
   * @param resize box that pictures are fitted into, keeping their ratio; null = as stored
   */
  public EvaluationPictures(DataSet set, Size resize, Normalization normalization) {
    this.set = set;
    this.resize = resize;
    this.normalization = normalization;
  }

  /**
   * One picture for the network.
   *
   * @param name below the images folder, without suffix
   * @param original as decoded
   * @param size of the network's input
   * @param image normalised R,G,B {@code [h][w][3]}
   * @param labels at the original size; null if the set has none
   */
  public record Item(String name, BytePicture original, Size size, float[] image, LabelMap labels) {}

  /** The pictures behind this. */
  public DataSet set() {
    return set;
  }

  /** Number of pictures. */
  public int size() {
    return set.size();
  }

  /** Reads and prepares picture i; thread-safe. */
  public Item load(int i) {
    BytePicture original = set.picture(i);
    LabelMap labels = set.hasLabels() ? set.labels(i, original) : null;
    return prepare(set.name(i), original, labels);
  }

  /** Prepares a picture from elsewhere in the same way. */
  public Item prepare(String name, BytePicture original, LabelMap labels) {
    Picture resized = original;
    if (resize != null) {
      resized = Resize.bilinear(
          original, Resize.keepingRatio(original.height(), original.width(), resize.height(), resize.width()));
    }
    return new Item(
        name, original, new Size(resized.height(), resized.width()), normalization.apply(resized), labels);
  }
}
