package ciss.data.scene;

/**
 * A projection of the world to a picture: a pinhole camera, or the parallel projection of the sun for shadows. Nearness
 * of a point is 1/depth for the camera and -depth for the sun: larger is nearer, and both are affine in the pixel for
 * points of a plane.
 */
final class View {
  static final float NEAR = 0.4f;
  final int width;
  final int height;
  final boolean perspective;
  final float eyeX;
  final float eyeY;
  final float eyeZ;
  final float focal;
  final float centreX;
  final float centreY;
  /** Rows: right, up, forward. */
  final float[] axes;

  private View(int width, int height, boolean perspective, double[] eye, double focal, double[] axes) {
    this.width = width;
    this.height = height;
    this.perspective = perspective;
    eyeX = (float) eye[0];
    eyeY = (float) eye[1];
    eyeZ = (float) eye[2];
    this.focal = (float) focal;
    centreX = width / 2f;
    centreY = height / 2f;
    this.axes = new float[9];
    for (int i = 0; i < 9; i++) {
      this.axes[i] = (float) axes[i];
    }
  }

  /**
   * A camera at (x, y, 0) that looks along z; yaw to the right, pitch upwards, horizontal field of view, in radians.
   */
  static View camera(int width, int height, double x, double y, double yaw, double pitch, double fieldOfView) {
    double sy = StrictMath.sin(yaw);
    double cy = StrictMath.cos(yaw);
    double sp = StrictMath.sin(pitch);
    double cp = StrictMath.cos(pitch);
    double[] axes = {cy, 0, -sy, -sy * sp, cp, -cy * sp, sy * cp, sp, cy * cp};
    return new View(width, height, true, new double[] {x, y, 0}, width / 2.0 / StrictMath.tan(fieldOfView / 2), axes);
  }

  /** The parallel view against direction (sx, sy, sz), the unit vector to the sun, centred on a ground point. */
  static View sun(int size, double extentMetres, double x, double z, double sx, double sy, double sz) {
    double norm = Math.sqrt(sx * sx + sz * sz);
    double[] right = {sz / norm, 0, -sx / norm};
    double[] forward = {-sx, -sy, -sz};
    double[] up = {
      forward[1] * right[2] - forward[2] * right[1],
      forward[2] * right[0] - forward[0] * right[2],
      forward[0] * right[1] - forward[1] * right[0]
    };
    double[] axes = {
      right[0], right[1], right[2], up[0], up[1], up[2], forward[0], forward[1], forward[2]
    };
    return new View(size, size, false, new double[] {x, 0, z}, size / extentMetres, axes);
  }

  float right(float x, float y, float z) {
    return axes[0] * (x - eyeX) + axes[1] * (y - eyeY) + axes[2] * (z - eyeZ);
  }

  float up(float x, float y, float z) {
    return axes[3] * (x - eyeX) + axes[4] * (y - eyeY) + axes[5] * (z - eyeZ);
  }

  float depth(float x, float y, float z) {
    return axes[6] * (x - eyeX) + axes[7] * (y - eyeY) + axes[8] * (z - eyeZ);
  }

  /**
   * Nine coefficients of a face: nearness, u * w and v * w are each {@code k0 * px + k1 * py + k2}, with w = nearness
   * for a camera and 1 for the sun. Null if the face is seen edge-on.
   */
  float[] coefficients(Face f) {
    double[] o = {right(f.ox, f.oy, f.oz), up(f.ox, f.oy, f.oz), depth(f.ox, f.oy, f.oz)};
    double[] u = turn(f.ux, f.uy, f.uz);
    double[] v = turn(f.vx, f.vy, f.vz);
    double[] n = turn(f.nx, f.ny, f.nz);
    return perspective ? pinhole(o, u, v, n) : parallel(o, u, v, n);
  }

  private double[] turn(float x, float y, float z) {
    double[] t = new double[3];
    for (int i = 0; i < 3; i++) {
      t[i] = axes[3 * i] * x + axes[3 * i + 1] * y + axes[3 * i + 2] * z;
    }
    return t;
  }

  /** With the ray d = ((px-cx)/f, (cy-py)/f, 1): 1/z = n.d / n.o, and u/z = u.d - (u.o)/z. */
  private float[] pinhole(double[] o, double[] u, double[] v, double[] n) {
    double distance = dot(n, o);
    if (Math.abs(distance) < 1e-4) {
      return null;
    }
    double[] near = affine(n, 1 / distance);
    double[] du = affine(u, 1);
    double[] dv = affine(v, 1);
    float[] k = new float[9];
    for (int i = 0; i < 3; i++) {
      k[i] = (float) near[i];
      k[3 + i] = (float) (du[i] - dot(u, o) * near[i]);
      k[6 + i] = (float) (dv[i] - dot(v, o) * near[i]);
    }
    return k;
  }

  private double[] affine(double[] t, double scale) {
    return new double[] {
      t[0] / focal * scale, -t[1] / focal * scale, (t[2] - t[0] * centreX / focal + t[1] * centreY / focal) * scale
    };
  }

  private float[] parallel(double[] o, double[] u, double[] v, double[] n) {
    if (Math.abs(n[2]) < 1e-3) {
      return null;
    }
    double[] depth = {
      -n[0] / focal / n[2],
      n[1] / focal / n[2],
      (dot(n, o) + n[0] * centreX / focal - n[1] * centreY / focal) / n[2]
    };
    float[] k = new float[9];
    for (int i = 0; i < 3; i++) {
      k[i] = (float) -depth[i];
      k[3 + i] = (float) (planar(u, i) + u[2] * depth[i] - (i == 2 ? dot(u, o) : 0));
      k[6 + i] = (float) (planar(v, i) + v[2] * depth[i] - (i == 2 ? dot(v, o) : 0));
    }
    return k;
  }

  private double planar(double[] t, int i) {
    return switch (i) {
      case 0 -> t[0] / focal;
      case 1 -> -t[1] / focal;
      default -> (-t[0] * centreX + t[1] * centreY) / focal;
    };
  }

  private static double dot(double[] a, double[] b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  }
}
