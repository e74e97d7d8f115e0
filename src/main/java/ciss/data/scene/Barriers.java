package ciss.data.scene;

import static ciss.data.scene.SceneClass.FENCE;
import static ciss.data.scene.SceneClass.WALL;

/** Surfaces of free-standing walls and of fences. */
final class Barriers {
  private Barriers() {}

  /** Concrete panels, large stone blocks or brick, with a lighter coping; stands about 1.2 to 2.6 m high. */
  static Surface wall(SceneRandom random, double height) {
    int kind = random.below(3);
    Paint stone =
        switch (kind) {
          case 0 -> Paint.srgb(0x8F9094);
          case 1 -> Paint.srgb(0x84807A);
          default -> Paint.srgb(0x7C6F78);
        };
    Paint base = stone.varied(random, 0.12);
    float blockHeight = kind == 0 ? (float) height : kind == 1 ? 0.42f : 0.3f;
    float blockLength = kind == 0 ? 2.0f : kind == 1 ? 0.95f : 0.6f;
    float top = (float) height;
    long seed = random.nextLong();
    boolean graffiti = random.chance(0.3);
    Paint spray = random.pick(Paint.srgb(0x3C6EA8), Paint.srgb(0xB0486A), Paint.srgb(0x4D8A5A));
    return new Surface.Solid(WALL) {
      @Override
      public void shade(float u, float v, Sample out) {
        int course = Noise.fastFloor(v / blockHeight);
        float along = u / blockLength + (course & 1) * 0.5f;
        int block = Noise.fastFloor(along);
        float shade = 0.78f + 0.3f * Noise.smoothCloud(u * 7 + (seed & 127), v * 7);
        shade *= 0.85f + 0.3f * SceneRandom.hash(seed, course, block);
        boolean joint = v - course * blockHeight < 0.045f || (along - block) * blockLength < 0.05f;
        out.set(base, v > top - 0.14f ? 1.45f : joint ? shade * 0.45f : shade);
        float paint = Noise.smoothCloud(u * 9 + 40, v * 9 + (seed & 63));
        if (graffiti && v < top - 0.3f && v > 0.3f && paint > 0.50f && paint < 0.60f) {
          out.set(spray, 1.2f);
        }
      }
    };
  }

  /** Upright bars, pickets or wire mesh between rails and posts; the holes are annotated as fence too. */
  static Surface fence(SceneRandom random, double height) {
    int kind = random.below(3);
    Paint colour =
        switch (kind) {
          case 0 -> random.pick(Paint.srgb(0x2F4A3B), Paint.srgb(0x2B2E33));
          case 1 -> random.pick(Paint.srgb(0xA88A66), Paint.srgb(0xD8D4CC), Paint.srgb(0x8A5F3C));
          default -> Paint.srgb(0x9CA3A6);
        };
    Paint paint = colour.varied(random, 0.15);
    float top = (float) height;
    float gap = kind == 0 ? 0.17f : kind == 1 ? 0.2f : 0.12f;
    float bar = kind == 0 ? 0.055f : kind == 1 ? 0.145f : 0.025f;
    boolean mesh = kind == 2;
    return new Surface() {
      @Override
      public int labelAt(float u, float v) {
        return FENCE;
      }

      @Override
      public boolean opaqueAt(float u, float v) {
        if (post(u) || Math.abs(v - top + 0.12f) < 0.05f || Math.abs(v - 0.25f) < 0.05f) {
          return true;
        }
        if (mesh) {
          return fraction((u + v) / gap) * gap < bar || fraction((u - v) / gap) * gap < bar;
        }
        return fraction(u / gap) * gap < bar && v > 0.06f;
      }

      private boolean post(float u) {
        return fraction(u / 2.4f) * 2.4f < 0.11f;
      }

      @Override
      public void shade(float u, float v, Sample out) {
        out.set(paint, post(u) ? 0.8f : 0.85f + 0.3f * Noise.grain(u / gap, 3));
      }
    };
  }

  private static float fraction(float x) {
    return x - Noise.fastFloor(x);
  }
}
