package ciss.data.scene;

import static ciss.data.scene.SceneClass.CAR;

/** Passenger cars: a body and a narrower cabin, both extruded side views, with wheels, glass, lamps and plates. */
final class Cars {
  static final Paint GLASS = Paint.of(0.035, 0.045, 0.055).glossy(0.16);
  static final Paint TYRE = Paint.of(0.012, 0.012, 0.013);
  static final Paint RIM = Paint.of(0.35, 0.36, 0.38);
  static final Paint TAIL_LIGHT = Paint.of(0.50, 0.012, 0.01).glowing(3.5);
  static final Paint HEADLIGHT = Paint.of(0.75, 0.75, 0.70).glowing(22);
  static final Paint DARK = Paint.of(0.015, 0.015, 0.017);
  static final Paint PLATE = Paint.of(0.7, 0.7, 0.65);
  private static final Paint[] COLOURS = {
    Paint.srgb(0xD8DADC), Paint.srgb(0xA9AEB2), Paint.srgb(0x5B6067), Paint.srgb(0x1E2023), Paint.srgb(0x8E1B1F),
    Paint.srgb(0x1F3F7A), Paint.srgb(0x2E5E8C), Paint.srgb(0xB7B09A), Paint.srgb(0x274B35), Paint.srgb(0xC4541D)
  };

  private Cars() {}

  /** Proportions of a car in metres: rear end at c = 0, front end at {@code length}. */
  private record Shape(
      double length,
      double width,
      double deck,
      double bonnet,
      double roof,
      double rearBase,
      double rearTop,
      double frontTop,
      double frontBase) {
    static Shape draw(SceneRandom random) {
      return switch (random.below(5)) {
        case 0, 1 -> new Shape(4.5, 1.80, 0.98, 0.86, 1.45, 0.75, 1.25, 2.55, 3.40);
        case 2, 3 -> new Shape(4.0, 1.75, 0.95, 0.88, 1.50, 0.05, 0.40, 2.20, 2.95);
        default -> new Shape(4.6, 1.90, 1.12, 1.02, 1.75, 0.06, 0.35, 2.75, 3.40);
      };
    }
  }

  /** A car whose middle stands at the frame. Lamps light the street when {@code driving}. */
  static void add(World world, Frame middle, SceneRandom random, boolean driving) {
    Shape s = Shape.draw(random);
    Paint colour = COLOURS[random.below(COLOURS.length)].varied(random, 0.15).glossy(0.12);
    Frame f = middle.shifted(0, -s.length / 2);
    body(world, f, s, colour);
    cabin(world, f, s, colour);
    world.rest(middle, s.width / 2, s.length / 2, 0.9);
    if (driving) {
      lights(world, f, s.width, s.length, 0.65);
    }
  }

  /** The light that a vehicle with its rear at the frame throws on the street. */
  static void lights(World world, Frame f, double width, double length, double height) {
    Paint white = Paint.of(1, 0.93, 0.80);
    world.add(
        Lamp.beam(f.worldX(0, length), height, f.worldZ(0, length), white, 9, f.sin(), f.cos()));
    world.add(Lamp.bulb(f.worldX(0, -0.4), 0.7, f.worldZ(0, -0.4), Paint.of(1, 0.06, 0.04), 0.25));
  }

  private static void body(World world, Frame f, Shape s, Paint colour) {
    double half = s.width / 2;
    double rearAxle = 0.19 * s.length;
    double frontAxle = 0.81 * s.length;
    Sketch side = new Sketch(0);
    double[] outline = {
      0.05, 0.30, 0, 0.55, 0.04, s.deck, s.frontBase, s.deck - 0.02, s.length - 0.12, s.bonnet - 0.08,
      s.length, 0.60, s.length - 0.05, 0.28
    };
    side.polygon(CAR, colour, outline);
    side.box(CAR, colour.times(0.45), 0.1, 0.27, s.length - 0.1, 0.36);
    side.box(CAR, colour.times(0.5), 0.44 * s.length, 0.4, 0.44 * s.length + 0.03, s.deck);
    side.box(CAR, TAIL_LIGHT, 0.02, s.deck - 0.25, 0.16, s.deck - 0.08);
    side.box(CAR, HEADLIGHT.times(0.6), s.length - 0.22, 0.60, s.length - 0.03, 0.72);
    for (double axle : new double[] {rearAxle, frontAxle}) {
      side.ring(CAR, DARK, axle, 0.34, 0, 0.40).ring(CAR, TYRE, axle, 0.32, 0, 0.33).ring(CAR, RIM, axle, 0.32, 0, 0.2);
      side.ring(CAR, DARK, axle, 0.32, 0.07, 0.11);
    }
    world.add(f.side(side, -half, 0, s.deck, 0, s.length));
    world.add(f.side(side, half, 0, s.deck, 0, s.length));
    world.add(f.back(rear(s, colour), -half, half, 0, s.deck, 0.02));
    world.add(f.front(nose(s, colour), -half, half, 0, s.bonnet, s.length - 0.04));
    Surface skin = Surface.plain(CAR, colour);
    world.add(f.strip(skin, -half, half, s.deck, 0.03, s.deck, s.frontBase));
    world.add(f.strip(skin, -half, half, s.deck - 0.02, s.frontBase, s.bonnet - 0.08, s.length - 0.1));
  }

