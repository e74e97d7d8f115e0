package ciss.data.scene;

/** Radiance of the sky in a direction. */
final class Sky {
  private final Weather weather;
  private final float drift;

  Sky(Weather weather, SceneRandom random) {
    this.weather = weather;
    drift = random.range(0, 400);
  }

  /** Writes the radiance of direction (dx, dy, dz), a unit vector with dy >= 0, into {@code rgb}. */
  void radiance(float dx, float dy, float dz, float[] rgb) {
    float rise = Math.max(0, dy);
    float t = 1 - (1 - rise) * (1 - rise) * (1 - rise);
    float height = rise + 0.12f;
    float cloud = Noise.smoothCloud(dx / height * 14 + drift, dz / height * 14) * 0.75f
        + Noise.smoothCloud(dx / height * 45, dz / height * 45 + drift) * 0.25f;
    float cover = smoothstep(1 - weather.cloudiness, 1.25f - weather.cloudiness, cloud + 0.15f);
    float whiteness = weather.sun[0] > 0 ? 1 : 0.85f + 0.3f * cloud;
    for (int i = 0; i < 3; i++) {
      float clear = weather.horizon[i] * (1 - t) + weather.zenith[i] * t;
      float white = (weather.sky[i] + 0.42f * weather.sun[i]) * (weather.sun[0] > 0 ? 0.6f + 0.55f * cloud : 1);
      rgb[i] = clear * (1 - 0.85f * cover) * whiteness + 0.85f * cover * white * whiteness;
    }
  }

  static float smoothstep(float low, float high, float x) {
    float t = Math.clamp((x - low) / (high - low), 0f, 1f);
    return t * t * (3 - 2 * t);
  }
}
