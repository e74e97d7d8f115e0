package ciss.verify;

/**
 * Computes the tensors of a reference case that are not stored but generated: parameters, pictures, label maps, plain
 * random fields. Layouts are those of the cases (NCHW, row-major). Formulas are evaluated in double and rounded once.
 */
final class GoldenGenerator {
  private static final double[] MEAN = {123.675, 116.28, 103.53};
  private static final double[] STD = {58.395, 57.12, 57.375};

  /** The three layers of a generated picture: cell size in pixels and weight. */
  private static final int[][] LAYERS = {{32, 5}, {16, 2}, {4, 1}};

  private GoldenGenerator() {}

  /**
   * A parameter or buffer of a network.
   *
   * @param name key of the state dict, such as {@code backbone.block1.0.attn.q.weight}
   * @param shape in the order of the state dict: [out, in, kh, kw] for convolutions
   */
  static float[] parameter(String name, long[] shape, long seed) {
    GoldenStream stream = new GoldenStream(name, seed);
    float[] values = new float[Math.toIntExact(count(shape))];
    String last = name.substring(name.lastIndexOf('.') + 1);
    double offset = 0;
    double scale;
    switch (last) {
      case "num_batches_tracked" -> {
        return values;
      }
      case "running_mean", "bias" -> scale = 0.1;
      case "running_var" -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) (1 + 0.5 * stream.unit(i));
        }
        return values;
      }
      default -> {
        boolean norm = last.equals("weight") && shape.length == 1;
        offset = norm ? 1 : 0;
        scale = norm ? 0.2 : Math.sqrt(3.0 / ((double) values.length / shape[0]));
      }
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (offset + (2 * stream.unit(i) - 1) * scale);
    }
    return values;
  }

  /** {@code scale * (2u - 1)}. */
  static float[] uniform(String name, long[] shape, long seed, double scale) {
    GoldenStream stream = new GoldenStream(name, seed);
    float[] values = new float[Math.toIntExact(count(shape))];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (scale * (2 * stream.unit(i) - 1));
    }
    return values;
  }

  /** {@code lo + (hi - lo) * u}. */
  static float[] field(String name, long[] shape, long seed, double lo, double hi) {
    GoldenStream stream = new GoldenStream(name, seed);
    float[] values = new float[Math.toIntExact(count(shape))];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (lo + (hi - lo) * stream.unit(i));
    }
    return values;
  }

  /** Bytes (0..255) of a smooth coloured picture [B,3,H,W], before {@link #normalized}. */
  static int[] imageBytes(String name, long[] shape, long seed) {
    int planes = Math.toIntExact(shape[0] * shape[1]);
    int h = Math.toIntExact(shape[2]);
    int w = Math.toIntExact(shape[3]);
    int[] bytes = new int[planes * h * w];
    for (int k = 0; k < LAYERS.length; k++) {
      addLayer(bytes, new GoldenStream(name + "." + k, seed), planes, h, w, LAYERS[k]);
    }
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] /= 8;
    }
    return bytes;
  }

  private static void addLayer(int[] bytes, GoldenStream stream, int planes, int h, int w, int[] layer) {
    int cell = layer[0];
    int gridH = h / cell + 2;
    int gridW = w / cell + 2;
    for (int p = 0; p < planes; p++) {
      for (int y = 0; y < h; y++) {
        for (int x = 0; x < w; x++) {
          int fy = y % cell;
          int fx = x % cell;
          long g = ((long) p * gridH + y / cell) * gridW + x / cell;
          int v = grey(stream, g) * (cell - fy) * (cell - fx)
              + grey(stream, g + 1) * (cell - fy) * fx
              + grey(stream, g + gridW) * fy * (cell - fx)
              + grey(stream, g + gridW + 1) * fy * fx;
          bytes[(p * h + y) * w + x] += layer[1] * (v / (cell * cell));
        }
      }
    }
  }

  private static int grey(GoldenStream stream, long i) {
    return (int) (stream.word(i) >>> 56);
  }

  /** {@code (5 * base + 3 * own) / 8} of two pictures of the same shape. */
  static int[] mixedBytes(int[] base, int[] own) {
    int[] mixed = new int[base.length];
    for (int i = 0; i < mixed.length; i++) {
      mixed[i] = (5 * base[i] + 3 * own[i]) / 8;
    }
    return mixed;
  }

  /** {@code (byte - mean) / std} per channel of [B,3,H,W]. */
  static float[] normalized(int[] bytes, long[] shape) {
    int plane = Math.toIntExact(shape[2] * shape[3]);
    float[] values = new float[bytes.length];
    for (int i = 0; i < values.length; i++) {
      int c = i / plane % 3;
      values[i] = (float) ((bytes[i] - MEAN[c]) / STD[c]);
    }
    return values;
  }

  /** Label map [B,1,H,W]: each pixel has the class of the nearest of {@code points} random points (ties: the first). */
  static float[] regions(String name, long[] shape, long seed, int points, int[] classes) {
    GoldenStream stream = new GoldenStream(name, seed);
    int h = Math.toIntExact(shape[2]);
    int w = Math.toIntExact(shape[3]);
    float[] labels = new float[Math.toIntExact(count(shape))];
    int[] py = new int[points];
    int[] px = new int[points];
    int[] label = new int[points];
    for (int b = 0; b < shape[0]; b++) {
      for (int p = 0; p < points; p++) {
        py[p] = (int) ((stream.nextWord() >>> 33) % h);
        px[p] = (int) ((stream.nextWord() >>> 33) % w);
        label[p] = classes[(int) ((stream.nextWord() >>> 33) % classes.length)];
      }
      for (int i = 0; i < h * w; i++) {
        labels[b * h * w + i] = label[nearest(i / w, i % w, py, px)];
      }
    }
    return labels;
  }

  private static int nearest(int y, int x, int[] py, int[] px) {
    int best = 0;
    int bestDistance = Integer.MAX_VALUE;
    for (int p = 0; p < py.length; p++) {
      int distance = (y - py[p]) * (y - py[p]) + (x - px[p]) * (x - px[p]);
      if (distance < bestDistance) {
        best = p;
        bestDistance = distance;
      }
    }
    return best;
  }

  /** Mask [B,1,H,W]: 1 inside, 0 in the margins [top, bottom, left, right]. */
  static float[] rectMask(long[] shape, int[] margins) {
    int h = Math.toIntExact(shape[2]);
    int w = Math.toIntExact(shape[3]);
    float[] mask = new float[Math.toIntExact(count(shape))];
    for (int i = 0; i < mask.length; i++) {
      int y = i / w % h;
      int x = i % w;
      boolean inside = y >= margins[0] && y < h - margins[1] && x >= margins[2] && x < w - margins[3];
      mask[i] = inside ? 1 : 0;
    }
    return mask;
  }

  static long count(long[] shape) {
    long n = 1;
    for (long extent : shape) {
      n = Math.multiplyExact(n, extent);
    }
    return n;
  }
}
