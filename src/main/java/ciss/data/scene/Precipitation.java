package ciss.data.scene;

/** Rain and snow between lens and scene, and drops on the lens; drawn into light [h, w, 3]. */
final class Precipitation {
  private final float[] light;
  private final int height;
  private final int width;
  private final Weather weather;

  Precipitation(float[] light, int height, int width, Weather weather) {
    this.light = light;
    this.height = height;
    this.width = width;
    this.weather = weather;
  }

  /** Motion-blurred rain: thin, slanted, a little brighter than the air. */
  void streaks(SceneRandom random) {
    int count = (int) (weather.rainfall * 420 * width / 512);
    float slant = random.range(-0.25, 0.25);
    for (int i = 0; i < count; i++) {
      float near = random.uniform() * random.uniform();
      float length = (4 + 22 * near) * height / 256f;
      float strength = 0.10f + 0.20f * near;
      float x = random.uniform() * width;
      float y = random.range(-0.1, 1) * height;
      for (float t = 0; t < length; t += 0.7f) {
        float fade = 1 - Math.abs(2 * t / length - 1);
        blend((int) (y + t), (int) (x + slant * t), strength * fade, 1.15f);
      }
    }
  }

  /** Snow flakes: small and many far away, large and out of focus near by. */
  void flakes(SceneRandom random) {
    int count = (int) (weather.snowfall * 700 * width / 512);
    for (int i = 0; i < count; i++) {
      float near = random.uniform();
      near = near * near * near * near;
      float radius = (0.5f + 3.4f * near) * height / 256f;
      float strength = 0.75f - 0.4f * near;
      blob(random.uniform() * height, random.uniform() * width, radius, strength);
    }
  }

  private void blob(float cy, float cx, float radius, float strength) {
    for (int y = (int) (cy - radius); y <= cy + radius; y++) {
      for (int x = (int) (cx - radius); x <= cx + radius; x++) {
        float d = ((y - cy) * (y - cy) + (x - cx) * (x - cx)) / (radius * radius);
        if (d < 1) {
          blend(y, x, strength * (1 - d * d), 1.2f);
        }
      }
    }
  }

  private void blend(int y, int x, float amount, float brightness) {
    if (y < 0 || y >= height || x < 0 || x >= width) {
      return;
    }
    int i = 3 * (y * width + x);
    for (int c = 0; c < 3; c++) {
      light[i + c] += amount * (brightness * weather.air[c] - light[i + c]);
    }
  }

  /** Returns the light seen through a few drops on the lens, each a small upside-down picture. */
  float[] dropsOnLens(SceneRandom random) {
    float[] out = light.clone();
    int count = 4 + random.below(9);
    for (int i = 0; i < count; i++) {
      float cy = random.uniform() * height;
      float cx = random.uniform() * width;
      float radius = random.range(2, 7) * height / 256f;
      for (int y = Math.max(0, (int) (cy - radius)); y <= Math.min(height - 1, cy + radius); y++) {
        for (int x = Math.max(0, (int) (cx - radius)); x <= Math.min(width - 1, cx + radius); x++) {
          float dy = (y - cy) / radius;
          float dx = (x - cx) / radius;
          float d = dx * dx + dy * dy;
          if (d >= 1) {
            continue;
          }
          float solid = Math.min(1, 2.5f * (1 - d));
          for (int c = 0; c < 3; c++) {
            float seen = Blur.bilinear(light, height, width, cy - 5 * radius * dy, cx - 5 * radius * dx, c);
            int k = 3 * (y * width + x) + c;
            out[k] += solid * (seen * (1.05f - 0.3f * d) - out[k]);
          }
        }
      }
    }
    return out;
  }
}
