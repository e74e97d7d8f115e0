package ciss.data.scene;

/** One shaded point: filled by a {@link Surface}, read by the renderer, used again for the next point. */
final class Sample {
  /** Linear reflectance. */
  float r;
  float g;
  float b;
  /** Emitted light per channel when lamps are on. */
  float glowR;
  float glowG;
  float glowB;
  boolean alwaysOn;
  float gloss;
  /** Normal in the frame of the face: along u, along v, out of the face. */
  float nu;
  float nv;
  float nn;

  void clear() {
    glowR = 0;
    glowG = 0;
    glowB = 0;
    alwaysOn = false;
    gloss = 0;
    nu = 0;
    nv = 0;
    nn = 1;
  }

  void set(float red, float green, float blue) {
    r = red;
    g = green;
    b = blue;
  }

  void set(Paint paint) {
    set(paint, 1);
  }

  /** Takes a paint, its reflectance multiplied by {@code shade}. */
  void set(Paint paint, float shade) {
    r = paint.r() * shade;
    g = paint.g() * shade;
    b = paint.b() * shade;
    gloss = paint.gloss();
    if (paint.glow() > 0) {
      glowR = paint.r() * paint.glow();
      glowG = paint.g() * paint.glow();
      glowB = paint.b() * paint.glow();
      alwaysOn = paint.alwaysOn();
    }
  }

  void times(float factor) {
    r *= factor;
    g *= factor;
    b *= factor;
  }
}
