package ciss.eval;

import ciss.data.CityscapesLabels;
import ciss.data.LabelMap;
import ciss.io.ImageWriting;
import ciss.io.Pixels;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/** Writes predicted labels as 8-bit palette PNGs: as train ids, or translated to the label ids of Cityscapes. */
public final class LabelPictures {
  private final byte[] table;
  private final int[] palette;

  private LabelPictures(byte[] table, int[] palette) {
    this.table = table;
    this.palette = palette;
  }

  /**
   * Train ids as they are.
   *
   * @param palette colour of each class, 0xRRGGBB
   */
  public static LabelPictures trainIds(int[] palette) {
    byte[] same = new byte[256];
    for (int i = 0; i < same.length; i++) {
      same[i] = (byte) i;
    }
    return new LabelPictures(same, palette.clone());
  }

  /** The label ids that test servers expect; only meaningful for the 19 Cityscapes classes. */
  public static LabelPictures cityscapesLabelIds() {
    return new LabelPictures(CityscapesLabels.labelIds(), CityscapesLabels.labelColours());
  }

  /** The values that predictions of this many classes can have in the file. */
  public Set<Integer> values(int classes) {
    Set<Integer> values = new TreeSet<>();
    for (int c = 0; c < classes; c++) {
      values.add(table[c] & 0xff);
    }
    return values;
  }

  /** The picture of a label map: indices as written to the file. */
  public Pixels indices(LabelMap label) {
    byte[] indices = new byte[label.height() * label.width()];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = table[label.at(i / label.width(), i % label.width())];
    }
    return new Pixels(label.height(), label.width(), 1, indices);
  }

  /** The bytes of the PNG of a label map. */
  public byte[] encoded(LabelMap label) {
    return ImageWriting.encodePng(indices(label), palette);
  }

  /**
   * Writes a PNG; missing folders are made.
   *
   * @throws ciss.error.ResourceException if it cannot be written
   */
  public void write(Path file, LabelMap label) {
    ImageWriting.writePng(file, indices(label), palette);
  }
}
