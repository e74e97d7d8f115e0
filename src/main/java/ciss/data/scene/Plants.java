package ciss.data.scene;

import static ciss.data.scene.SceneClass.NOTHING;
import static ciss.data.scene.SceneClass.VEGETATION;

/** Trees, bushes and hedges: leaves are noise, lit as if each clump were a ball. */
final class Plants {
  private Plants() {}

  /** Balls of leaves over a trunk, in metres with the trunk's foot at (middle, 0). */
  private static final class Crown implements Surface {
    private final float middle;
    private final float[] balls;
    private final Paint leaf;
    private final Paint bark;
    private final float trunk;
    private final float trunkTop;
    private final float offset;
    /** No leaves below. */
    private final float lowest;

    Crown(float middle, float[] balls, Paint leaf, float trunk, float trunkTop, float offset) {
      this.middle = middle;
      this.balls = balls;
      this.leaf = leaf;
      this.bark = Paint.of(0.085, 0.062, 0.045);
      this.trunk = trunk;
      this.trunkTop = trunkTop;
      this.offset = offset;
      float bottom = Float.MAX_VALUE;
      for (int i = 0; i < balls.length; i += 3) {
        bottom = Math.min(bottom, balls[i + 1] - 1.3f * balls[i + 2]);
      }
      lowest = bottom;
    }

    /** The ball that lies most in front at a point, ragged at its rim; -1 where there is none. */
    private int ball(float x, float y, float raggedness) {
      int best = -1;
      float front = 0;
      if (y < lowest) {
        return best;
      }
      float rough = raggedness * (Noise.cloud(x * 14 + offset, y * 14)
          + 0.6f * Noise.cloud(x * 40, y * 40 + offset) - 0.6f);
      for (int i = 0; i < balls.length; i += 3) {
        float r = balls[i + 2];
        float dx = (x - balls[i]) / r;
        float dy = (y - balls[i + 1]) / r;
        float bulge = 1 - dx * dx - dy * dy - rough;
        if (bulge * r > front) {
          front = bulge * r;
          best = i;
        }
      }
      return best;
    }

    private boolean wood(float x, float y) {
      return Math.abs(x) < trunk * (1.25f - 0.5f * y / (trunkTop + 0.1f)) && y < trunkTop;
    }

    @Override
    public int labelAt(float u, float v) {
      float x = u - middle;
      return wood(x, v) || ball(x, v, 0.45f) >= 0 ? VEGETATION : NOTHING;
    }

    @Override
    public boolean opaqueAt(float u, float v) {
      float x = u - middle;
      return wood(x, v) || ball(x, v, 0.8f) >= 0;
    }

    @Override
    public void shade(float u, float v, Sample out) {
      float x = u - middle;
      int i = ball(x, v, 0.8f);
      if (i < 0) {
        out.set(bark, 0.7f + 0.6f * Noise.cloud(u * 40, v * 12));
        out.nu = x / (trunk * 1.3f);
        return;
      }
      float leaves = 0.5f * Noise.cloud(u * 26 + offset, v * 26) + 0.5f * Noise.grain(u * 11, v * 13 + offset);
      float dx = (x - balls[i]) / balls[i + 2];
      float dy = (v - balls[i + 1]) / balls[i + 2];
      float bulge = Math.max(0, 1 - dx * dx - dy * dy);
      out.set(leaf, (0.35f + 1.2f * leaves) * (0.55f + 0.25f * dy + 0.4f * bulge));
      out.nu = 0.6f * dx + 1.6f * (leaves - 0.5f);
      out.nv = 0.6f * dy + 0.35f;
      out.nn = 0.5f + 0.5f * bulge;
    }
  }

  private static Paint leaf(SceneRandom random) {
    return random.pick(Paint.of(0.055, 0.105, 0.022), Paint.of(0.075, 0.12, 0.025), Paint.of(0.04, 0.085, 0.024),
        Paint.of(0.09, 0.125, 0.03))
        .varied(random, 0.2);
  }

  static void tree(World world, Frame at, SceneRandom random, double height) {
    double bare = height * random.range(0.22, 0.36);
    double spread = height * random.range(0.24, 0.36);
    int count = 14 + random.below(8);
    float[] balls = new float[3 * count];
    for (int i = 0; i < count; i++) {
      double r = spread * random.range(0.26, 0.5);
      double angle = random.range(0, 2 * Math.PI);
      double away = i == 0 ? 0 : spread * random.range(0.15, 0.85);
      double centre = (bare + height) / 2 + 0.2 * spread;
      balls[3 * i] = (float) (away * StrictMath.cos(angle));
      balls[3 * i + 1] = (float) (centre + away * StrictMath.sin(angle) * (height - bare) / (2 * spread) * 0.8);
      balls[3 * i + 2] = (float) r;
    }
    double half = 1.5 * spread;
    Surface crown =
        new Crown((float) half, balls, leaf(random), (float) (0.022 * height + 0.05), (float) (bare + spread),
            random.range(0, 400));
    world.add(at.back(crown, -half, half, 0, height + spread, 0));
    world.rest(at, 0.3, 0.3, 0.6);
  }

  static void bush(World world, Frame at, SceneRandom random, double width, double height) {
    int count = 5 + random.below(4);
    float[] balls = new float[3 * count];
    for (int i = 0; i < count; i++) {
      balls[3 * i] = random.range(-0.35, 0.35) * (float) width;
      balls[3 * i + 1] = (float) height * random.range(0.25, 0.6);
      balls[3 * i + 2] = (float) height * random.range(0.38, 0.5);
    }
    double half = 0.5 * width + 0.6 * height;
    world.add(at.back(new Crown((float) half, balls, leaf(random), 0.01f, 0.05f, random.range(0, 400)), -half, half,
        0, 1.3 * height, 0));
    world.rest(at, 0.4 * width, 0.3, 0.6);
  }

  /** The side of a clipped hedge; its upper rim is ragged. */
  static Surface hedge(SceneRandom random, double height) {
    Paint leaf = leaf(random);
    float top = (float) height;
    float offset = random.range(0, 400);
    return new Surface() {
      private boolean inside(float u, float v) {
        return v < top - 0.22f * Noise.cloud(u * 18 + offset, 7);
      }

      @Override
      public int labelAt(float u, float v) {
        return inside(u, v) ? VEGETATION : NOTHING;
      }

      @Override
      public boolean opaqueAt(float u, float v) {
        return inside(u, v);
      }

      @Override
      public void shade(float u, float v, Sample out) {
        float leaves = Noise.cloud(u * 30 + offset, v * 30);
        out.set(leaf, (0.4f + 1.1f * leaves) * (0.6f + 0.4f * v / top));
        out.nv = leaves - 0.3f;
        out.nu = Noise.cloud(u * 30 + 90, v * 30) - 0.5f;
      }
    };
  }
}
