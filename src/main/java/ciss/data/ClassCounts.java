package ciss.data;

/**
 * How often each class occurs in one label picture.
 *
 * @param file the label file, as addressed when the counts were made
 * @param pixels per train id
 */
public record ClassCounts(String file, long[] pixels) {

  /** Counts a label map. */
  public static ClassCounts of(String file, LabelMap labels, int classes) {
    int[] histogram = labels.histogram(labels.bounds());
    long[] pixels = new long[classes];
    for (int c = 0; c < classes; c++) {
      pixels[c] = histogram[c];
    }
    return new ClassCounts(file, pixels);
  }
}
