package ciss.data.scene;

/** Irradiance at a point: sky and ground, sun with shadows, lamps. One instance per picture, one thread. */
final class Lighting {
  private static final int SHADOW_SIZE = 640;
  private static final double SHADOW_EXTENT = 84;
  private final Weather weather;
  private final World world;
  private final View sunView;
  private final FaceMap shadow;
  private final Lamp[] lamps;
  /** Below this irradiance a lamp is not worth computing. */
  private final float negligible;
  private final float[] irradiance = new float[3];
  private final float[] lamplight = new float[3];

  Lighting(StreetScene scene, Weather weather) {
    this.weather = weather;
    world = scene.world;
    lamps = weather.lamps > 0 ? world.lamps.toArray(new Lamp[0]) : new Lamp[0];
    negligible = 0.04f * weather.sky[1];
    if (weather.sun[0] > 0) {
      float[] s = weather.sunDirection;
      sunView = View.sun(SHADOW_SIZE, SHADOW_EXTENT, scene.cameraX(), 30, s[0], s[1], s[2]);
      shadow = FaceMap.draw(sunView, world.faces, false);
    } else {
      sunView = null;
      shadow = null;
    }
  }

  /**
   * Light on a point with a unit normal.
   *
   * @param open share of the sky that is not hidden nearby
   * @param near true: the point lies beside the last one on the same surface, whose lamplight is good enough
   */
  float[] at(float x, float y, float z, float nx, float ny, float nz, float open, boolean near) {
    float above = (0.5f + 0.5f * ny) * open;
    float below = 0.5f - 0.5f * ny;
    for (int i = 0; i < 3; i++) {
      irradiance[i] = weather.sky[i] * above + weather.bounce[i] * below;
    }
    if (shadow != null) {
      float[] s = weather.sunDirection;
      float cosine = nx * s[0] + ny * s[1] + nz * s[2];
      if (cosine > 0 && lit(x + nx * 0.08f, y + ny * 0.08f, z + nz * 0.08f)) {
        for (int i = 0; i < 3; i++) {
          irradiance[i] += weather.sun[i] * cosine;
        }
      }
    }
    if (!near) {
      lamplight[0] = lamplight[1] = lamplight[2] = 0;
      for (Lamp lamp : lamps) {
        shine(lamp, x, y, z, nx, ny, nz);
      }
    }
    for (int i = 0; i < 3; i++) {
      irradiance[i] += lamplight[i];
    }
    return irradiance;
  }

  private boolean lit(float x, float y, float z) {
    int px = (int) (sunView.centreX + sunView.right(x, y, z) * sunView.focal);
    int py = (int) (sunView.centreY - sunView.up(x, y, z) * sunView.focal);
    if (px < 0 || py < 0 || px >= SHADOW_SIZE || py >= SHADOW_SIZE) {
      return true;
    }
    return shadow.nearness[py * SHADOW_SIZE + px] < -sunView.depth(x, y, z) + 0.18f;
  }

  private void shine(Lamp lamp, float x, float y, float z, float nx, float ny, float nz) {
    float dx = lamp.x() - x;
    float dy = lamp.y() - y;
    float dz = lamp.z() - z;
    float square = dx * dx + dy * dy + dz * dz;
    float strength = weather.lamps * lamp.power();
    if (strength < negligible * square) {
      return;
    }
    float inverse = 1 / (float) Math.sqrt(square + 0.05f);
    float cone = 1;
    if (lamp.cosCone() > -1) {
      float cosine = -(dx * lamp.dirX() + dy * lamp.dirY() + dz * lamp.dirZ()) * inverse;
      cone = Sky.smoothstep(lamp.cosCone(), Math.min(1, lamp.cosCone() + 0.13f), cosine);
    }
    float facing = 0.15f + 0.85f * (nx * dx + ny * dy + nz * dz) * inverse;
    float amount = strength * cone * facing / (square + 1);
    if (amount > 0) {
      lamplight[0] += lamp.r() * amount;
      lamplight[1] += lamp.g() * amount;
      lamplight[2] += lamp.b() * amount;
    }
  }
}
