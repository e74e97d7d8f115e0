package ciss.tensor.reference;

import ciss.tensor.PictureOps.PixelScale;
import ciss.tensor.PictureOps.Placement;
import java.util.Arrays;

/** Resizing and normalising pictures {@code [h,w,3]} by the rules of data.md 3.2.3 and 3.2.5. */
final class PictureReference {
  private PictureReference() {}

  /** Of one axis: the inputs and the weight of the second for each output. */
  private record Axis(int[] first, int[] second, float[] weight) {
    static Axis of(int in, int out, boolean horizontal) {
      Axis axis = new Axis(new int[out], new int[out], new float[out]);
      for (int i = 0; i < out; i++) {
        float g = (float) ((i + 0.5) * ((double) in / out) - 0.5);
        int k = (int) Math.floor(g);
        boolean beyond = horizontal && (k < 0 || k >= in - 1);
        axis.first[i] = Math.clamp(k, 0, in - 1);
        axis.second[i] = beyond ? axis.first[i] : Math.clamp(k + 1, 0, in - 1);
        axis.weight[i] = beyond ? 0 : g - k;
      }
      return axis;
    }
  }

  /** @param bytes by the rule of 8-bit pictures */
  static double[] resize(double[] x, int h, int w, int height, int width, boolean bytes) {
    if (h == height && w == width) {
      return x;
    }
    boolean halved = h == 2 * height && w == 2 * width;
    Axis rows = Axis.of(h, height, false);
    Axis columns = Axis.of(w, width, true);
    double[] y = new double[3 * height * width];
    for (int i = 0; i < y.length; i++) {
      int o = i / 3 / width;
      int p = i / 3 % width;
      int c = i % 3;
      if (halved) {
        double sum = 0;
        for (int k = 0; k < 4; k++) {
          sum += x[3 * ((2 * o + k / 2) * w + 2 * p + k % 2) + c];
        }
        y[i] = bytes ? Math.floor((sum + 2) / 4) : sum / 4;
        continue;
      }
      double[] corners = new double[4];
      for (int k = 0; k < 4; k++) {
        int row = k < 2 ? rows.first[o] : rows.second[o];
        int column = k % 2 == 0 ? columns.first[p] : columns.second[p];
        corners[k] = x[3 * (row * w + column) + c];
      }
      y[i] = bytes ? fixedPoint(corners, rows.weight[o], columns.weight[p])
          : mixed(mixed(corners[0], corners[1], columns.weight[p]), mixed(corners[2], corners[3], columns.weight[p]),
              rows.weight[o]);
    }
    return y;
  }

  private static double mixed(double a, double b, float weight) {
    return a * (1 - weight) + b * weight;
  }

  private static int fixedPoint(double[] corners, float vertical, float horizontal) {
    int[] rows = new int[2];
    for (int r = 0; r < 2; r++) {
      rows[r] = (int) corners[2 * r] * weight(1 - horizontal) + (int) corners[2 * r + 1] * weight(horizontal);
    }
    int sum = ((weight(1 - vertical) * (rows[0] >> 4)) >> 16) + ((weight(vertical) * (rows[1] >> 4)) >> 16);
    return (sum + 2) >> 2;
  }

  private static int weight(float share) {
    return (int) Math.rint(share * 2048);
  }

  static double[] normalized(double[] x, int w, Placement place, PixelScale scale, float padding) {
    int width = place.window().width();
    double[] y = new double[3 * place.window().height() * width];
    Arrays.fill(y, padding);
    for (int i = 0; i < y.length; i++) {
      int row = i / 3 / width + place.window().y1();
      int column = i / 3 % width + place.window().x1();
      if (row < place.crop().height() && column < place.crop().width()) {
        int from = place.flip() ? place.crop().x2() - 1 - column : place.crop().x1() + column;
        float level = (float) x[3 * ((place.crop().y1() + row) * w + from) + 2 - i % 3];
        y[i] = (level - scale.mean()[i % 3]) * (1 / (double) scale.std()[i % 3]);
      }
    }
    return y;
  }
}
