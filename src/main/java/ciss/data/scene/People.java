package ciss.data.scene;

import static ciss.data.scene.SceneClass.PERSON;
import static ciss.data.scene.SceneClass.RIDER;

/** Pedestrians, and the riders that sit on two-wheelers: upright drawings of limbs that bulge. */
final class People {
  private static final Paint[] SKIN =
      {Paint.srgb(0xE3B594), Paint.srgb(0xC68F68), Paint.srgb(0x8A5A3C), Paint.srgb(0xF0CDB4)};
  private static final Paint[] HAIR =
      {Paint.srgb(0x2A1D14), Paint.srgb(0x53381F), Paint.srgb(0x14110F), Paint.srgb(0xA88A55)};
  private static final Paint[] JACKET = {
    Paint.srgb(0xB3202A), Paint.srgb(0x2456A6), Paint.srgb(0x1D1F24), Paint.srgb(0xD9D2C4), Paint.srgb(0x5A3A78),
    Paint.srgb(0xC9842B), Paint.srgb(0x3A6B58), Paint.srgb(0xA65A7E)
  };
  private static final Paint[] TROUSERS =
      {Paint.srgb(0x25304A), Paint.srgb(0x1B1B1E), Paint.srgb(0x5E5140), Paint.srgb(0x46546E)};
  private static final Paint[] HELMET =
      {Paint.srgb(0xE9E9E6), Paint.srgb(0xD02A1E), Paint.srgb(0x20242A), Paint.srgb(0xE0C81C)};
  private static final Paint[] VEST =
      {Paint.srgb(0xE4EB22), Paint.srgb(0xF0701A), Paint.srgb(0xC81E5A), Paint.srgb(0x1CA0D8)};

  private People() {}

  /** A pedestrian, facing the camera, away from it, or walking across. */
  static void pedestrian(World world, Frame at, SceneRandom random) {
    double tall = random.chance(0.12) ? random.range(1.1, 1.4) : random.range(1.6, 1.9);
    double k = tall / 1.75;
    double stride = random.range(0.06, 0.30) * k;
    Paint jacket = JACKET[random.below(JACKET.length)].varied(random, 0.2);
    Paint trousers = TROUSERS[random.below(TROUSERS.length)].varied(random, 0.2);
    Paint skin = SKIN[random.below(SKIN.length)];
    Paint hair = HAIR[random.below(HAIR.length)];
    boolean across = stride > 0.16 * k;
    double shoulder = (across ? 0.13 : 0.21) * k;
    double swing = across ? stride * 0.8 : 0.07;
    Sketch p = new Sketch(0.8);
    p.bar(PERSON, Paint.of(0.02, 0.02, 0.02), -stride, 0.05, -stride + 0.08, 0.05, 0.05);
    p.bar(PERSON, Paint.of(0.02, 0.02, 0.02), stride, 0.05, stride + 0.08, 0.05, 0.05);
    p.bar(PERSON, trousers.times(0.8), -0.05 * k, 0.88 * k, -stride, 0.12, 0.095 * k);
    p.bar(PERSON, trousers, 0.05 * k, 0.88 * k, stride, 0.12, 0.095 * k);
    p.bar(PERSON, jacket.times(0.75), -shoulder, 1.38 * k, -shoulder - swing, 0.92 * k, 0.065 * k);
    p.bar(PERSON, jacket, 0, 0.98 * k, 0, 1.34 * k, 0.17 * k);
    p.bar(PERSON, jacket, -shoulder + 0.06, 1.38 * k, shoulder - 0.06, 1.38 * k, 0.09 * k);
    if (random.chance(0.35)) {
      Paint bag = JACKET[random.below(JACKET.length)].times(0.6);
      p.bar(PERSON, bag, shoulder + swing + 0.04, 0.62 * k, shoulder + swing + 0.04, 0.8 * k, 0.12 * k);
    }
    p.bar(PERSON, jacket.times(0.85), shoulder, 1.38 * k, shoulder + swing, 0.92 * k, 0.065 * k);
    p.disc(PERSON, skin, shoulder + swing, 0.88 * k, 0.055 * k);
    head(p, PERSON, 0, 1.60 * k, k, skin, hair, random.chance(0.5));
    world.add(at.back(p, -0.8, 0.8, 0, 2, 0));
    world.rest(at, 0.22, 0.15, 0.7);
  }

