package ciss.data.scene;

import static ciss.data.scene.SceneClass.BUS;
import static ciss.data.scene.SceneClass.TRAIN;
import static ciss.data.scene.SceneClass.TRUCK;

/** Buses, trucks and trams: boxes with drawn sides. */
final class LargeVehicles {
  private static final Paint LIT_GLASS = Cars.GLASS;
  private static final Paint SALOON = Paint.of(0.09, 0.085, 0.07).glowing(4).glossy(0.2);

  private LargeVehicles() {}

  /** A city bus in one colour with a row of windows, doors, wheels and a destination sign. */
  static void bus(World world, Frame middle, SceneRandom random) {
    double length = random.range(10, 12.5);
    double half = 1.27;
    double top = 3.1;
    Paint colour =
        random.pick(Paint.srgb(0xE8B21C), Paint.srgb(0xF0C33C), Paint.srgb(0xC8201E), Paint.srgb(0xE07020))
            .varied(random, 0.1);
    Frame f = middle.shifted(0, -length / 2);
    Sketch side = new Sketch(0);
    side.box(BUS, colour, 0, 0.35, length, top);
    side.box(BUS, colour.times(0.5), 0, 0.35, length, 0.55);
    side.box(BUS, Cars.DARK, 0.5, 1.45, length - 0.1, 2.55);
    for (double c = 0.6; c + 1.2 < length - 0.4; c += 1.45) {
      side.box(BUS, SALOON, c, 1.5, c + 1.3, 2.5);
    }
    for (double c : new double[] {0.45 * length, length - 1.5}) {
      side.box(BUS, Cars.DARK, c, 0.45, c + 1.1, 2.55).box(BUS, SALOON, c + 0.08, 0.6, c + 1.02, 2.45);
    }
    wheels(side, BUS, 0.47, 0.24 * length, 0.76 * length);
    sides(world, f, side, half, top, length);
    world.add(f.back(busRear(half, top, colour), -half, half, 0, top, 0));
    world.add(f.front(busFront(half, top, colour), -half, half, 0, top, length));
    world.add(f.strip(Surface.plain(BUS, colour.times(0.9)), -half, half, top, 0, top, length));
    world.rest(middle, half, length / 2, 0.95);
    Cars.lights(world, f, 2 * half, length, 0.8);
  }

  private static Surface busRear(double half, double top, Paint colour) {
    Sketch rear = Cars.wheelsFromBehind(half, BUS);
    rear.box(BUS, colour, -half, 0.35, half, top);
    rear.box(BUS, colour.times(0.45), -half, 0.35, half, 0.6);
    rear.box(BUS, Cars.DARK, -half + 0.12, 1.75, half - 0.12, 2.75)
        .box(BUS, SALOON, -half + 0.2, 1.85, half - 0.2, 2.6);
    rear.box(BUS, Cars.DARK.times(2), -half + 0.4, 0.75, half - 0.4, 1.2);
    for (int s = -1; s <= 1; s += 2) {
      rear.box(BUS, Cars.TAIL_LIGHT, s * (half - 0.15) - 0.12, 0.8, s * (half - 0.15) + 0.12, 1.5);
    }
    return rear;
  }

  private static Surface busFront(double half, double top, Paint colour) {
    Sketch front = Cars.wheelsFromBehind(half, BUS);
    front.box(BUS, colour, -half, 0.3, half, top);
    front.box(BUS, Cars.DARK, -half + 0.08, 1.1, half - 0.08, 2.98)
        .box(BUS, LIT_GLASS, -half + 0.15, 1.2, half - 0.15, 2.5);
    front.box(BUS, Paint.of(0.9, 0.45, 0.05).alwaysGlowing(1.2), -0.8, 2.62, 0.8, 2.88);
    for (int s = -1; s <= 1; s += 2) {
      front.box(BUS, Cars.HEADLIGHT, s * (half - 0.3) - 0.18, 0.6, s * (half - 0.3) + 0.18, 0.8);
    }
    return front;
  }

