package ciss.data.scene;

import java.util.ArrayList;
import java.util.List;

/** Everything that stands on the ground of one scene: faces, light sources, and where objects darken the ground. */
final class World {
  private static final int SHADE_SIZE = 320;
  private static final float SHADE_CELL = 0.25f;
  private static final float SHADE_LEFT = -40;
  private static final float SHADE_NEAR = -2;

  final List<Face> faces = new ArrayList<>();
  final List<Lamp> lamps = new ArrayList<>();
  private final float[] shade = new float[SHADE_SIZE * SHADE_SIZE];

  void add(Face face) {
    faces.add(face);
  }

  void add(Lamp lamp) {
    lamps.add(lamp);
  }

  /** Darkens the ground under an object: a soft rounded rectangle, the light of the sky that the object takes away. */
  void rest(Frame frame, double halfWidth, double halfLength, double darkness) {
    double soft = Math.min(0.5, 0.25 + 0.3 * halfWidth);
    double reach = Math.sqrt(halfWidth * halfWidth + halfLength * halfLength) + soft;
    int x0 = cell(frame.x() - reach, SHADE_LEFT);
    int x1 = cell(frame.x() + reach, SHADE_LEFT);
    int z0 = cell(frame.z() - reach, SHADE_NEAR);
    int z1 = cell(frame.z() + reach, SHADE_NEAR);
    for (int j = Math.max(0, z0); j <= Math.min(SHADE_SIZE - 1, z1); j++) {
      for (int i = Math.max(0, x0); i <= Math.min(SHADE_SIZE - 1, x1); i++) {
        double dx = SHADE_LEFT + (i + 0.5) * SHADE_CELL - frame.x();
        double dz = SHADE_NEAR + (j + 0.5) * SHADE_CELL - frame.z();
        double a = Math.max(0, Math.abs(dx * frame.cos() - dz * frame.sin()) - halfWidth);
        double c = Math.max(0, Math.abs(dx * frame.sin() + dz * frame.cos()) - halfLength);
        double fade = Math.max(0, 1 - Math.sqrt(a * a + c * c) / soft);
        int index = j * SHADE_SIZE + i;
        shade[index] = Math.max(shade[index], (float) (darkness * fade * fade));
      }
    }
  }

  private static int cell(double metres, float origin) {
    return (int) Math.floor((metres - origin) / SHADE_CELL);
  }

  /** Share of the sky's light that objects take from a ground point, 0 (none) to 1. */
  float shadeAt(float x, float z) {
    float fi = (x - SHADE_LEFT) / SHADE_CELL - 0.5f;
    float fj = (z - SHADE_NEAR) / SHADE_CELL - 0.5f;
    int i = Noise.fastFloor(fi);
    int j = Noise.fastFloor(fj);
    if (i < 0 || j < 0 || i >= SHADE_SIZE - 1 || j >= SHADE_SIZE - 1) {
      return 0;
    }
    float s = fi - i;
    float t = fj - j;
    int k = j * SHADE_SIZE + i;
    float near = shade[k] * (1 - s) + shade[k + 1] * s;
    float far = shade[k + SHADE_SIZE] * (1 - s) + shade[k + SHADE_SIZE + 1] * s;
    return near * (1 - t) + far * t;
  }
}
