package ciss.data.scene;

import static ciss.data.scene.SceneClass.POLE;
import static ciss.data.scene.SceneClass.TRAFFIC_LIGHT;
import static ciss.data.scene.SceneClass.TRAFFIC_SIGN;

/** Poles and what hangs on them: street lamps, traffic lights, signs. */
final class Furniture {
  private static final Paint STEEL = Paint.srgb(0x8A8F92);
  private static final Paint WHITE = Paint.of(0.78, 0.78, 0.76);
  private static final Paint RED = Paint.of(0.52, 0.02, 0.025);
  private static final Paint BLUE = Paint.of(0.02, 0.09, 0.40);
  private static final Paint YELLOW = Paint.of(0.80, 0.52, 0.03);
  private static final Paint BLACK = Paint.of(0.012, 0.012, 0.012);

  private Furniture() {}

  private static Paint steel(SceneRandom random) {
    return random.pick(STEEL, STEEL.times(0.6), Paint.srgb(0x4A5550), Paint.srgb(0xA5A8A6)).varied(random, 0.1);
  }

  static void pole(World world, Frame at, Paint paint, double height, double radius) {
    Sketch p = new Sketch(radius);
    p.bar(POLE, paint, 0, 0, 0, height, radius);
    world.add(at.back(p, -radius, radius, 0, height, 0));
    world.rest(at, radius, radius, 0.4);
  }

  /** A street lamp whose arm reaches over the street: {@code towards} is +1 or -1 along a. */
  static void lantern(World world, Frame at, SceneRandom random, double towards, Paint light) {
    double height = random.range(5.2, 7);
    double reach = random.range(1.0, 2.0);
    Paint steel = steel(random);
    Sketch p = new Sketch(2.6);
    p.bar(POLE, steel, 0, 0, 0, height - 0.4, 0.085).bar(POLE, steel, 0, 0, 0, 1.0, 0.12);
    p.bar(POLE, steel, 0, height - 0.4, towards * reach, height, 0.055);
    p.bar(POLE, steel.times(0.7), towards * reach, height, towards * (reach + 0.55), height + 0.02, 0.11);
    p.bar(POLE, light.glowing(40), towards * (reach + 0.05), height - 0.06, towards * (reach + 0.5), height - 0.05,
        0.05);
    world.add(at.back(p, -2.6, 2.6, 0, height + 0.3, 0));
    world.rest(at, 0.1, 0.1, 0.5);
    double a = towards * (reach + 0.3);
    world.add(Lamp.lantern(at.worldX(a, 0), height - 0.1, at.worldZ(a, 0), light, 9));
  }

  /** A traffic light on a pole; with {@code arm} a second one hangs over the street. */
  static void trafficLight(World world, Frame at, SceneRandom random, double arm) {
    int lit = random.below(3);
    Paint steel = steel(random);
    pole(world, at.shifted(0, 0.05), steel, 3.5, 0.08);
    signalHead(world, at.shifted(0, -0.1), 2.45, lit, 1);
    if (arm != 0) {
      double height = 5.4;
      pole(world, at.shifted(0, 0.08), steel, height, 0.09);
      Sketch bar = new Sketch(Math.max(0, -arm) + 0.1);
      bar.bar(POLE, steel, 0, 0.1, arm, 0.1, 0.07);
      world.add(at.shifted(0, 0.06).back(bar, Math.min(0, arm) - 0.1, Math.max(0, arm) + 0.1, height - 0.2, height, 0));
      signalHead(world, at.shifted(arm, -0.1), height - 1.0, lit, 1.15);
    }
  }

  private static void signalHead(World world, Frame at, double bottom, int lit, double scale) {
    Paint[] on = {Paint.of(1, 0.05, 0.03), Paint.of(1, 0.55, 0.03), Paint.of(0.05, 1, 0.35)};
    double half = 0.23 * scale;
    double height = 1.12 * scale;
    Sketch head = new Sketch(half);
    head.box(TRAFFIC_LIGHT, Paint.of(0.02, 0.021, 0.02), -half, 0, half, height);
    for (int i = 0; i < 3; i++) {
      Paint lens = i == lit ? on[i].alwaysGlowing(5) : on[i].times(0.06);
      head.ring(TRAFFIC_LIGHT, lens, 0, height * (0.83 - 0.33 * i), 0, 0.145 * scale);
    }
    world.add(at.back(head, -half, half, bottom, bottom + height, 0));
    double y = bottom + height * (0.83 - 0.33 * lit);
    world.add(Lamp.bulb(at.worldX(0, -0.5), y, at.worldZ(0, -0.5), on[lit], 0.35));
  }