  /** A lorry: a cab in front and a plain cargo box without windows behind it. */
  static void truck(World world, Frame middle, SceneRandom random) {
    double length = random.range(6.5, 9);
    double half = 1.25;
    double boxTop = random.range(3.2, 3.7);
    double cabLength = 1.9;
    double boxEnd = length - cabLength - 0.25;
    Paint cab = random.pick(Paint.srgb(0x1F55A5), Paint.srgb(0xB01C1C), Paint.srgb(0xE6E6E6), Paint.srgb(0x2A7A4A))
        .varied(random, 0.1);
    Paint box = random.pick(Paint.srgb(0xE9EAEA), Paint.srgb(0xCFD6DA), Paint.srgb(0x7FA6C9), Paint.srgb(0xD8CBB0))
        .varied(random, 0.08);
    Paint stripe = random.pick(cab, Paint.srgb(0x1F8A4C), Paint.srgb(0xC23B22));
    Frame f = middle.shifted(0, -length / 2);
    Sketch side = new Sketch(0);
    side.box(TRUCK, Cars.DARK, 0.2, 0.55, length - 0.5, 0.95);
    side.box(TRUCK, box, 0, 0.95, boxEnd, boxTop);
    side.box(TRUCK, stripe, 0.4, 1.9, boxEnd - 0.4, 2.5).box(TRUCK, box.times(0.6), 0, 0.95, boxEnd, 1.05);
    wheels(side, TRUCK, 0.48, 0.22 * length, 0.22 * length + 1.05, length - 1.1);
    world.add(f.side(side, -half, 0, boxTop, 0, length));
    world.add(f.side(side, half, 0, boxTop, 0, length));
    world.add(f.back(truckRear(half, boxTop, box), -half, half, 0, boxTop, 0));
    Surface plain = Surface.plain(TRUCK, box);
    world.add(f.front(plain, -half, half, 0.95, boxTop, boxEnd));
    world.add(f.strip(plain, -half, half, boxTop, 0, boxTop, boxEnd));
    cab(world, f.shifted(0, length - cabLength), cab, half - 0.05, cabLength);
    world.rest(middle, half, length / 2, 0.95);
    Cars.lights(world, f, 2 * half, length, 0.8);
  }

  private static Surface truckRear(double half, double top, Paint box) {
    Sketch rear = Cars.wheelsFromBehind(half, TRUCK);
    rear.box(TRUCK, Cars.DARK, -half + 0.1, 0.45, half - 0.1, 0.98);
    rear.box(TRUCK, box, -half, 0.95, half, top);
    rear.box(TRUCK, box.times(0.35), -0.02, 1.0, 0.02, top - 0.1);
    for (int s = -1; s <= 1; s += 2) {
      rear.box(TRUCK, box.times(0.45), s * 0.5 - 0.025, 1.0, s * 0.5 + 0.025, top - 0.1);
      rear.box(TRUCK, box.times(0.6), s * (half - 0.04) - 0.04, 0.95, s * (half - 0.04) + 0.04, top);
      rear.box(TRUCK, Cars.TAIL_LIGHT, s * (half - 0.25) - 0.2, 0.66, s * (half - 0.25) + 0.2, 0.84);
    }
    rear.box(TRUCK, Paint.of(0.8, 0.1, 0.05), -half, 0.95, half, 1.06);
    return rear;
  }

  private static void cab(World world, Frame f, Paint colour, double half, double length) {
    double top = 2.75;
    Sketch side = new Sketch(0);
    side.polygon(TRUCK, colour, 0, 0.5, 0, top, length - 0.35, top, length, 1.7, length, 0.5);
    side.polygon(TRUCK, Cars.GLASS, 0.75, 1.6, 0.75, 2.4, length - 0.4, 2.4, length - 0.15, 1.6);
    wheels(side, TRUCK, 0.48, length - 1.05);
    sides(world, f, side, half, top, length);
    Sketch front = Cars.wheelsFromBehind(half, TRUCK);
    front.box(TRUCK, colour, -half, 0.4, half, top).box(TRUCK, Cars.DARK, -half, 0.4, half, 0.62);
    front.box(TRUCK, Cars.DARK, -half + 0.35, 0.8, half - 0.35, 1.35);
    front.box(TRUCK, Cars.GLASS, -half + 0.1, 1.55, half - 0.1, 2.45);
    for (int s = -1; s <= 1; s += 2) {
      front.box(TRUCK, Cars.HEADLIGHT, s * (half - 0.25) - 0.2, 0.66, s * (half - 0.25) + 0.2, 0.86);
    }
    world.add(f.front(front, -half, half, 0, top, length));
    world.add(f.back(Surface.plain(TRUCK, colour), -half, half, 0.5, top, 0));
    world.add(f.strip(Surface.plain(TRUCK, colour), -half, half, top, 0, top, length - 0.35));
  }

