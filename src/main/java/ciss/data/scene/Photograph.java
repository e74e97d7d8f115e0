package ciss.data.scene;

import java.util.List;

/**
 * Takes one picture: finds what is visible (twice as fine as the picture in both directions), lights it, sends it
 * through the air to the {@link Film}, and annotates it at the centres of the pixels.
 */
final class Photograph {
  private static final int FINE = 2;
  private final StreetScene scene;
  private final Weather weather;
  private final int height;
  private final int width;
  private final List<Face> faces;
  private final Sky sky;
  private final Lighting lighting;
  private final Film film;
  private final Sample sample = new Sample();
  private final float[] radiance = new float[3];
  private final SceneRandom random;
  /** Whether the sample before lay on the same surface, within the same pixel. */
  private boolean beside;

  Photograph(StreetScene scene, Weather weather, SceneRandom random, int height, int width) {
    this.scene = scene;
    this.weather = weather;
    this.random = random;
    this.height = height;
    this.width = width;
    faces = scene.world.faces;
    sky = new Sky(weather, random);
    lighting = new Lighting(scene, weather);
    film = new Film(height, width, weather);
  }

  ScenePicture develop() {
    View camera = scene.camera(width, height);
    FaceMap annotated = FaceMap.draw(camera, faces, true);
    byte[] labels = labels(annotated);
    expose(FaceMap.draw(scene.camera(FINE * width, FINE * height), faces, false));
    film.describe(camera, annotated, labels);
    return new ScenePicture(height, width, film.develop(random), labels);
  }

  private byte[] labels(FaceMap map) {
    View view = map.view;
    byte[] labels = new byte[width * height];
    for (int y = 0, i = 0; y < height; y++) {
      for (int x = 0; x < width; x++, i++) {
        float px = x + 0.5f;
        float py = y + 0.5f;
        int face = map.face[i];
        if (face != FaceMap.EMPTY) {
          float[] k = map.coefficients[face];
          float depth = 1 / map.nearness[i];
          float u = (k[3] * px + k[4] * py + k[5]) * depth;
          float v = (k[6] * px + k[7] * py + k[8]) * depth;
          labels[i] = (byte) faces.get(face).surface.labelAt(u, v);
        } else {
          float dx = (px - view.centreX) / view.focal;
          float dy = (view.centreY - py) / view.focal;
          float down = view.axes[1] * dx + view.axes[4] * dy + view.axes[7];
          labels[i] = (byte) (down < -1e-4f ? ground(view, dx, dy, -view.eyeY / down) : SceneClass.SKY);
        }
      }
    }
    return labels;
  }

  private int ground(View view, float dx, float dy, float depth) {
    float x = view.eyeX + depth * (view.axes[0] * dx + view.axes[3] * dy + view.axes[6]);
    float z = view.eyeZ + depth * (view.axes[2] * dx + view.axes[5] * dy + view.axes[8]);
    return scene.ground.labelAt(x, z);
  }

