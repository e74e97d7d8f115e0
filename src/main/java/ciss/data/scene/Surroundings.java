package ciss.data.scene;

import static ciss.data.scene.SceneClass.BUILDING;
import static ciss.data.scene.SceneClass.VEGETATION;
import static ciss.data.scene.SceneClass.WALL;

/** What lines the street: houses, yards behind walls and fences, parks, street trees, lamps, signs, and the far end. */
final class Surroundings {
  private static final double FAR = 112;
  private static final Paint[] ROOF =
      {Paint.srgb(0x7E4234), Paint.srgb(0x5B4A44), Paint.srgb(0x6B6460), Paint.srgb(0x94523C)};
  private static final Paint[] LAMPLIGHT = {Paint.of(1, 0.62, 0.25), Paint.of(1, 0.80, 0.52), Paint.of(0.86, 0.93, 1)};

  private final World world;
  private final Ground ground;
  private final SceneRandom random;

  private Surroundings(StreetScene scene, SceneRandom random) {
    world = scene.world;
    ground = scene.ground;
    this.random = random;
  }

  static void build(StreetScene scene, SceneRandom random) {
    Surroundings s = new Surroundings(scene, random);
    for (int side = -1; side <= 1; side += 2) {
      s.lots(side);
      s.kerbside(side);
    }
    s.lightsAndSigns();
    s.farEnd();
  }

  private void lots(int side) {
    double z = random.range(-6, 2);
    while (z < FAR) {
      double length = random.range(7, 15);
      double kind = random.uniform();
      if (kind < 0.42) {
        house(side, z, z + length + 3, ground.border(side), random.range(6, 15));
        length += 3;
      } else if (kind < 0.64) {
        barrier(side, z, z + length, true);
        yard(side, z, z + length);
      } else if (kind < 0.86) {
        barrier(side, z, z + length, false);
        yard(side, z, z + length);
      } else {
        park(side, z, z + length);
      }
      z += length;
    }
  }

  /** An upright face along the street between two distances, at a lateral position. */
  private Face along(Surface surface, double lateral, double z0, double z1, double height) {
    double x0 = ground.middle(z0) + lateral;
    double x1 = ground.middle(z1) + lateral;
    return new Face(new double[] {x0, 0, z0}, new double[] {x1 - x0, 0, z1 - z0}, new double[] {0, height, 0}, surface);
  }

  /** An upright face across the street's direction, from a lateral position outwards. */
  private Face across(Surface surface, double lateral, double width, double z, double height) {
    double x = ground.middle(z) + lateral;
    return new Face(new double[] {x, 0, z}, new double[] {width, 0, 0}, new double[] {0, height, 0}, surface);
  }

  private void house(int side, double z0, double z1, double distance, double height) {
    Facade facade = new Facade(random, height);
    double depth = side * random.range(8, 11);
    double lateral = side * distance;
    world.add(along(facade, lateral, z0, z1, height));
    world.add(across(facade, lateral, depth, z0, height));
    world.add(across(facade, lateral, depth, z1, height));
    if (random.chance(0.6)) {
      roof(lateral, depth, z0, z1, height, facade);
    }
    Frame foot = Frame.at(ground.middle((z0 + z1) / 2) + lateral + depth / 2, (z0 + z1) / 2, 0);
    world.rest(foot, Math.abs(depth) / 2, (z1 - z0) / 2, 0.5);
  }

  private void roof(double lateral, double depth, double z0, double z1, double height, Surface gable) {
    double rise = random.range(1.8, 3.2);
    Paint tile = ROOF[random.below(ROOF.length)].varied(random, 0.15);
    Surface tiles =
        new Surface.Solid(BUILDING) {
          @Override
          public void shade(float u, float v, Sample out) {
            float row = v / 0.35f - Noise.fastFloor(v / 0.35f);
            out.set(tile, (row < 0.2f ? 0.65f : 0.9f) + 0.2f * Noise.cloud(u * 12, v * 12));
          }
        };
    double x0 = ground.middle(z0) + lateral;
    double x1 = ground.middle(z1) + lateral;
    double overhang = -0.4 * Math.signum(depth);
    world.add(
        new Face(
            new double[] {x0 + overhang, height - 0.15, z0 - 0.3},
            new double[] {x1 - x0, 0, z1 - z0 + 0.6},
            new double[] {depth / 2 - overhang, rise + 0.15, 0},
            tiles));
    for (double z : new double[] {z0, z1}) {
      Sketch triangle = new Sketch(0);
      double w = Math.abs(depth);
      triangle.polygon(BUILDING, tile.times(1.6), 0, 0, w, 0, w / 2, rise);
      double x = ground.middle(z) + lateral;
      world.add(new Face(new double[] {x, height, z}, new double[] {depth, 0, 0}, new double[] {0, rise, 0}, triangle));
    }
  }

  private void barrier(int side, double z0, double z1, boolean wall) {
    double height = wall ? random.range(1.5, 2.7) : random.range(1.3, 2.1);
    double lateral = side * ground.border(side);
    Surface surface = wall ? Barriers.wall(random, height) : Barriers.fence(random, height);
    world.add(along(surface, lateral, z0, z1, height));
    if (wall) {
      Surface coping = Surface.plain(WALL, Paint.of(0.34, 0.33, 0.32));
      double x0 = ground.middle(z0) + lateral;
      double x1 = ground.middle(z1) + lateral;
      double[] edge = {x1 - x0, 0, z1 - z0};
      world.add(new Face(new double[] {x0, height, z0}, edge, new double[] {side * 0.35, 0, 0}, coping));
      world.add(across(surface, lateral, side * 0.35, z0, height));
    } else if (random.chance(0.5)) {
      world.add(across(surface, lateral, side * 7, z0, height));
    }
  }

