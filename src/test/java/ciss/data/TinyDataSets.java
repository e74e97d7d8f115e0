package ciss.data;

import ciss.io.ImageWriting;
import ciss.io.Pixels;
import java.nio.file.Path;
import java.util.Random;

/** Writes small random data sets for tests. */
final class TinyDataSets {
  static final int CLASSES = 4;

  private TinyDataSets() {}

  /** Pictures {@code images/a/p<k>.png} and labels {@code labels/a/p<k>_l.png} of vertical stripes of classes. */
  static void write(Path root, int pictures, int h, int w, long seed) {
    Random random = new Random(seed);
    for (int k = 0; k < pictures; k++) {
      byte[] bgr = new byte[3 * h * w];
      random.nextBytes(bgr);
      ImageWriting.writePng(root.resolve("images/a/p" + k + ".png"), new Pixels(h, w, 3, bgr));
      byte[] labels = new byte[h * w];
      for (int i = 0; i < labels.length; i++) {
        int stripe = i % w * 8 / w;
        labels[i] = (byte) (stripe == 7 ? 255 : (stripe + k) % CLASSES);
      }
      ImageWriting.writePng(root.resolve("labels/a/p" + k + "_l.png"), new Pixels(h, w, 1, labels));
    }
  }

  static DatasetSpec spec(String role, Path root) {
    return new DatasetSpec(
        role, root, Path.of("images"), ".png", Path.of("labels"), "_l.png", null, new LabelTable(CLASSES, 255, null));
  }

  static DataSet open(String role, Path root) {
    return DataSet.open(spec(role, root), new DecodedCache(1 << 20));
  }
}
