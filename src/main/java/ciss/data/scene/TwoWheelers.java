package ciss.data.scene;

import static ciss.data.scene.SceneClass.BICYCLE;
import static ciss.data.scene.SceneClass.MOTORCYCLE;

/** Bicycles and motorcycles, parked or ridden, seen from the side or along their direction of travel. */
final class TwoWheelers {
  private static final Paint BLACK = Paint.of(0.012, 0.012, 0.013);
  private static final Paint CHROME = Paint.of(0.45, 0.46, 0.48).glossy(0.2);
  private static final Paint[] FRAME = {
    Paint.srgb(0x9E1B22), Paint.srgb(0x1D5FA8), Paint.srgb(0x1F7A46), Paint.srgb(0x202226), Paint.srgb(0xC9C9C4),
        Paint.srgb(0xD98A1E)
  };
  private static final Paint[] TANK =
      {Paint.srgb(0xA01318), Paint.srgb(0x16181B), Paint.srgb(0x1B3C86), Paint.srgb(0xC87A12)};

  private TwoWheelers() {}

  static void bicycleFromSide(World world, Frame at, SceneRandom random, boolean ridden) {
    Paint frame = FRAME[random.below(FRAME.length)].varied(random, 0.15);
    double r = 0.345;
    double rear = -0.52;
    double front = 0.54;
    Sketch p = new Sketch(1.1);
    for (double x : new double[] {rear, front}) {
      p.pane(BICYCLE, x, r, r).ring(BICYCLE, BLACK, x, r, r - 0.055, r).ring(BICYCLE, CHROME, x, r, 0, 0.05);
      p.bar(BICYCLE, CHROME.times(0.6), x - r + 0.05, r, x + r - 0.05, r, 0.006);
      p.bar(BICYCLE, CHROME.times(0.6), x, 0.05, x, 2 * r - 0.05, 0.006);
    }
    p.bar(BICYCLE, frame, rear, r, -0.08, 0.30, 0.027).bar(BICYCLE, frame, rear, r, -0.22, 0.78, 0.024);
    p.bar(BICYCLE, frame, -0.08, 0.30, -0.24, 0.86, 0.032).bar(BICYCLE, frame, -0.21, 0.76, 0.36, 0.80, 0.03);
    p.bar(BICYCLE, frame, -0.08, 0.30, 0.38, 0.72, 0.032).bar(BICYCLE, frame, front, r, 0.34, 0.96, 0.03);
    p.bar(BICYCLE, BLACK, 0.34, 0.97, 0.48, 1.02, 0.032).bar(BICYCLE, BLACK, -0.36, 0.89, -0.14, 0.90, 0.045);
    p.ring(BICYCLE, CHROME, -0.08, 0.30, 0.05, 0.1).bar(BICYCLE, BLACK, -0.16, 0.24, 0.0, 0.36, 0.02);
    p.bar(BICYCLE, BLACK, rear - 0.1, 0.74, -0.3, 0.74, 0.02);
    p.disc(BICYCLE, Cars.TAIL_LIGHT, rear - 0.12, 0.66, 0.035)
        .disc(BICYCLE, Cars.HEADLIGHT.times(0.3), 0.47, 0.82, 0.04);
    if (ridden) {
      People.riderFromSide(
          p, random, new double[] {-0.22, 0.95}, new double[] {0.44, 1.06}, new double[] {0.0, 0.2},
          new double[] {-0.14, 0.42}, 0.26);
    }
    world.add(at.back(p, -1.1, 1.1, 0, 2.1, 0));
    world.rest(at, 0.8, 0.1, 0.55);
  }

  static void bicycleFromBehind(World world, Frame at, SceneRandom random, boolean ridden, boolean away) {
    Paint frame = FRAME[random.below(FRAME.length)].varied(random, 0.15);
    Sketch p = new Sketch(0.6);
    p.bar(BICYCLE, BLACK, 0, 0.06, 0, 0.64, 0.045);
    p.bar(BICYCLE, frame, -0.05, 0.38, -0.03, 0.86, 0.025).bar(BICYCLE, frame, 0.05, 0.38, 0.03, 0.86, 0.025);
    p.bar(BICYCLE, BLACK, -0.2, 0.3, -0.09, 0.3, 0.03).bar(BICYCLE, BLACK, 0.09, 0.38, 0.2, 0.38, 0.03);
    p.bar(BICYCLE, frame, -0.3, 1.03, 0.3, 1.03, 0.03).bar(BICYCLE, BLACK, -0.34, 1.03, -0.24, 1.03, 0.04);
    p.bar(BICYCLE, BLACK, 0.24, 1.03, 0.34, 1.03, 0.04).bar(BICYCLE, BLACK, -0.09, 0.9, 0.09, 0.9, 0.05);
    if (ridden) {
      People.riderFromBehind(p, random, 0.95, 0.3, away);
    }
    Paint lamp = away ? Cars.TAIL_LIGHT : Cars.HEADLIGHT.times(0.5);
    p.disc(BICYCLE, lamp, 0, 0.70, 0.05);
    world.add(at.back(p, -0.6, 0.6, 0, 2.1, 0));
    world.rest(at, 0.15, 0.8, 0.55);
  }

