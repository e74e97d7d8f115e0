package ciss.data.scene;

/**
 * A parallelogram in the world: origin o, unit directions u and v with lengths in metres, normal n = u x v or its
 * opposite. World axes: x right, y up, z along the street. Seen from both sides unless {@code oneSided}.
 */
final class Face {
  final float ox;
  final float oy;
  final float oz;
  final float ux;
  final float uy;
  final float uz;
  final float vx;
  final float vy;
  final float vz;
  final float nx;
  final float ny;
  final float nz;
  final float lengthU;
  final float lengthV;
  final Surface surface;

  Face(double[] origin, double[] edgeU, double[] edgeV, Surface surface) {
    double lu = Math.sqrt(edgeU[0] * edgeU[0] + edgeU[1] * edgeU[1] + edgeU[2] * edgeU[2]);
    double lv = Math.sqrt(edgeV[0] * edgeV[0] + edgeV[1] * edgeV[1] + edgeV[2] * edgeV[2]);
    ox = (float) origin[0];
    oy = (float) origin[1];
    oz = (float) origin[2];
    ux = (float) (edgeU[0] / lu);
    uy = (float) (edgeU[1] / lu);
    uz = (float) (edgeU[2] / lu);
    vx = (float) (edgeV[0] / lv);
    vy = (float) (edgeV[1] / lv);
    vz = (float) (edgeV[2] / lv);
    lengthU = (float) lu;
    lengthV = (float) lv;
    double a = uy * vz - uz * vy;
    double b = uz * vx - ux * vz;
    double c = ux * vy - uy * vx;
    double norm = Math.sqrt(a * a + b * b + c * c);
    nx = (float) (a / norm);
    ny = (float) (b / norm);
    nz = (float) (c / norm);
    this.surface = surface;
  }
}
