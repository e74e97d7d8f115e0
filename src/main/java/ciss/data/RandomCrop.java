package ciss.data;

import ciss.data.Resize.Size;
import ciss.tensor.Box;

/** Draws the place of a training crop. */
final class RandomCrop {
  private static final int RETRIES = 10;

  private RandomCrop() {}

  /**
   * A box of the wanted size, uniformly placed; it ends at the border of a smaller picture.
   *
   * <p>With {@code maxClassShare < 1} the box is drawn again, at most ten times, until its label holds more than one
   * class and none of them has that share of the labelled pixels; the eleventh box is taken unchecked.
   *
   * @param label labels of the whole picture; not looked at if the share is 1
   */
  static Box draw(int height, int width, Size crop, LabelMap label, double maxClassShare, SampleDraws draws) {
    Box box = place(height, width, crop, draws);
    for (int i = 0; i < RETRIES && maxClassShare < 1 && !varied(label.histogram(box), maxClassShare); i++) {
      box = place(height, width, crop, draws);
    }
    return box;
  }

  private static Box place(int height, int width, Size crop, SampleDraws draws) {
    int y = draws.nextInt(Math.max(height - crop.height(), 0) + 1);
    int x = draws.nextInt(Math.max(width - crop.width(), 0) + 1);
    return new Box(y, Math.min(y + crop.height(), height), x, Math.min(x + crop.width(), width));
  }

  private static boolean varied(int[] histogram, double maxClassShare) {
    long sum = 0;
    int most = 0;
    int classes = 0;
    for (int c = 0; c < LabelMap.IGNORED; c++) {
      sum += histogram[c];
      most = Math.max(most, histogram[c]);
      classes += histogram[c] > 0 ? 1 : 0;
    }
    return classes > 1 && (double) most / sum < maxClassShare;
  }

  /** The box of the wanted size in the middle, rounded to the top left; a smaller picture is kept whole. */
  static Box central(int height, int width, Size crop) {
    int y = Math.max(height - crop.height(), 0) / 2;
    int x = Math.max(width - crop.width(), 0) / 2;
    return new Box(y, Math.min(y + crop.height(), height), x, Math.min(x + crop.width(), width));
  }
}
