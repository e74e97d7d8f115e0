package ciss.tensor.reference;

import ciss.tensor.Axis;
import ciss.tensor.ResampleOps.ResizeDims;

/** Bilinear resize of {@code [n,h,w,c]} and its transpose; each axis as {@link Axis} says. */
final class ResizeReference {
  private ResizeReference() {}

  /** The two source cells of one output cell; {@code fraction} is the weight of {@code second}. */
  record Tap(int first, int second, double fraction) {
    static Tap of(Axis axis, int i) {
      double source = Math.max(axis.step() * i + axis.shift(), 0);
      int first = Math.min((int) source, axis.in() - 1);
      return new Tap(first, Math.min(first + 1, axis.in() - 1), source - (int) source);
    }
  }

  static double[] forward(ResizeDims d, double[] x) {
    double[] y = new double[d.n() * d.y().out() * d.x().out() * d.c()];
    forEachTap(d, (small, large, weight) -> y[large] += weight * x[small]);
    return y;
  }

  static double[] backward(ResizeDims d, double[] dy) {
    double[] dx = new double[d.n() * d.y().in() * d.x().in() * d.c()];
    forEachTap(d, (small, large, weight) -> dx[small] += weight * dy[large]);
    return dx;
  }

  private interface Visitor {
    void at(int in, int out, double weight);
  }

  private static void forEachTap(ResizeDims d, Visitor visitor) {
    for (int b = 0; b < d.n(); b++) {
      for (int oy = 0; oy < d.y().out(); oy++) {
        Tap row = Tap.of(d.y(), oy);
        for (int ox = 0; ox < d.x().out(); ox++) {
          Tap column = Tap.of(d.x(), ox);
          for (int corner = 0; corner < 4; corner++) {
            int iy = corner < 2 ? row.first : row.second;
            int ix = corner % 2 == 0 ? column.first : column.second;
            double weight =
                (corner < 2 ? 1 - row.fraction : row.fraction) * (corner % 2 == 0 ? 1 - column.fraction : column.fraction);
            int in = ((b * d.y().in() + iy) * d.x().in() + ix) * d.c();
            int out = ((b * d.y().out() + oy) * d.x().out() + ox) * d.c();
            for (int c = 0; c < d.c(); c++) {
              visitor.at(in + c, out + c, weight);
            }
          }
        }
      }
    }
  }
}