  /** One or two signs on a pole. */
  static void sign(World world, Frame at, SceneRandom random) {
    double height = random.range(2.9, 3.5);
    pole(world, at.shifted(0, 0.05), steel(random), height, 0.06);
    board(world, at, random, height - 0.85);
    if (random.chance(0.35)) {
      board(world, at, random, height - 1.75);
    }
  }

  /** A sign of a random kind, 0.8 m large, with its lower edge at {@code bottom}. */
  private static void board(World world, Frame at, SceneRandom random, double bottom) {
    Sketch s = new Sketch(0.45);
    switch (random.below(6)) {
      case 0 -> s.ring(TRAFFIC_SIGN, RED, 0, 0.42, 0, 0.42).ring(TRAFFIC_SIGN, WHITE, 0, 0.42, 0, 0.31)
          .box(TRAFFIC_SIGN, BLACK, -0.17, 0.3, -0.04, 0.54).box(TRAFFIC_SIGN, BLACK, 0.03, 0.3, 0.17, 0.54);
      case 1 -> s.polygon(TRAFFIC_SIGN, RED, -0.45, 0.02, 0.45, 0.02, 0, 0.82)
          .polygon(TRAFFIC_SIGN, WHITE, -0.30, 0.11, 0.30, 0.11, 0, 0.62)
              .box(TRAFFIC_SIGN, BLACK, -0.05, 0.17, 0.05, 0.42);
      case 2 -> s.ring(TRAFFIC_SIGN, BLUE, 0, 0.42, 0, 0.42).bar(TRAFFIC_SIGN, WHITE, 0, 0.2, 0, 0.6, 0.06)
          .polygon(TRAFFIC_SIGN, WHITE, -0.2, 0.48, 0.2, 0.48, 0, 0.72);
      case 3 -> s.polygon(TRAFFIC_SIGN, WHITE, -0.45, 0.42, 0, -0.03, 0.45, 0.42, 0, 0.87)
          .polygon(TRAFFIC_SIGN, YELLOW, -0.33, 0.42, 0, 0.09, 0.33, 0.42, 0, 0.75);
      case 4 -> s.ring(TRAFFIC_SIGN, RED, 0, 0.42, 0, 0.42).box(TRAFFIC_SIGN, WHITE, -0.32, 0.34, 0.32, 0.5);
      default -> s.box(TRAFFIC_SIGN, WHITE, -0.42, 0, 0.42, 0.84).box(TRAFFIC_SIGN, BLUE, -0.38, 0.04, 0.38, 0.80)
          .box(TRAFFIC_SIGN, WHITE, -0.14, 0.16, -0.02, 0.68).ring(TRAFFIC_SIGN, WHITE, 0.0, 0.5, 0.07, 0.19);
    }
    world.add(at.back(s, -0.45, 0.45, bottom, bottom + 0.9, 0));
  }

  /** A large guide sign between two poles or beside the street. */
  static void guideSign(World world, Frame at, SceneRandom random) {
    Paint ground = random.pick(BLUE, YELLOW, Paint.of(0.015, 0.17, 0.07));
    Paint text = ground == YELLOW ? BLACK : WHITE;
    double half = random.range(0.9, 1.4);
    Paint steel = steel(random);
    pole(world, at.shifted(-0.6 * half, 0.05), steel, 3.9, 0.07);
    pole(world, at.shifted(0.6 * half, 0.05), steel, 3.9, 0.07);
    Sketch s = new Sketch(half);
    s.box(TRAFFIC_SIGN, WHITE, -half, 0, half, 1.5).box(TRAFFIC_SIGN, ground, -half + 0.06, 0.06, half - 0.06, 1.44);
    for (int row = 0; row < 3; row++) {
      double y = 1.12 - 0.4 * row;
      double x = -half + 0.2;
      while (x < half - 0.7) {
        double word = random.range(0.2, 0.5);
        s.box(TRAFFIC_SIGN, text, x, y, x + word, y + 0.17);
        x += word + 0.12;
      }
      s.polygon(TRAFFIC_SIGN, text, half - 0.45, y, half - 0.2, y + 0.085, half - 0.45, y + 0.17);
    }
    world.add(at.back(s, -half, half, 2.3, 3.8, 0));
  }
}
