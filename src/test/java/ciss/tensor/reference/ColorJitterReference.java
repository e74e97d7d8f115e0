package ciss.tensor.reference;

import ciss.tensor.MixOps.ColorJitter;

/** Colour jitter of one normalised RGB picture (method.md 2.8). */
final class ColorJitterReference {
  private static final double TURN = 2 * Math.PI;

  private ColorJitterReference() {}

  /** Denormalised to 0..1, changed in the given order, normalised. */
  static double[] forward(double[] image, ColorJitter jitter, float[] mean, float[] std) {
    double[] out = new double[image.length];
    for (int p = 0; p < image.length; p += 3) {
      double[] rgb = new double[3];
      for (int c = 0; c < 3; c++) {
        rgb[c] = (image[p + c] * std[c] + mean[c]) / 255;
      }
      for (int step : jitter.order()) {
        rgb =
            switch (step) {
              case 0 -> affine(rgb, 1, jitter.brightness() - 1);
              case 1 -> affine(rgb, jitter.contrast(), 0);
              case 2 -> saturate(rgb, jitter.saturation());
              default -> turnHue(rgb, jitter.hue());
            };
      }
      for (int c = 0; c < 3; c++) {
        out[p + c] = (rgb[c] * 255 - mean[c]) / std[c];
      }
    }
    return out;
  }

  private static double[] affine(double[] rgb, double factor, double shift) {
    double[] result = new double[3];
    for (int c = 0; c < 3; c++) {
      result[c] = Math.clamp(rgb[c] * factor + shift, 0, 1);
    }
    return result;
  }

  private static double[] saturate(double[] rgb, double factor) {
    double[] hsv = toHsv(rgb);
    hsv[1] = Math.clamp(hsv[1] * factor, 0, 1);
    return toRgb(hsv);
  }

  private static double[] turnHue(double[] rgb, double turns) {
    double[] hsv = toHsv(rgb);
    hsv[0] = (hsv[0] + TURN * turns) % TURN;
    return toRgb(hsv);
  }

  private static double[] toHsv(double[] rgb) {
    double max = Math.max(rgb[0], Math.max(rgb[1], rgb[2]));
    double min = Math.min(rgb[0], Math.min(rgb[1], rgb[2]));
    double spread = max == min ? 1 : max - min;
    double rc = max - rgb[0];
    double gc = max - rgb[1];
    double bc = max - rgb[2];
    double sector;
    if (max == rgb[0]) {
      sector = bc - gc;
    } else if (max == rgb[1]) {
      sector = 2 * spread + rc - bc;
    } else {
      sector = 4 * spread + gc - rc;
    }
    return new double[] {TURN * floorMod(sector / spread / 6, 1), (max - min) / (max + 1e-6), max};
  }

  private static double[] toRgb(double[] hsv) {
    double h = hsv[0] / TURN;
    double s = hsv[1];
    double v = hsv[2];
    double sector = floorMod(Math.floor(h * 6), 6);
    double f = floorMod(h * 6, 6) - sector;
    double p = v * (1 - s);
    double q = v * (1 - f * s);
    double t = v * (1 - (1 - f) * s);
    return switch ((int) sector) {
      case 0 -> new double[] {v, t, p};
      case 1 -> new double[] {q, v, p};
      case 2 -> new double[] {p, v, t};
      case 3 -> new double[] {p, q, v};
      case 4 -> new double[] {t, p, v};
      default -> new double[] {v, p, q};
    };
  }

  private static double floorMod(double a, double b) {
    return a - b * Math.floor(a / b);
  }
}
