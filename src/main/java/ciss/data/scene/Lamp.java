package ciss.data.scene;

/**
 * A light source at a point. {@code cosCone} and direction restrict headlights; -1 shines everywhere.
 *
 * @param power radiant intensity per channel, in the unit where sunlight on white paper is about 3
 */
record Lamp(
    float x, float y, float z, float r, float g, float b, float power, float dirX, float dirY, float dirZ,
        float cosCone) {

  static Lamp bulb(double x, double y, double z, Paint colour, double power) {
    return new Lamp(
        (float) x, (float) y, (float) z, colour.r(), colour.g(), colour.b(), (float) power, 0, -1, 0, -1);
  }

  /** A street lamp: shines downwards in a wide cone. */
  static Lamp lantern(double x, double y, double z, Paint colour, double power) {
    return new Lamp(
        (float) x, (float) y, (float) z, colour.r(), colour.g(), colour.b(), (float) power, 0, -1, 0, 0.25f);
  }

  /** Headlights: along (dirX, dirZ), slightly downwards. */
  static Lamp beam(double x, double y, double z, Paint colour, double power, double dirX, double dirZ) {
    return new Lamp(
        (float) x,
        (float) y,
        (float) z,
        colour.r(),
        colour.g(),
        colour.b(),
        (float) power,
        (float) (dirX * 0.995),
        -0.1f,
        (float) (dirZ * 0.995),
        0.86f);
  }
}
