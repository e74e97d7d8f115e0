package ciss.data.scene;

/**
 * The picture plane: collects light, mirrors it in wet ground, adds falling rain or snow and the halo of the lens,
 * exposes with noise, and develops to 8-bit sRGB.
 */
final class Film {
  private static final float[] EXPONENTIAL = new float[1025];
  private static final byte[] GAMMA = new byte[4097];

  static {
    for (int i = 0; i < EXPONENTIAL.length; i++) {
      EXPONENTIAL[i] = (float) StrictMath.exp(-i / 64.0);
    }
    for (int i = 0; i < GAMMA.length; i++) {
      double x = i / 4096.0;
      double s = x <= 0.0031308 ? 12.92 * x : 1.055 * StrictMath.pow(x, 1 / 2.4) - 0.055;
      GAMMA[i] = (byte) Math.round(255 * s);
    }
  }

  private final int height;
  private final int width;
  private final Weather weather;
  private float[] light;
  private byte[] labels;
  private float[] nearness;
  private View camera;

  Film(int height, int width, Weather weather) {
    this.height = height;
    this.width = width;
    this.weather = weather;
    light = new float[3 * height * width];
  }

  /** exp(x) for x <= 0 from a table, within 1e-4: the same on every machine. */
  static float exponential(float x) {
    float t = -x * 64;
    if (t >= 1024) {
      return 0;
    }
    int i = (int) t;
    float s = t - i;
    return EXPONENTIAL[i] * (1 - s) + EXPONENTIAL[i + 1] * s;
  }

  void add(int y, int x, float[] radiance, float weight) {
    int i = 3 * (y * width + x);
    light[i] += weight * radiance[0];
    light[i + 1] += weight * radiance[1];
    light[i + 2] += weight * radiance[2];
  }

  /** Tells the film what is seen where, for reflections. */
  void describe(View view, FaceMap map, byte[] classes) {
    camera = view;
    nearness = map.nearness;
    labels = classes;
  }

  byte[] develop(SceneRandom random) {
    if (weather.wetness > 0) {
      light = Reflection.inWetGround(this.light, labels, nearness, camera, weather);
    }
    if (weather.blur > 0) {
      soften(weather.blur);
    }
    Precipitation falling = new Precipitation(light, height, width, weather);
    if (weather.snowfall > 0) {
      falling.flakes(random);
    }
    if (weather.rainfall > 0) {
      falling.streaks(random);
      light = falling.dropsOnLens(random);
    }
    halo();
    return expose(random.nextLong());
  }

  /** Mixes each pixel with the mean of its 3x3 surroundings: wet glass, moving air, a wide open lens. */
  private void soften(float amount) {
    float[] blurred = light.clone();
    Blur.box(blurred, height, width, 1);
    for (int i = 0; i < light.length; i++) {
      light[i] += amount * (blurred[i] - light[i]);
    }
  }

  /** Light scattered in the lens and in moist air: two wide blurs of the bright parts. */
  private void halo() {
    int h = (height + 3) / 4;
    int w = (width + 3) / 4;
    float[] small = new float[3 * h * w];
    float limit = 24 / weather.exposure;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < 3; c++) {
          small[3 * ((y / 4) * w + x / 4) + c] += Math.min(limit, light[3 * (y * width + x) + c]) / 16;
        }
      }
    }
    float[] wide = small.clone();
    for (int pass = 0; pass < 3; pass++) {
      Blur.box(small, h, w, 1);
      Blur.box(wide, h, w, Math.max(2, h / 14));
    }
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < 3; c++) {
          float spread = 0.5f * Blur.bilinear(small, h, w, (y - 1.5f) / 4, (x - 1.5f) / 4, c)
              + 0.5f * Blur.bilinear(wide, h, w, (y - 1.5f) / 4, (x - 1.5f) / 4, c);
          int i = 3 * (y * width + x) + c;
          light[i] += weather.halo * (spread - 0.6f * Math.min(limit, light[i]));
        }
      }
    }
  }

  /** Exposure, photon noise (grows with the root of the light), read-out noise, a film-like shoulder, sRGB. */
  private byte[] expose(long seed) {
    byte[] rgb = new byte[light.length];
    for (int i = 0; i < light.length; i++) {
      float x = Math.max(0, light[i]) * weather.exposure * weather.whiteBalance[i % 3];
      float y = 1 - exponential(-x);
      float sigma = weather.noise * (0.25f + (float) Math.sqrt(y));
      y += sigma * gauss(SceneRandom.mix(seed + 0x9E3779B97F4A7C15L * i));
      rgb[i] = GAMMA[(int) (4096 * Math.clamp(y, 0f, 1f))];
    }
    return rgb;
  }

  /** A nearly normal number from 64 random bits: the sum of four uniform ones. */
  private static float gauss(long bits) {
    long sum = (bits & 0xFFFF) + (bits >>> 16 & 0xFFFF) + (bits >>> 32 & 0xFFFF) + (bits >>> 48);
    return (sum - 131070) * (1 / 37837f);
  }
}
