package ciss.data.scene;

/**
 * Light, air and camera of one picture: what turns surfaces into photographed colours. Radiances are linear, relative
 * to white paper under a clear sky being about 3.
 */
final class Weather {
  /** Unit vector to the sun and its irradiance (0 under clouds). */
  final float[] sunDirection;

  final float[] sun;
  /** Irradiance from above, and what the ground throws back from below. */
  final float[] sky;
  final float[] bounce;
  /** Colours of the sky at the horizon and overhead, and of clouds. */
  final float[] horizon;
  final float[] zenith;
  final float cloudiness;
  /** Extinction of air per metre, and the radiance of infinitely thick air. */
  final float extinction;
  final float[] air;
  /** Share of their full power at which lamps shine, 0 to 1. */
  final float lamps;
  final float wetness;
  final float snow;
  final float rainfall;
  final float snowfall;
  final float exposure;
  /** Strength of the halo around bright spots, and of photon and read-out noise. */
  final float halo;
  final float noise;
  final float[] whiteBalance;
  final float blur;

  private Weather(Draft d) {
    sunDirection = d.sunDirection;
    sun = d.sun;
    sky = d.sky;
    bounce = d.bounce;
    horizon = d.horizon;
    zenith = d.zenith;
    cloudiness = d.cloudiness;
    extinction = d.extinction;
    air = d.air;
    lamps = d.lamps;
    wetness = d.wetness;
    snow = d.snow;
    rainfall = d.rainfall;
    snowfall = d.snowfall;
    exposure = d.exposure;
    halo = d.halo;
    noise = d.noise;
    whiteBalance = d.whiteBalance;
    blur = d.blur;
  }

  private static final class Draft {
    float[] sunDirection = {0, 1, 0};
    float[] sun = {0, 0, 0};
    float[] sky;
    float[] bounce;
    float[] horizon;
    float[] zenith;
    float cloudiness;
    float extinction = 0.0006f;
    float[] air;
    float lamps;
    float wetness;
    float snow;
    float rainfall;
    float snowfall;
    float exposure;
    float halo = 0.02f;
    float noise = 0.006f;
    float[] whiteBalance = {1, 1, 1};
    float blur;
  }

  static Weather draw(Condition condition, SceneRandom random) {
    Draft d = new Draft();
    switch (condition) {
      case DAY -> day(d, random);
      case NIGHT -> night(d, random);
      case FOG -> fog(d, random);
      case RAIN -> rain(d, random);
      case SNOW -> snow(d, random);
    }
    return new Weather(d);
  }

  private static float[] grey(double level, double r, double g, double b) {
    return new float[] {(float) (level * r), (float) (level * g), (float) (level * b)};
  }

  private static void day(Draft d, SceneRandom random) {
    if (random.chance(0.15)) {
      clouded(d, random);
      return;
    }
    double elevation = Math.toRadians(random.range(28, 62));
    double azimuth = Math.toRadians(random.sign() * random.range(35, 140));
    d.sunDirection =
        new float[] {
          (float) (StrictMath.cos(elevation) * StrictMath.sin(azimuth)),
          (float) StrictMath.sin(elevation),
          (float) (StrictMath.cos(elevation) * StrictMath.cos(azimuth))
        };
    double power = random.range(2.0, 3.1);
    double warm = random.range(0.0, 0.12);
    d.sun = grey(power, 1.03 + warm, 0.97, 0.88 - warm);
    d.sky = grey(random.range(0.55, 0.8), 0.86, 0.98, 1.2);
    d.bounce = grey(0.42, 1.02, 0.98, 0.92);
    d.horizon = grey(random.range(1.4, 1.8), 0.72, 0.90, 1.10);
    d.zenith = grey(random.range(0.85, 1.15), 0.28, 0.58, 1.25);
    d.cloudiness = random.range(0.05, 0.5);
    d.air = grey(1.5, 0.88, 0.97, 1.08);
    d.extinction = random.range(0.0008, 0.002);
    d.exposure = random.range(0.74, 0.94);
  }