  static void motorcycleFromSide(World world, Frame at, SceneRandom random, boolean ridden) {
    Paint tank = TANK[random.below(TANK.length)].varied(random, 0.15).glossy(0.15);
    double r = 0.32;
    Sketch p = new Sketch(1.2);
    for (double x : new double[] {-0.70, 0.74}) {
      p.ring(MOTORCYCLE, BLACK, x, r, 0, r).ring(MOTORCYCLE, CHROME.times(0.5), x, r, 0.03, 0.19)
          .ring(MOTORCYCLE, BLACK, x, r, 0.1, 0.15);
    }
    p.polygon(MOTORCYCLE, Paint.of(0.04, 0.04, 0.045), -0.35, 0.28, 0.36, 0.28, 0.42, 0.72, -0.4, 0.66);
    p.ring(MOTORCYCLE, CHROME.times(0.7), 0.05, 0.42, 0, 0.15).bar(MOTORCYCLE, CHROME, 0.0, 0.27, -0.85, 0.33, 0.055);
    p.bar(MOTORCYCLE, CHROME.times(0.6), 0.74, r, 0.50, 0.95, 0.045);
    p.bar(MOTORCYCLE, BLACK, -0.70, r, -0.2, 0.5, 0.05);
    p.polygon(MOTORCYCLE, tank, -0.02, 0.70, 0.12, 0.96, 0.42, 0.94, 0.52, 0.72);
    p.polygon(MOTORCYCLE, BLACK, -0.88, 0.84, -0.80, 0.92, -0.05, 0.82, 0.0, 0.70, -0.55, 0.70);
    p.polygon(MOTORCYCLE, tank, -0.98, 0.88, -0.55, 0.86, -0.5, 0.70, -0.75, 0.72);
    p.bar(MOTORCYCLE, BLACK, 0.48, 0.98, 0.38, 1.10, 0.035)
        .disc(MOTORCYCLE, Cars.HEADLIGHT.times(0.7), 0.62, 0.88, 0.10);
    p.disc(MOTORCYCLE, Cars.TAIL_LIGHT, -0.97, 0.80, 0.06);
    if (ridden) {
      People.riderFromSide(
          p, random, new double[] {-0.22, 0.90}, new double[] {0.40, 1.08}, new double[] {0.06, 0.34},
          new double[] {0.0, 0.36}, 0.16);
    }
    world.add(at.back(p, -1.2, 1.2, 0, 2.1, 0));
    world.rest(at, 1.0, 0.15, 0.75);
  }

  static void motorcycleFromBehind(World world, Frame at, SceneRandom random, boolean ridden, boolean away) {
    Paint tank = TANK[random.below(TANK.length)].varied(random, 0.15).glossy(0.15);
    Sketch p = new Sketch(0.7);
    p.bar(MOTORCYCLE, BLACK, 0, 0.12, 0, 0.55, 0.11);
    p.bar(MOTORCYCLE, CHROME, -0.2, 0.3, -0.2, 0.38, 0.07).bar(MOTORCYCLE, CHROME, 0.2, 0.3, 0.2, 0.38, 0.07);
    p.polygon(MOTORCYCLE, Paint.of(0.03, 0.03, 0.035), -0.22, 0.42, 0.22, 0.42, 0.26, 0.8, -0.26, 0.8);
    p.polygon(MOTORCYCLE, tank, -0.2, 0.66, 0.2, 0.66, 0.15, 0.95, -0.15, 0.95);
    p.bar(MOTORCYCLE, BLACK, -0.38, 1.06, 0.38, 1.06, 0.035);
    p.bar(MOTORCYCLE, BLACK, -0.36, 1.06, -0.42, 1.24, 0.025).bar(MOTORCYCLE, BLACK, 0.36, 1.06, 0.42, 1.24, 0.025);
    p.bar(MOTORCYCLE, BLACK, -0.47, 1.24, -0.39, 1.24, 0.05).bar(MOTORCYCLE, BLACK, 0.39, 1.24, 0.47, 1.24, 0.05);
    if (ridden) {
      People.riderFromBehind(p, random, 0.95, 0.36, away);
    }
    p.disc(MOTORCYCLE, away ? Cars.TAIL_LIGHT : Cars.HEADLIGHT, 0, away ? 0.76 : 0.92, away ? 0.075 : 0.11);
    p.box(MOTORCYCLE, Cars.PLATE, -0.1, 0.52, 0.1, 0.64);
    world.add(at.back(p, -0.7, 0.7, 0, 2.1, 0));
    world.rest(at, 0.3, 0.9, 0.7);
  }
}
