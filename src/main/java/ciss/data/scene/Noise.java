package ciss.data.scene;

/** Tileable noise, tabulated once: cheap enough for every sample of a picture, and the same on every machine. */
final class Noise {
  private static final int SIZE = 512;
  private static final int MASK = SIZE - 1;
  private static final float[] CLOUD = fractal(0x5EED, 5);
  private static final float[] GRAIN = white(0xFACADE);

  private Noise() {}

  /** Five octaves of value noise in [0, 1], period 512, nearest sample; features are about 1 to 32 units large. */
  static float cloud(float x, float y) {
    return CLOUD[((fastFloor(y) & MASK) << 9) | (fastFloor(x) & MASK)];
  }

  /** As {@link #cloud}, interpolated: for features that cover many pixels. */
  static float smoothCloud(float x, float y) {
    int i = fastFloor(x);
    int j = fastFloor(y);
    float s = x - i;
    float t = y - j;
    int row0 = (j & MASK) << 9;
    int row1 = ((j + 1) & MASK) << 9;
    int column0 = i & MASK;
    int column1 = (i + 1) & MASK;
    float top = CLOUD[row0 | column0] * (1 - s) + CLOUD[row0 | column1] * s;
    float bottom = CLOUD[row1 | column0] * (1 - s) + CLOUD[row1 | column1] * s;
    return top * (1 - t) + bottom * t;
  }

  /** Independent uniform numbers in [0, 1) on the integer lattice, period 512. */
  static float grain(float x, float y) {
    return GRAIN[((fastFloor(y) & MASK) << 9) | (fastFloor(x) & MASK)];
  }

  static int fastFloor(float x) {
    int i = (int) x;
    return x < i ? i - 1 : i;
  }

  private static float[] white(long seed) {
    float[] tile = new float[SIZE * SIZE];
    for (int i = 0; i < tile.length; i++) {
      tile[i] = SceneRandom.hash(seed, i & MASK, i >> 9);
    }
    return tile;
  }

  /** Value noise of wavelengths 32, 16, ... 2, amplitudes halving, stretched to [0, 1]. */
  private static float[] fractal(long seed, int octaves) {
    float[] tile = new float[SIZE * SIZE];
    float amplitude = 1;
    for (int octave = 0; octave < octaves; octave++) {
      int cell = 32 >> octave;
      int cells = SIZE / cell;
      for (int y = 0; y < SIZE; y++) {
        for (int x = 0; x < SIZE; x++) {
          tile[y * SIZE + x] += amplitude * lattice(seed + octave, x, y, cell, cells);
        }
      }
      amplitude *= 0.55f;
    }
    float low = Float.MAX_VALUE;
    float high = -Float.MAX_VALUE;
    for (float value : tile) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    for (int i = 0; i < tile.length; i++) {
      tile[i] = (tile[i] - low) / (high - low);
    }
    return tile;
  }

  private static float lattice(long seed, int x, int y, int cell, int cells) {
    int i = x / cell;
    int j = y / cell;
    float s = smooth((x % cell) / (float) cell);
    float t = smooth((y % cell) / (float) cell);
    int i1 = (i + 1) % cells;
    int j1 = (j + 1) % cells;
    float top = SceneRandom.hash(seed, i, j) * (1 - s) + SceneRandom.hash(seed, i1, j) * s;
    float bottom = SceneRandom.hash(seed, i, j1) * (1 - s) + SceneRandom.hash(seed, i1, j1) * s;
    return top * (1 - t) + bottom * t;
  }

  private static float smooth(float t) {
    return t * t * (3 - 2 * t);
  }
}
