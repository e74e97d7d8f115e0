package ciss.tensor.reference;

import ciss.tensor.PictureOps.Distortion;

/** Photometric distortion of 8-bit pixels B,G,R, step by step over the whole picture (data.md 3.2.6). */
final class DistortionReference {
  private DistortionReference() {}

  static int[] distorted(double[] levels, int width, Distortion d) {
    int[] x = new int[levels.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = (int) levels[i];
    }
    if (d.brightnessOn()) {
      scale(x, 0, 1, 1, (float) d.brightness());
    }
    if (d.contrastOn() && d.contrastFirst()) {
      scale(x, 0, 1, (float) d.contrast(), 0);
    }
    if (d.saturationOn()) {
      toHsv(x);
      scale(x, 1, 3, (float) d.saturation(), 0);
      toBgr(x, width);
    }
    if (d.hueOn()) {
      toHsv(x);
      for (int i = 0; i < x.length; i += 3) {
        x[i] = Math.floorMod(x[i] + d.hue(), 180);
      }
      toBgr(x, width);
    }
    if (d.contrastOn() && !d.contrastFirst()) {
      scale(x, 0, 1, (float) d.contrast(), 0);
    }
    return x;
  }

  private static void scale(int[] x, int first, int step, float factor, float offset) {
    for (int i = first; i < x.length; i += step) {
      x[i] = (int) Math.clamp(x[i] * factor + offset, 0f, 255f);
    }
  }

  private static void toHsv(int[] x) {
    for (int i = 0; i < x.length; i += 3) {
      int v = Math.max(Math.max(x[i], x[i + 1]), x[i + 2]);
      int d = v - Math.min(Math.min(x[i], x[i + 1]), x[i + 2]);
      int sector = x[i + 1] - x[i];
      if (v != x[i + 2]) {
        sector = v == x[i + 1] ? x[i] - x[i + 2] + 2 * d : x[i + 2] - x[i + 1] + 4 * d;
      }
      long hueDivisor = d == 0 ? 0 : (long) Math.rint((180 << 12) / (6.0 * d));
      long saturationDivisor = v == 0 ? 0 : (long) Math.rint((255 << 12) / (double) v);
      long h = (sector * hueDivisor + 2048) >> 12;
      x[i] = (int) (h < 0 ? h + 180 : h);
      x[i + 1] = (int) ((d * saturationDivisor + 2048) >> 12);
      x[i + 2] = v;
    }
  }

  private static void toBgr(int[] x, int width) {
    for (int i = 0; i < x.length; i += 3) {
      float h = x[i] * (6f / 180f);
      float s = x[i + 1] * (1f / 255f);
      float v = x[i + 2] * (1f / 255f);
      float f = h - (float) Math.floor(h);
      float p = v * (1 - s);
      float q = v * (1 - s * f);
      float t = v * (1 - s * (1 - f));
      float[] bgr =
          switch ((int) h % 6) {
            case 0 -> new float[] {p, t, v};
            case 1 -> new float[] {p, v, q};
            case 2 -> new float[] {t, v, p};
            case 3 -> new float[] {v, q, p};
            case 4 -> new float[] {v, p, t};
            default -> new float[] {q, p, v};
          };
      boolean truncated = i / 3 % width < width / 32 * 32;
      for (int c = 0; c < 3; c++) {
        float level = bgr[c] * 255f;
        x[i + c] = Math.clamp(truncated ? (long) level : (long) Math.rint(level), 0, 255);
      }
    }
  }
}
