package ciss.data.scene;

/**
 * A standing place in the world with a heading. Local axes: a to the right, y up, c forward; heading 0 looks along the
 * street, away from the camera.
 */
record Frame(double x, double z, double sin, double cos) {
  static Frame at(double x, double z, double heading) {
    return new Frame(x, z, StrictMath.sin(heading), StrictMath.cos(heading));
  }

  double worldX(double a, double c) {
    return x + a * cos + c * sin;
  }

  double worldZ(double a, double c) {
    return z - a * sin + c * cos;
  }

  /** A place relative to this one, same heading. */
  Frame shifted(double a, double c) {
    return new Frame(worldX(a, c), worldZ(a, c), sin, cos);
  }

  /** A face from a local origin and two local edges, each given as (a, y, c). */
  Face face(Surface surface, double[] origin, double[] edgeU, double[] edgeV) {
    return new Face(
        new double[] {worldX(origin[0], origin[2]), origin[1], worldZ(origin[0], origin[2])},
        turned(edgeU),
        turned(edgeV),
        surface);
  }

  private double[] turned(double[] e) {
    return new double[] {e[0] * cos + e[2] * sin, e[1], -e[0] * sin + e[2] * cos};
  }

  /** Upright face seen from behind the object (towards the camera at heading 0): u runs along +a. */
  Face back(Surface surface, double a0, double a1, double y0, double y1, double c) {
    return face(surface, new double[] {a0, y0, c}, new double[] {a1 - a0, 0, 0}, new double[] {0, y1 - y0, 0});
  }

  /** Upright face seen from ahead of the object: u runs along -a. */
  Face front(Surface surface, double a0, double a1, double y0, double y1, double c) {
    return face(surface, new double[] {a1, y0, c}, new double[] {a0 - a1, 0, 0}, new double[] {0, y1 - y0, 0});
  }

  /** Upright face along the object at side a: u runs along +c. */
  Face side(Surface surface, double a, double y0, double y1, double c0, double c1) {
    return face(surface, new double[] {a, y0, c0}, new double[] {0, 0, c1 - c0}, new double[] {0, y1 - y0, 0});
  }

  /** A strip across the object from (y0, c0) to (y1, c1) in its side view: u runs along +a, v along the strip. */
  Face strip(Surface surface, double a0, double a1, double y0, double c0, double y1, double c1) {
    return face(surface, new double[] {a0, y0, c0}, new double[] {a1 - a0, 0, 0}, new double[] {0, y1 - y0, c1 - c0});
  }
}