  private static Surface rear(Shape s, Paint colour) {
    double half = s.width / 2;
    Sketch rear = wheelsFromBehind(half, CAR);
    rear.box(CAR, DARK, -half + 0.1, 0.2, half - 0.1, 0.4);
    rear.box(CAR, colour, -half, 0.36, half, s.deck);
    rear.box(CAR, colour.times(0.4), -half, 0.36, half, 0.46);
    rear.box(CAR, colour.times(0.55), -half + 0.1, 0.58, half - 0.1, 0.60);
    rear.box(CAR, PLATE, -0.27, 0.64, 0.27, 0.76);
    rear.box(CAR, TAIL_LIGHT, -half + 0.02, s.deck - 0.3, -half + 0.34, s.deck - 0.1);
    rear.box(CAR, TAIL_LIGHT, half - 0.34, s.deck - 0.3, half - 0.02, s.deck - 0.1);
    return rear;
  }

  private static Surface nose(Shape s, Paint colour) {
    double half = s.width / 2;
    Sketch nose = wheelsFromBehind(half, CAR);
    nose.box(CAR, DARK, -half + 0.1, 0.18, half - 0.1, 0.4);
    nose.box(CAR, colour, -half, 0.32, half, s.bonnet - 0.06);
    nose.box(CAR, DARK, -half + 0.3, 0.34, half - 0.3, 0.47);
    nose.box(CAR, DARK.times(2), -half + 0.48, 0.56, half - 0.48, 0.72);
    nose.box(CAR, PLATE, -0.26, 0.44, 0.26, 0.55);
    nose.box(CAR, HEADLIGHT, -half + 0.06, 0.58, -half + 0.42, 0.74);
    nose.box(CAR, HEADLIGHT, half - 0.42, 0.58, half - 0.06, 0.74);
    return nose;
  }

  /** Starts a drawing, centred, with two tyres of a vehicle seen along its length. */
  static Sketch wheelsFromBehind(double half, int label) {
    Sketch drawing = new Sketch(half);
    drawing.box(label, TYRE, -half + 0.03, 0, -half + 0.25, 0.42);
    drawing.box(label, TYRE, half - 0.25, 0, half - 0.03, 0.42);
    return drawing;
  }

  private static void cabin(World world, Frame f, Shape s, Paint colour) {
    double half = s.width / 2 - 0.10;
    Sketch side = new Sketch(0);
    side.polygon(
        CAR, colour, s.rearBase, s.deck - 0.03, s.rearTop, s.roof, s.frontTop, s.roof, s.frontBase, s.deck - 0.03);
    double lower = s.deck + 0.05;
    double upper = s.roof - 0.07;
    double pillar = 0.44 * s.length;
    side.polygon(
        CAR, GLASS, s.rearBase + 0.3, lower, s.rearTop + 0.12, upper, pillar - 0.04, upper, pillar - 0.04, lower);
    side.polygon(
        CAR, GLASS, pillar + 0.06, lower, pillar + 0.06, upper, s.frontTop - 0.08, upper, s.frontBase - 0.22, lower);
    world.add(f.side(side, -half, 0, s.roof, 0, s.length));
    world.add(f.side(side, half, 0, s.roof, 0, s.length));
    world.add(f.strip(framed(colour, half, slant(s.roof - s.deck, s.rearTop - s.rearBase)),
        -half, half, s.deck - 0.02, s.rearBase, s.roof, s.rearTop));
    world.add(f.strip(Surface.plain(CAR, colour), -half, half, s.roof, s.rearTop, s.roof, s.frontTop));
    world.add(f.strip(framed(colour, half, slant(s.roof - s.deck, s.frontBase - s.frontTop)),
        -half, half, s.deck - 0.02, s.frontBase, s.roof, s.frontTop));
  }

  private static double slant(double height, double run) {
    return Math.sqrt(height * height + run * run);
  }

  /** A window over the whole width with a frame in the colour of the car. */
  private static Surface framed(Paint colour, double half, double height) {
    Sketch pane = new Sketch(half);
    pane.box(CAR, colour, -half - 0.1, -0.1, half + 0.1, height + 0.2);
    pane.box(CAR, GLASS, -half + 0.08, 0.07, half - 0.08, height - 0.04);
    return pane;
  }
}
