package ciss.data.prepare;

import ciss.data.CityscapesLabels;
import ciss.data.LabelMap;
import ciss.io.ImageFiles;
import ciss.io.Pixels;
import java.nio.file.Path;
import java.util.Arrays;

/** Reads label pictures of other label spaces as train ids. */
public final class LabelConversion {
  private static final byte[] CITYSCAPES = CityscapesLabels.trainIds();

  /** SYNTHIA's classes, each at the place of its train id. */
  private static final int[] SYNTHIA = {3, 4, 2, 21, 5, 7, 15, 9, 6, 16, 1, 10, 17, 8, 18, 19, 20, 12, 11};

  private LabelConversion() {}

  /** A label file whose values are Cityscapes label ids (Cityscapes {@code _labelIds}, GTA). */
  public static LabelMap cityscapesIds(Path file) {
    Pixels labels = ImageFiles.readLabels(file);
    byte[] ids = labels.values();
    for (int i = 0; i < ids.length; i++) {
      ids[i] = CITYSCAPES[ids[i] & 0xff];
    }
    return new LabelMap(labels.height(), labels.width(), ids);
  }

  /** A SYNTHIA label file: 16 bits, three channels, the class in the red one. */
  public static LabelMap synthia(Path file) {
    byte[] table = new byte[256];
    Arrays.fill(table, (byte) LabelMap.IGNORED);
    for (int c = 0; c < SYNTHIA.length; c++) {
      table[SYNTHIA[c]] = (byte) c;
    }
    int[] red = ImageFiles.readBand(file, 0);
    ImageFiles.Size size = ImageFiles.readSize(file);
    byte[] ids = new byte[red.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = red[i] < table.length ? table[red[i]] : (byte) LabelMap.IGNORED;
    }
    return new LabelMap(size.height(), size.width(), ids);
  }
}