  /** A tram: two or three long sections, two-tone, a window band, skirts instead of wheels, a pantograph. */
  static void tram(World world, Frame middle, SceneRandom random) {
    int sections = 2 + random.below(2);
    double length = random.range(8.5, 10);
    double half = 1.22;
    double top = 3.35;
    Paint lower = random.pick(Paint.srgb(0x0F6B5C), Paint.srgb(0x1B4FA0), Paint.srgb(0x7A1030)).varied(random, 0.08);
    Paint upper = Paint.srgb(0xF1EBD8).varied(random, 0.04);
    Frame f = middle.shifted(0, -sections * length / 2);
    for (int section = 0; section < sections; section++) {
      Frame g = f.shifted(0, section * length);
      double end = length - 0.35;
      Sketch side = new Sketch(0);
      tramBand(side, 0, end, lower, upper, top);
      for (double c = 0.35; c + 1.3 < end; c += 1.65) {
        boolean door = (int) (c / 1.65) % 3 == 1;
        side.box(TRAIN, Cars.DARK, c - 0.05, door ? 0.4 : 1.4, c + 1.4, 2.6);
        side.box(TRAIN, SALOON, c + 0.03, door ? 0.5 : 1.5, c + 1.32, 2.5);
      }
      sides(world, g, side, half, top, end);
      world.add(g.strip(Surface.plain(TRAIN, upper.times(0.7)), -half, half, top, 0, top, end));
      if (section + 1 < sections) {
        Surface bellows = Surface.plain(TRAIN, Paint.of(0.03, 0.03, 0.032));
        world.add(g.side(bellows, -half + 0.15, 0.4, top - 0.2, end, length));
        world.add(g.side(bellows, half - 0.15, 0.4, top - 0.2, end, length));
      }
      world.rest(g.shifted(0, length / 2), half, length / 2, 0.95);
    }
    double total = sections * length - 0.35;
    world.add(f.back(tramEnd(half, top, lower, upper, Cars.TAIL_LIGHT), -half, half, 0, top, 0));
    world.add(f.front(tramEnd(half, top, lower, upper, Cars.HEADLIGHT), -half, half, 0, top, total));
    pantograph(world, f.shifted(0, 0.3 * length), top);
    Cars.lights(world, f, 2 * half, total, 0.9);
  }

  private static void tramBand(Sketch drawing, double x0, double x1, Paint lower, Paint upper, double top) {
    drawing.box(TRAIN, Cars.DARK, x0 + 0.05, 0.08, x1 - 0.05, 0.35);
    drawing.box(TRAIN, lower, x0, 0.25, x1, 1.35);
    drawing.box(TRAIN, upper, x0, 1.35, x1, top);
    drawing.box(TRAIN, lower, x0, 2.75, x1, 2.95);
  }

  private static Surface tramEnd(double half, double top, Paint lower, Paint upper, Paint lamp) {
    Sketch end = new Sketch(half);
    tramBand(end, -half, half, lower, upper, top);
    end.polygon(TRAIN, Cars.DARK, -half + 0.1, 1.3, -half + 0.22, 2.65, half - 0.22, 2.65, half - 0.1, 1.3);
    end.polygon(TRAIN, Cars.GLASS, -half + 0.2, 1.4, -half + 0.3, 2.55, half - 0.3, 2.55, half - 0.2, 1.4);
    end.box(TRAIN, Paint.of(0.9, 0.5, 0.08).alwaysGlowing(1.2), -0.55, 2.98, 0.55, 3.22);
    for (int s = -1; s <= 1; s += 2) {
      end.disc(TRAIN, lamp, s * (half - 0.38), 0.85, 0.17);
    }
    return end;
  }

  private static void pantograph(World world, Frame f, double top) {
    Sketch bow = new Sketch(1);
    bow.bar(TRAIN, Cars.DARK, -0.6, 0, 0.3, 0.6, 0.05).bar(TRAIN, Cars.DARK, 0.3, 0.6, -0.3, 1.2, 0.05);
    bow.bar(TRAIN, Cars.DARK, -0.9, 1.2, 0.9, 1.2, 0.05);
    world.add(f.back(bow, -1, 1, top, top + 1.3, 0));
  }

  private static void wheels(Sketch side, int label, double radius, double... axles) {
    for (double c : axles) {
      side.ring(label, Cars.DARK, c, radius, 0, radius + 0.1).ring(label, Cars.TYRE, c, radius, 0, radius);
      side.ring(label, Cars.RIM.times(0.7), c, radius, 0, radius * 0.55);
    }
  }

  private static void sides(World world, Frame f, Surface side, double half, double top, double length) {
    world.add(f.side(side, -half, 0, top, 0, length));
    world.add(f.side(side, half, 0, top, 0, length));
  }
}