  /** A dry day without sun. */
  private static void clouded(Draft d, SceneRandom random) {
    overcast(d, random.range(0.9, 1.4));
    d.cloudiness = random.range(0.5, 0.9);
    d.air = grey(d.sky[1], 0.95, 1.0, 1.06);
    d.extinction = random.range(0.001, 0.003);
    d.exposure = random.range(0.8, 1.1);
  }

  private static void night(Draft d, SceneRandom random) {
    double level = random.range(0.012, 0.024);
    d.sky = grey(level, 0.86, 0.94, 1.2);
    d.bounce = grey(0.5 * level, 1.1, 0.95, 0.8);
    d.horizon = grey(random.range(0.010, 0.022), 1.25, 0.92, 0.70);
    d.zenith = grey(random.range(0.003, 0.007), 0.75, 0.85, 1.25);
    d.cloudiness = random.range(0, 0.5);
    d.air = grey(0.012, 1.2, 0.95, 0.7);
    d.extinction = random.range(0.002, 0.006);
    d.lamps = 1;
    d.exposure = random.range(2.6, 4.6);
    d.halo = random.range(0.10, 0.18);
    d.noise = random.range(0.03, 0.055);
    d.whiteBalance = grey(1, 1.08, 1.0, random.range(0.78, 0.95));
    d.wetness = random.chance(0.3) ? 0.25f : 0;
    d.blur = 0.15f;
  }

  private static void overcast(Draft d, double level) {
    d.sky = grey(level, 0.95, 1.0, 1.06);
    d.bounce = grey(0.4 * level, 1, 1, 1);
    d.horizon = grey(1.05 * level, 0.97, 1.0, 1.03);
    d.zenith = grey(0.85 * level, 0.95, 1.0, 1.06);
  }

  private static void fog(Draft d, SceneRandom random) {
    double level = random.range(1.0, 1.4);
    overcast(d, level);
    d.air = grey(level * random.range(0.88, 1.0), 0.985, 1.0, 1.01);
    d.horizon = d.air.clone();
    d.zenith = d.air.clone();
    d.extinction = random.range(0.014, 0.030);
    d.lamps = 0.5f;
    d.exposure = random.range(0.85, 1.05);
    d.halo = 0.08f;
    d.noise = 0.012f;
    d.blur = 0.2f;
  }

  private static void rain(Draft d, SceneRandom random) {
    double level = random.range(0.45, 0.75);
    overcast(d, level);
    d.zenith = grey(0.7 * level, 0.92, 1.0, 1.1);
    d.cloudiness = 0.9f;
    d.air = grey(0.85 * level, 0.94, 1.0, 1.07);
    d.extinction = random.range(0.009, 0.017);
    d.lamps = 0.8f;
    d.wetness = random.range(0.7, 1.0);
    d.rainfall = random.range(0.6, 1);
    d.exposure = random.range(0.75, 1.1);
    d.halo = 0.10f;
    d.noise = 0.02f;
    d.whiteBalance = grey(1, 0.95, 1.0, 1.05);
    d.blur = 0.35f;
  }

  private static void snow(Draft d, SceneRandom random) {
    double level = random.range(1.0, 1.4);
    overcast(d, level);
    d.bounce = grey(0.7 * level, 1, 1, 1.02);
    d.cloudiness = 0.2f;
    d.air = grey(1.02 * level, 0.98, 1.0, 1.02);
    d.extinction = random.range(0.010, 0.020);
    d.lamps = 0.3f;
    d.snow = random.range(0.75, 1);
    d.snowfall = random.range(0.5, 1);
    d.exposure = random.range(0.85, 1.1);
    d.halo = 0.06f;
    d.noise = 0.012f;
    d.blur = 0.15f;
  }
}
