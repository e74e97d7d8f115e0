package ciss.data.scene;

/** The wall of a house: plaster or brick, rows of windows with frames and sills, a shop front below, ledges. */
final class Facade extends Surface.Solid {
  private static final Paint[] PLASTER = {
    Paint.srgb(0xC9B08A), Paint.srgb(0xB98D6B), Paint.srgb(0xCFC6B4), Paint.srgb(0xA8746A), Paint.srgb(0xBFA77A),
    Paint.srgb(0xA79A8C), Paint.srgb(0xD2B9A2)
  };
  private static final Paint[] BRICK = {Paint.srgb(0x8E4B3A), Paint.srgb(0x9A5F45), Paint.srgb(0x7A4638)};
  private static final Paint[] LIT = {Paint.of(1, 0.72, 0.36), Paint.of(1, 0.82, 0.55), Paint.of(0.85, 0.9, 1)};
  private static final Paint WINDOW = Paint.of(0.045, 0.055, 0.07).glossy(0.14);

  private final long seed;
  private final Paint wall;
  private final Paint trim;
  private final Paint shop;
  private final boolean brick;
  private final boolean shopFront;
  private final float storey;
  private final float pitch;
  private final float windowWidth;
  private final float windowHeight;
  private final float height;
  private final float litShare;

  Facade(SceneRandom random, double height) {
    super(SceneClass.BUILDING);
    seed = random.nextLong();
    brick = random.chance(0.35);
    wall = (brick ? BRICK[random.below(BRICK.length)] : PLASTER[random.below(PLASTER.length)]).varied(random, 0.15);
    trim = random.chance(0.6) ? Paint.of(0.62, 0.60, 0.55) : wall.times(0.6);
    shop = random.pick(Paint.srgb(0x7A2E22), Paint.srgb(0x23402F), Paint.srgb(0x2A3440), Paint.srgb(0x8A6A2C));
    shopFront = random.chance(0.55);
    storey = random.range(2.9, 3.5);
    pitch = random.range(1.9, 3.1);
    windowWidth = pitch * random.range(0.42, 0.62);
    windowHeight = storey * random.range(0.48, 0.62);
    this.height = (float) height;
    litShare = random.range(0.12, 0.4);
  }

  @Override
  public void shade(float u, float v, Sample out) {
    int floor = Noise.fastFloor(v / storey);
    float y = v - floor * storey;
    int column = Noise.fastFloor(u / pitch);
    float x = Math.abs(u - (column + 0.5f) * pitch);
    if (v > height - 0.35f || (floor > 0 && y < 0.14f)) {
      out.set(trim, 0.9f);
    } else if (floor == 0 && shopFront) {
      shopFloor(u, v, column, x, out);
    } else if (floor == 0 && (SceneRandom.mix(seed + column) & 7) == 0 && x < 0.55f && v < 2.2f) {
      out.set(shop, x > 0.47f || v > 2.1f ? 0.5f : 1);
    } else {
      upperFloor(u, v, y, x, floor, column, out);
    }
  }

  private void upperFloor(float u, float v, float y, float x, int floor, int column, Sample out) {
    float sill = 0.27f * storey;
    float w = windowWidth / 2;
    boolean framed = x < w + 0.1f && y > sill - 0.13f && y < sill + windowHeight + 0.1f;
    boolean glass = x < w && y > sill && y < sill + windowHeight;
    if (glass && (x < 0.035f || Math.abs(y - sill - windowHeight * 0.66f) < 0.03f)) {
      out.set(trim, 0.9f);
    } else if (glass) {
      window(x, y - sill, floor, column, out);
    } else if (framed) {
      out.set(trim);
    } else {
      masonry(u, v, out);
    }
  }

  private void window(float x, float y, int floor, int column, Sample out) {
    float die = SceneRandom.hash(seed, floor, column);
    out.set(WINDOW, 1 + 0.8f * y / windowHeight);
    if (die > 0.75f && x > windowWidth * 0.25f) {
      out.set(0.45f, 0.42f, 0.38f);
    }
    if (die < litShare) {
      Paint light = LIT[(int) (die * 997) % LIT.length];
      float strength = 0.9f * (0.5f + 0.5f * y / windowHeight);
      out.glowR = light.r() * strength;
      out.glowG = light.g() * strength;
      out.glowB = light.b() * strength;
    }
  }

  private void shopFloor(float u, float v, int column, float x, Sample out) {
    if (v > storey - 0.75f) {
      out.set(shop, 1);
      if (Noise.grain(u * 4, seed & 255) > 0.45f && v > storey - 0.58f && v < storey - 0.25f) {
        out.set(0.75f, 0.68f, 0.5f);
        out.glowR = 0.9f;
        out.glowG = 0.7f;
        out.glowB = 0.4f;
      }
    } else if (x > pitch * 0.42f || v < 0.45f) {
      out.set(shop, 0.6f);
    } else {
      out.set(WINDOW, 1.1f);
      float goods = 0.4f + 0.9f * Noise.cloud(u * 14, v * 14);
      if (SceneRandom.hash(seed, 77, column >> 1) < 0.6f) {
        out.glowR = 1.5f * goods;
        out.glowG = 1.2f * goods;
        out.glowB = 0.75f * goods;
      }
    }
  }

  private void masonry(float u, float v, Sample out) {
    float dirt = 0.86f + 0.24f * Noise.smoothCloud(u * 5 + (seed & 255), v * 3);
    if (brick) {
      int course = Noise.fastFloor(v / 0.15f);
      float along = u / 0.42f + (course & 1) * 0.5f;
      boolean joint = v - course * 0.15f < 0.025f || along - Noise.fastFloor(along) < 0.06f;
      dirt *= joint ? 1.35f : 0.8f + 0.4f * Noise.grain(along, course);
    }
    out.set(wall, dirt * (v < 0.6f ? 0.75f : 1));
  }
}