  private void expose(FaceMap map) {
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int before = Integer.MIN_VALUE;
        for (int part = 0; part < FINE * FINE; part++) {
          int fineX = FINE * x + part % FINE;
          int fineY = FINE * y + part / FINE;
          int face = map.face[fineY * map.view.width + fineX];
          beside = face == before;
          before = face;
          look(map, fineX, fineY, face);
          film.add(y, x, radiance, 1f / (FINE * FINE));
        }
      }
    }
  }

  /** The light that arrives from the direction of a fine pixel, into {@link #radiance}. */
  private void look(FaceMap map, int x, int y, int face) {
    View view = map.view;
    float[] a = view.axes;
    float px = x + 0.5f;
    float py = y + 0.5f;
    float dx = (px - view.centreX) / view.focal;
    float dy = (view.centreY - py) / view.focal;
    float wx = a[0] * dx + a[3] * dy + a[6];
    float wy = a[1] * dx + a[4] * dy + a[7];
    float wz = a[2] * dx + a[5] * dy + a[8];
    float depth;
    if (face != FaceMap.EMPTY) {
      depth = 1 / map.nearness[y * view.width + x];
      float[] k = map.coefficients[face];
      float u = (k[3] * px + k[4] * py + k[5]) * depth;
      float v = (k[6] * px + k[7] * py + k[8]) * depth;
      shadeFace(faces.get(face), u, v, view.eyeX + wx * depth, view.eyeY + wy * depth, wz * depth, wx, wy, wz);
    } else if (wy < -1e-4f) {
      depth = -view.eyeY / wy;
      shadeGround(view.eyeX + wx * depth, wz * depth);
    } else {
      depth = Float.MAX_VALUE;
      beside = false;
      float norm = 1 / (float) Math.sqrt(wx * wx + wy * wy + wz * wz);
      sky.radiance(wx * norm, wy * norm, wz * norm, radiance);
    }
    throughAir(depth);
  }

  private void shadeFace(Face f, float u, float v, float x, float y, float z, float wx, float wy, float wz) {
    sample.clear();
    f.surface.shade(u, v, sample);
    float flip = f.nx * wx + f.ny * wy + f.nz * wz > 0 ? -1 : 1;
    float nn = sample.nn * flip;
    float nx = sample.nu * f.ux + sample.nv * f.vx + nn * f.nx;
    float ny = sample.nu * f.uy + sample.nv * f.vy + nn * f.ny;
    float nz = sample.nu * f.uz + sample.nv * f.vz + nn * f.nz;
    float norm = 1 / (float) Math.sqrt(nx * nx + ny * ny + nz * nz);
    nx *= norm;
    ny *= norm;
    nz *= norm;
    if (weather.snow > 0) {
      float cover = weather.snow * Sky.smoothstep(0.45f, 0.95f, ny
          + 0.25f * (Noise.cloud(x * 20, z * 20 + y * 20) - 0.4f));
      whiten(cover);
    }
    float open = 0.55f + 0.45f * Math.min(1, y * 0.5f);
    lit(lighting.at(x, y, z, nx, ny, nz, open, beside));
  }

  private void shadeGround(float x, float z) {
    sample.clear();
    float near = Math.min(z, 400);
    scene.ground.shade(x, near, sample);
    float shade = scene.world.shadeAt(x, z);
    if (weather.wetness > 0) {
      sample.times(1 - 0.45f * weather.wetness);
    }
    if (weather.snow > 0) {
      whiten(groundSnow(x, near, shade));
    }
    lit(lighting.at(x, 0, z, 0, 1, 0, 1 - shade, beside));
  }

  /** How much snow lies on a ground point: little where wheels run, much on grass and sidewalk. */
  private float groundSnow(float x, float z, float shade) {
    float u = x - (float) scene.ground.middle(z);
    float patches = Noise.smoothCloud(u * 3, z * 2);
    float fine = Noise.cloud(u * 20, z * 12);
    if (scene.ground.labelAt(x, z) != SceneClass.ROAD) {
      float trodden = scene.ground.labelAt(x, z) == SceneClass.SIDEWALK ? 0.35f : 0.1f;
      return weather.snow * Math.clamp(1.05f - trodden * 1.3f * fine - 0.6f * shade, 0f, 1f);
    }
    float lane = (float) (scene.ground.laneWidth() / 2);
    float offset = Math.abs(Math.abs(Math.abs(u) - lane) - 0.75f);
    float track = Sky.smoothstep(0.45f, 0.15f, offset - 0.12f * patches);
    return weather.snow * Math.clamp(0.62f + 0.35f * patches - 0.62f * track * (0.8f + 0.4f * fine) - 0.6f * shade,
        0f, 0.95f);
  }

  private void whiten(float cover) {
    sample.r += cover * (0.82f - sample.r);
    sample.g += cover * (0.83f - sample.g);
    sample.b += cover * (0.86f - sample.b);
  }

  private void lit(float[] light) {
    float lamps = sample.alwaysOn ? 1 : weather.lamps;
    radiance[0] = sample.r * light[0] + lamps * sample.glowR + sample.gloss * weather.horizon[0] * 0.6f;
    radiance[1] = sample.g * light[1] + lamps * sample.glowG + sample.gloss * weather.horizon[1] * 0.6f;
    radiance[2] = sample.b * light[2] + lamps * sample.glowB + sample.gloss * weather.horizon[2] * 0.6f;
  }

  private void throughAir(float depth) {
    float pass = depth == Float.MAX_VALUE ? skyTransmission() : Film.exponential(-weather.extinction * depth);
    for (int i = 0; i < 3; i++) {
      radiance[i] = radiance[i] * pass + weather.air[i] * (1 - pass);
    }
  }

  /** Fog hides the sky too; thin haze does not. */
  private float skyTransmission() {
    return Film.exponential(-weather.extinction * 60);
  }
}
