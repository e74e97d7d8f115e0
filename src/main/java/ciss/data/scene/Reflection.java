package ciss.data.scene;

/** Mirror images in wet ground, found by following the reflected ray through the picture itself. */
final class Reflection {
  private static final int STEPS = 22;

  private Reflection() {}

  /** Returns the light [h, w, 3] with reflections added on road and sidewalk; the input is left alone. */
  static float[] inWetGround(float[] light, byte[] labels, float[] nearness, View camera, Weather weather) {
    float[] out = light.clone();
    int[] hit = new int[1];
    for (int y = 0, i = 0; y < camera.height; y++) {
      for (int x = 0; x < camera.width; x++, i++) {
        if (labels[i] > SceneClass.SIDEWALK || nearness[i] > 0) {
          continue;
        }
        float dx = (x + 0.5f - camera.centreX) / camera.focal;
        float dy = (camera.centreY - y - 0.5f) / camera.focal;
        float[] a = camera.axes;
        float wx = a[0] * dx + a[3] * dy + a[6];
        float wy = a[1] * dx + a[4] * dy + a[7];
        float wz = a[2] * dx + a[5] * dy + a[8];
        float depth = -camera.eyeY / wy;
        float gx = camera.eyeX + wx * depth;
        float gz = wz * depth;
        float puddle = Sky.smoothstep(0.40f, 0.62f, Noise.smoothCloud(gx * 2.2f, gz * 1.1f));
        float grazing = 1 + wy / (float) Math.sqrt(wx * wx + wy * wy + wz * wz);
        float mirror = weather.wetness * (0.22f + 0.5f * puddle) * (0.08f
            + 0.92f * grazing * grazing * grazing * grazing);
        float ripple = 0.05f * (Noise.grain(gx * 9, gz * 5) - 0.5f) * (1.3f - puddle);
        boolean found = trace(camera, nearness, gx, gz, wx + ripple, -wy * (1 + 3 * ripple), wz, hit);
        for (int c = 0; c < 3; c++) {
          float image = found ? light[3 * hit[0] + c] : 0.8f * weather.horizon[c];
          out[3 * i + c] = light[3 * i + c] * (1 - 0.5f * mirror) + mirror * image;
        }
      }
    }
    return out;
  }

  /** Follows a ray upwards from the ground; true with the pixel in {@code hit} if it meets something seen. */
  private static boolean trace(
      View camera, float[] nearness, float x0, float z0, float dx, float dy, float dz, int[] hit) {
    float t = 0.25f;
    int last = -1;
    for (int step = 0; step < STEPS; step++) {
      float x = x0 + dx * t;
      float y = dy * t;
      float z = z0 + dz * t;
      float depth = camera.depth(x, y, z);
      int px = (int) (camera.centreX + camera.right(x, y, z) / depth * camera.focal);
      int py = (int) (camera.centreY - camera.up(x, y, z) / depth * camera.focal);
      if (px < 0 || px >= camera.width || py >= camera.height || depth <= 0) {
        return false;
      }
      if (py < 0) {
        break;
      }
      last = py * camera.width + px;
      if (nearness[last] > 0 && 1 / nearness[last] < depth) {
        hit[0] = last;
        return true;
      }
      t *= 1.32f;
    }
    hit[0] = Math.max(0, last);
    return last >= 0;
  }
}
