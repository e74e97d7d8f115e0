package ciss.tensor.reference;

/** Reduction of labels by the most frequent class of each block (method.md 2.5). */
final class DownscaleLabelReference {
  private static final int VOID = 255;

  private DownscaleLabelReference() {}

  /** {@code [n,h,w]} to {@code [n,h/factor,w/factor]}. */
  static int[] forward(int[] label, int n, int h, int w, int factor, float minRatio, int classes) {
    int height = h / factor;
    int width = w / factor;
    int[] reduced = new int[n * height * width];
    for (int i = 0; i < reduced.length; i++) {
      int sample = i / width / height;
      int[] count = new int[classes + 1];
      for (int y = 0; y < factor; y++) {
        for (int x = 0; x < factor; x++) {
          int row = i / width % height * factor + y;
          int k = label[(sample * h + row) * w + i % width * factor + x];
          count[k == VOID ? classes : k]++;
        }
      }
      int best = 0;
      for (int k = 1; k <= classes; k++) {
        best = count[k] > count[best] ? k : best;
      }
      float ratio = (float) count[best] / (factor * factor);
      reduced[i] = best == classes || ratio < minRatio ? VOID : best;
    }
    return reduced;
  }
}