  private static void head(Sketch p, int label, double x, double y, double k, Paint skin, Paint hair,
      boolean fromBehind) {
    p.bar(label, skin, x, y - 0.14 * k, x, y - 0.05 * k, 0.06 * k);
    p.bar(label, hair, x, y, x, y + 0.05 * k, 0.118 * k);
    if (!fromBehind) {
      p.bar(label, skin, x, y - 0.03 * k, x, y + 0.02 * k, 0.095 * k);
    }
  }

  /**
   * Adds a rider in side view to a drawing whose vehicle drives to the right: hip, hand and foot as x, y pairs.
   *
   * @param lean how far the shoulders are ahead of the hip, metres
   */
  static void riderFromSide(
      Sketch p, SceneRandom random, double[] hip, double[] hand, double[] foot, double[] otherFoot, double lean) {
    Paint jacket = VEST[random.below(VEST.length)].varied(random, 0.15);
    Paint trousers = TROUSERS[random.below(TROUSERS.length)].varied(random, 0.2);
    Paint skin = SKIN[random.below(SKIN.length)];
    Paint helmet = HELMET[random.below(HELMET.length)];
    double sx = hip[0] + lean;
    double sy = hip[1] + 0.50;
    leg(p, trousers.times(0.7), hip, otherFoot);
    leg(p, trousers, hip, foot);
    p.bar(RIDER, jacket, hip[0], hip[1] + 0.05, sx, sy, 0.155);
    double ex = (sx + hand[0]) / 2 - 0.02;
    double ey = (sy + hand[1]) / 2 - 0.10;
    p.bar(RIDER, jacket.times(0.8), sx, sy, ex, ey, 0.07).bar(RIDER, jacket.times(0.8), ex, ey, hand[0], hand[1], 0.06);
    p.bar(RIDER, skin, sx + 0.06, sy + 0.1, sx + 0.1, sy + 0.24, 0.085);
    p.bar(RIDER, helmet, sx + 0.04, sy + 0.29, sx + 0.12, sy + 0.29, 0.12);
  }

  private static void leg(Sketch p, Paint trousers, double[] hip, double[] foot) {
    double kneeX = (hip[0] + foot[0]) / 2 + 0.16;
    double kneeY = (hip[1] + foot[1]) / 2 + 0.06;
    p.bar(RIDER, trousers, hip[0], hip[1], kneeX, kneeY, 0.09)
        .bar(RIDER, trousers, kneeX, kneeY, foot[0], foot[1], 0.075);
    p.bar(RIDER, Paint.of(0.02, 0.02, 0.02), foot[0], foot[1], foot[0] + 0.12, foot[1], 0.045);
  }

  /** Adds a rider seen along the direction of travel, sitting at height {@code seat}. */
  static void riderFromBehind(Sketch p, SceneRandom random, double seat, double handWidth, boolean fromBehind) {
    Paint jacket = VEST[random.below(VEST.length)].varied(random, 0.15);
    Paint trousers = TROUSERS[random.below(TROUSERS.length)].varied(random, 0.2);
    Paint helmet = HELMET[random.below(HELMET.length)];
    for (int s = -1; s <= 1; s += 2) {
      p.bar(RIDER, trousers, s * 0.08, seat + 0.02, s * 0.17, seat - 0.32, 0.085);
      p.bar(RIDER, trousers.times(0.8), s * 0.17, seat - 0.32, s * 0.13, seat - 0.62 - 0.08 * s, 0.07);
      p.bar(RIDER, jacket.times(0.8), s * 0.2, seat + 0.48, s * handWidth, seat + 0.16, 0.065);
    }
    p.bar(RIDER, jacket, 0, seat + 0.08, 0, seat + 0.42, 0.17)
        .bar(RIDER, jacket, -0.13, seat + 0.47, 0.13, seat + 0.47, 0.09);
    p.bar(RIDER, SKIN[random.below(SKIN.length)], 0, seat + 0.58, 0, seat + 0.7, 0.085);
    p.bar(RIDER, helmet, 0, seat + (fromBehind ? 0.74 : 0.79), 0, seat + 0.8, 0.118);
  }
}
