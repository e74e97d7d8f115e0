package ciss.verify;

/**
 * The integer recipe of generated 8-bit pictures {@code [H][W][3]} (B,G,R): a gradient per channel, 28 translucent
 * boxes and ellipses, noise of a few levels, gain and tint. Every quotient rounds down and every shift is arithmetic.
 */
final class GoldenScene {
  private static final int SHAPES = 28;

  private GoldenScene() {}

  /** Values 0..255 of the picture. */
  static int[] draw(String name, long seed, int h, int w, int gain, int[] tint) {
    GoldenStream stream = new GoldenStream(name, seed);
    int[] v = new int[h * w * 3];
    for (int c = 0; c < 3; c++) {
      int base = next(stream, 120) + 40;
      int gy = next(stream, 161) - 80;
      int gx = next(stream, 101) - 50;
      for (int i = 0; i < h * w; i++) {
        v[3 * i + c] = base + Math.floorDiv(gy * (i / w), h) + Math.floorDiv(gx * (i % w), w);
      }
    }
    for (int s = 0; s < SHAPES; s++) {
      drawShape(v, h, w, stream);
    }
    GoldenStream noise = new GoldenStream(name + ".noise", seed);
    for (int i = 0; i < v.length; i++) {
      int noisy = clip(v[i] + (int) (((noise.word(i) >>> 40) * 13) >> 24) - 6);
      v[i] = clip(((noisy * gain) >> 8) + tint[i % 3]);
    }
    return v;
  }

  private static void drawShape(int[] v, int h, int w, GoldenStream stream) {
    int cx = next(stream, w);
    int cy = next(stream, h);
    long hw = 1 + next(stream, Math.max(1, w / 6));
    long hh = 1 + next(stream, Math.max(1, h / 5));
    boolean box = next(stream, 2) == 0;
    int[] colour = {next(stream, 256), next(stream, 256), next(stream, 256)};
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        long dx = x - cx;
        long dy = y - cy;
        boolean inside = box
            ? Math.abs(dx) <= hw && Math.abs(dy) <= hh
            : dx * dx * hh * hh + dy * dy * hw * hw <= hw * hw * hh * hh;
        for (int c = 0; inside && c < 3; c++) {
          int i = (y * w + x) * 3 + c;
          v[i] = (v[i] + 3 * colour[c]) >> 2;
        }
      }
    }
  }

  private static int next(GoldenStream stream, int bound) {
    return (int) ((stream.nextWord() >>> 33) % bound);
  }

  private static int clip(int value) {
    return Math.clamp(value, 0, 255);
  }
}