  private void yard(int side, double z0, double z1) {
    double border = ground.border(side);
    if (random.chance(0.65)) {
      house(side, z0 + 1, z1 - 1, border + random.range(5, 9), random.range(4, 9));
    } else {
      trees(side, z0, z1, border + 2, border + 9, 3);
    }
    if (random.chance(0.5)) {
      trees(side, z0, z1, border + 1.5, border + 4, 1);
    }
    if (random.chance(0.5)) {
      double z = random.range(z0, z1);
      Plants.bush(world, ground.frame(side * (border + 1.2), z, 0), random, random.range(1.5, 3),
          random.range(0.9, 1.6));
    }
  }

  private void park(int side, double z0, double z1) {
    double border = ground.border(side);
    trees(side, z0, z1, border + 1.5, border + 12, 4);
    if (random.chance(0.6)) {
      double height = random.range(0.8, 1.5);
      world.add(along(Plants.hedge(random, height), side * (border + 0.2), z0, z1 - 0.5, height));
      Surface top = Surface.plain(VEGETATION, Paint.of(0.06, 0.11, 0.025));
      double x = ground.middle(z0) + side * (border + 0.2);
      double bend = ground.middle(z1 - 0.5) - ground.middle(z0);
      world.add(
          new Face(
              new double[] {x, height - 0.18, z0},
              new double[] {bend, 0, z1 - 0.5 - z0},
              new double[] {side * 0.8, 0, 0},
              top));
      world.add(across(Plants.hedge(random, height), side * (border + 0.2), side * 0.8, z0, height));
    } else {
      Plants.bush(world, ground.frame(side * (border + 1.3), (z0 + z1) / 2, 0), random, 2.5, 1.2);
    }
  }

  private void trees(int side, double z0, double z1, double near, double far, int count) {
    for (int i = 0; i < count; i++) {
      Frame at = ground.frame(side * random.range(near, far), random.range(z0, z1), 0);
      if (at.z() > 3) {
        Plants.tree(world, Frame.at(at.x(), at.z(), 0), random, random.range(5, 10));
      }
    }
  }

  /** Trees and poles between carriageway and sidewalk. */
  private void kerbside(int side) {
    double lateral = side * (ground.half() + 0.75);
    if (random.chance(0.5)) {
      double step = random.range(9, 15);
      for (double z = random.range(9, 18); z < FAR; z += step) {
        Plants.tree(world, Frame.at(ground.middle(z) + lateral, z, 0), random, random.range(5, 8));
      }
    }
    if (random.chance(0.45)) {
      double step = random.range(3, 5);
      for (double z = random.range(4, 9); z < 40; z += step) {
        Paint paint = Paint.srgb(0x6A6F70).varied(random, 0.1);
        Furniture.pole(world, Frame.at(ground.middle(z) + side * (ground.half() + 0.4), z, 0), paint, 1.0, 0.09);
      }
    }
  }

  private void lightsAndSigns() {
    Paint light = LAMPLIGHT[random.below(LAMPLIGHT.length)];
    double step = random.range(20, 27);
    int side = random.chance(0.5) ? 1 : -1;
    for (double z = random.range(6, 16); z < FAR; z += step / 2) {
      Furniture.lantern(world, kerb(side, z, 0.45), random, -side, light);
      side = -side;
    }
    if (random.chance(0.8)) {
      double z = ground.crossing() >= 0 ? ground.crossing() + 0.3 : random.range(8, 20);
      Furniture.trafficLight(world, kerb(1, z, 0.5), random, random.chance(0.45) ? -random.range(2, 3.5) : 0);
      Furniture.trafficLight(world, kerb(-1, z, 0.5), random, random.chance(0.25) ? random.range(2, 3) : 0);
    }
    int signs = 3 + random.below(3);
    for (int i = 0; i < signs; i++) {
      Furniture.sign(world, kerb(random.chance(0.7) ? 1 : -1, random.range(6.5, 34), 0.6), random);
    }
    if (random.chance(0.3)) {
      Furniture.guideSign(world, kerb(random.chance(0.7) ? 1 : -1, random.range(12, 28), 1.4), random);
    }
  }

  private Frame kerb(int side, double z, double distance) {
    return Frame.at(ground.middle(z) + side * (ground.half() + distance), z, 0);
  }

  /** Houses and trees across the end of the street, so that no picture shows a bare horizon. */
  private void farEnd() {
    for (double x = -110; x < 110; ) {
      double width = random.range(10, 24);
      double z = FAR + random.range(6, 16);
      double height = random.range(6, 17);
      if (random.chance(0.6)) {
        Facade facade = new Facade(random, height);
        world.add(new Face(new double[] {x, 0, z}, new double[] {width, 0, 0}, new double[] {0, height, 0}, facade));
      } else {
        for (double t = x; t < x + width; t += 4) {
          Plants.tree(world, Frame.at(t, z - random.range(0, 5), 0), random, random.range(7, 12));
        }
      }
      x += width;
    }
  }
}
