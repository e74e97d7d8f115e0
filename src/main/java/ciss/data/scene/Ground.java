package ciss.data.scene;

import static ciss.data.scene.SceneClass.ROAD;
import static ciss.data.scene.SceneClass.SIDEWALK;
import static ciss.data.scene.SceneClass.TERRAIN;

/**
 * The plane y = 0 across the street: carriageway with markings and perhaps rails, kerb, perhaps a verge of grass,
 * sidewalk, and grass beyond. A point has a lateral position u (metres right of the middle of the street, along the
 * bend) and z.
 *
 * @param bend curvature of the street: its middle is at x = bend * z * z / 2
 * @param half half the width of the carriageway
 * @param verge width of grass between kerb and sidewalk, left and right (0: none)
 * @param walk width of the sidewalk
 * @param laneWidth distance of the lane markings from the middle
 * @param rails whether tram rails lie in the middle
 * @param crossing z of a zebra crossing, negative for none
 */
record Ground(
    double bend,
    double half,
    double[] verge,
    double walk,
    double laneWidth,
    boolean rails,
    double crossing,
    Paint asphalt,
    Paint paving,
    Paint grass,
    long seed) {
  private static final Paint MARKING = Paint.of(0.62, 0.62, 0.60);
  private static final Paint KERB = Paint.of(0.36, 0.35, 0.34);
  private static final Paint RAIL = Paint.of(0.30, 0.29, 0.28).glossy(0.5);

  static Ground draw(SceneRandom random, boolean rails) {
    double lane = random.range(3.0, 3.4);
    double half = rails ? 1.6 + lane : lane * (random.chance(0.45) ? 2 : 1.65);
    double[] verge = {random.chance(0.4) ? random.range(1.2, 2.4) : 0, random.chance(0.4) ? random.range(1.2, 2.4) : 0};
    return new Ground(
        random.range(-0.0035, 0.0035),
        half,
        verge,
        random.range(2.0, 3.6),
        lane,
        rails,
        random.chance(0.35) ? random.range(8, 18) : -1,
        Paint.of(0.105, 0.103, 0.105).varied(random, 0.25),
        random.pick(Paint.of(0.30, 0.275, 0.25), Paint.of(0.34, 0.31, 0.29), Paint.of(0.30, 0.24, 0.21))
            .varied(random, 0.12),
        random.pick(Paint.of(0.12, 0.19, 0.045), Paint.of(0.17, 0.20, 0.06), Paint.of(0.13, 0.22, 0.05))
            .varied(random, 0.15),
        random.nextLong());
  }

  double middle(double z) {
    return bend * z * z / 2;
  }

  /**
   * A frame beside or on the street: {@code lateral} metres right of its middle, heading along it plus {@code turn}.
   */
  Frame frame(double lateral, double z, double turn) {
    return Frame.at(middle(z) + lateral, z, bend * z + turn);
  }

  /** Distance from the middle of the street to the outer border of the sidewalk; side is -1 or 1. */
  double border(int side) {
    return half + verge[side < 0 ? 0 : 1] + walk;
  }

  int labelAt(float x, float z) {
    float u = x - (float) middle(z);
    double out = Math.abs(u) - half;
    if (out < 0) {
      return ROAD;
    }
    double v = verge[u < 0 ? 0 : 1];
    if (out < 0.18) {
      return SIDEWALK;
    }
    if (out < v) {
      return TERRAIN;
    }
    return out < v + walk ? SIDEWALK : TERRAIN;
  }

  void shade(float x, float z, Sample out) {
    float u = x - (float) middle(z);
    double outside = Math.abs(u) - half;
    double v = verge[u < 0 ? 0 : 1];
    if (outside < 0) {
      road(u, z, out);
    } else if (outside < 0.18) {
      out.set(KERB, outside < 0.05 ? 0.45f : fraction(z) < 0.03f ? 0.5f : 1);
    } else if (outside < v || outside >= v + walk) {
      grass(u, z, out);
    } else {
      sidewalk(u, z, out);
    }
  }

  private void road(float u, float z, Sample out) {
    float tar = 0.84f + 0.26f * Noise.smoothCloud(u * 2.5f + (seed & 255), z * 0.8f)
        + 0.12f * (Noise.grain(u * 25, z * 25) - 0.5f);
    if (Noise.smoothCloud(u * 1.3f + 90, z * 0.5f + (seed & 127)) > 0.66f) {
      tar *= 0.72f;
    }
    out.set(asphalt, tar);
    if (rails && Math.abs(u) < 1.45f) {
      out.times(1.25f);
      if (Math.abs(Math.abs(u) - 0.72f) < 0.06f) {
        out.set(RAIL);
      }
      return;
    }
    if (marked(u, z)) {
      float worn = Noise.cloud(u * 20, z * 8);
      out.set(MARKING, worn > 0.75f ? 0.45f : 0.8f + 0.2f * worn);
    }
  }

  private boolean marked(float u, float z) {
    if (crossing >= 0 && z > crossing && z < crossing + 3) {
      return fraction(u) < 0.5f && Math.abs(u) < half - 0.3;
    }
    if (crossing >= 0 && z > crossing - 1.6 && z < crossing - 1.2) {
      return u > 0;
    }
    boolean dash = fraction(z / 6) < 0.5f;
    double line = Math.abs(u);
    if (rails) {
      return Math.abs(line - 1.6) < 0.06;
    }
    return (line < 0.07 && dash) || Math.abs(line - half + 0.25) < 0.06
        || (half > 1.9 * laneWidth && Math.abs(line - laneWidth) < 0.06 && dash);
  }

  private void sidewalk(float u, float z, Sample out) {
    int row = Noise.fastFloor(z / 0.6f);
    float along = u / 0.6f + (row & 1) * 0.5f;
    int slab = Noise.fastFloor(along);
    boolean joint = z / 0.6f - row < 0.07f || along - slab < 0.07f;
    float shade = 0.88f + 0.2f * SceneRandom.hash(seed, row, slab) + 0.12f * (Noise.smoothCloud(u * 4, z * 4) - 0.5f);
    out.set(paving, joint ? shade * 0.62f : shade);
  }

  private void grass(float u, float z, Sample out) {
    float blades = Noise.cloud(u * 24, z * 24);
    float patch = Noise.smoothCloud(u * 2 + 70, z * 2 + (seed & 255));
    out.set(grass, 0.55f + 0.75f * blades);
    if (patch > 0.62f) {
      float t = Math.min(1, (patch - 0.62f) * 8);
      out.set(out.r * (1 - t) + t * 0.19f, out.g * (1 - t) + t * 0.145f, out.b * (1 - t) + t * 0.09f);
    }
  }

  private static float fraction(float x) {
    return x - Noise.fastFloor(x);
  }
}
