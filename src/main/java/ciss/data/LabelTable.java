package ciss.data;

import ciss.error.ConfigException;
import java.util.Arrays;
import java.util.Map;

/**
 * What a value in a label file means: a train id, "ignored", or a mistake.
 *
 * <p>Without a map the files hold train ids: 0..classes-1 and the ignored value, anything else is a mistake. With a map
 * the listed values become train ids and all others are ignored.
 */
public final class LabelTable {
  /** Marks values that must not occur. */
  private static final int MISTAKE = -1;

  private final int classes;
  private final int ignoredValue;
  private final int[] ids = new int[256];
  private final boolean identity;

  /**
   * @param classes number of classes
   * @param ignoredValue value of pixels without label in the files, usually 255
   * @param map value in the files to train id, or null
   * @throws ConfigException if the map leads outside 0..classes-1 and 255
   */
  public LabelTable(int classes, int ignoredValue, Map<Integer, Integer> map) {
    this.classes = classes;
    this.ignoredValue = ignoredValue;
    Arrays.fill(ids, map == null ? MISTAKE : LabelMap.IGNORED);
    if (map == null) {
      for (int c = 0; c < classes; c++) {
        ids[c] = c;
      }
    } else {
      map.forEach(this::put);
    }
    if (ignoredValue >= 0 && ignoredValue < 256) {
      ids[ignoredValue] = LabelMap.IGNORED;
    }
    this.identity = map == null && ignoredValue == LabelMap.IGNORED;
  }

  private void put(int value, int id) {
    boolean known = id >= 0 && id < classes || id == LabelMap.IGNORED;
    if (!known) {
      throw new ConfigException(
          "data.label_map maps " + value + " to " + id + "; train ids are 0.." + (classes - 1) + " and 255 (ignored).");
    }
    // Values outside a byte cannot occur in an 8-bit file; the usual list of Cityscapes has one (-1, license plate).
    if (value >= 0 && value < 256) {
      ids[value] = id;
    }
  }

  /** Number of classes. */
  public int classes() {
    return classes;
  }

  /**
   * Translates the values of a whole label picture in place.
   *
   * @return the position of the first value that must not occur, or -1
   */
  public int apply(byte[] values) {
    for (int i = 0; i < values.length; i++) {
      int id = ids[values[i] & 0xff];
      if (id == MISTAKE) {
        return i;
      }
      if (!identity) {
        values[i] = (byte) id;
      }
    }
    return -1;
  }

  /** The allowed values as text, for messages. */
  String allowed() {
    return "0.." + (classes - 1) + " and " + ignoredValue;
  }
}
