package ciss.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The labels of Cityscapes (data.md 3.1): names, label ids as in its label files, train ids of the 19 classes, colours.
 * GTA shares the label ids; submissions to test servers are written in them.
 */
public final class CityscapesLabels {

  /**
   * One label.
   *
   * @param id label id; -1 for license plates, which are not drawn
   * @param trainId 0..18, or 255
   * @param colour 0xRRGGBB
   */
  public record Label(String name, int id, int trainId, int colour) {}

  private static final List<Label> ALL = List.of(
      new Label("unlabeled", 0, 255, 0),
      new Label("ego vehicle", 1, 255, 0),
      new Label("rectification border", 2, 255, 0),
      new Label("out of roi", 3, 255, 0),
      new Label("static", 4, 255, 0),
      new Label("dynamic", 5, 255, 0x6f4a00),
      new Label("ground", 6, 255, 0x510051),
      new Label("road", 7, 0, 0x804080),
      new Label("sidewalk", 8, 1, 0xf423e8),
      new Label("parking", 9, 255, 0xfaaaa0),
      new Label("rail track", 10, 255, 0xe6968c),
      new Label("building", 11, 2, 0x464646),
      new Label("wall", 12, 3, 0x66669c),
      new Label("fence", 13, 4, 0xbe9999),
      new Label("guard rail", 14, 255, 0xb4a5b4),
      new Label("bridge", 15, 255, 0x966464),
      new Label("tunnel", 16, 255, 0x96785a),
      new Label("pole", 17, 5, 0x999999),
      new Label("polegroup", 18, 255, 0x999999),
      new Label("traffic light", 19, 6, 0xfaaa1e),
      new Label("traffic sign", 20, 7, 0xdcdc00),
      new Label("vegetation", 21, 8, 0x6b8e23),
      new Label("terrain", 22, 9, 0x98fb98),
      new Label("sky", 23, 10, 0x4682b4),
      new Label("person", 24, 11, 0xdc143c),
      new Label("rider", 25, 12, 0xff0000),
      new Label("car", 26, 13, 0x00008e),
      new Label("truck", 27, 14, 0x000046),
      new Label("bus", 28, 15, 0x003c64),
      new Label("caravan", 29, 255, 0x00005a),
      new Label("trailer", 30, 255, 0x00006e),
      new Label("train", 31, 16, 0x005064),
      new Label("motorcycle", 32, 17, 0x0000e6),
      new Label("bicycle", 33, 18, 0x770b20),
      new Label("license plate", -1, 255, 0x00008e));

  /** Number of train ids. */
  public static final int CLASSES = 19;

  private CityscapesLabels() {}

  /** All labels, license plate last. */
  public static List<Label> all() {
    return ALL;
  }

  /** The label of this name, or null. */
  public static Label named(String name) {
    return ALL.stream().filter(label -> label.name().equals(name)).findFirst().orElse(null);
  }

  /** Train id of each value of a label file; 255 where there is no class. */
  public static byte[] trainIds() {
    byte[] table = new byte[256];
    Arrays.fill(table, (byte) 255);
    for (Label label : ALL) {
      if (label.id() >= 0) {
        table[label.id()] = (byte) label.trainId();
      }
    }
    return table;
  }

  /** Label id of each train id; 0 (unlabeled) for all other values. */
  public static byte[] labelIds() {
    byte[] table = new byte[256];
    for (Label label : ALL) {
      if (label.trainId() < CLASSES) {
        table[label.trainId()] = (byte) label.id();
      }
    }
    return table;
  }

  /** Colour of each train id, 0xRRGGBB. */
  public static int[] palette() {
    int[] palette = new int[CLASSES];
    for (Label label : ALL) {
      if (label.trainId() < CLASSES) {
        palette[label.trainId()] = label.colour();
      }
    }
    return palette;
  }

  /** Colour of each label id, 0xRRGGBB; the last entry belongs to license plates, as in the reference. */
  public static int[] labelColours() {
    List<Integer> colours = new ArrayList<>();
    ALL.forEach(label -> colours.add(label.colour()));
    return colours.stream().mapToInt(Integer::intValue).toArray();
  }
}
