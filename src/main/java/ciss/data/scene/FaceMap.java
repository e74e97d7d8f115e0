package ciss.data.scene;

import java.util.Arrays;
import java.util.List;

/** What is nearest at each pixel of a view: index of a face or {@link #EMPTY}, with its nearness (a z-buffer). */
final class FaceMap {
  static final int EMPTY = -1;
  final View view;
  final float[] nearness;
  final int[] face;
  /** Nine coefficients per face (see {@link View#coefficients}), null for faces that are not seen. */
  final float[][] coefficients;
  private final float[] left;
  private final float[] right;

  private FaceMap(View view, int faces) {
    this.view = view;
    nearness = new float[view.width * view.height];
    face = new int[view.width * view.height];
    coefficients = new float[faces][];
    left = new float[view.height];
    right = new float[view.height];
    Arrays.fill(nearness, view.perspective ? 0 : Float.NEGATIVE_INFINITY);
    Arrays.fill(face, EMPTY);
  }

  /**
   * Draws all faces into a view.
   *
   * @param annotated false: what stops light (colours, shadows); true: what is annotated (labels)
   */
  static FaceMap draw(View view, List<Face> faces, boolean annotated) {
    FaceMap map = new FaceMap(view, faces.size());
    for (int i : nearestFirst(view, faces)) {
      map.draw(faces.get(i), i, annotated);
    }
    return map;
  }

  /** Order of drawing: what is near hides most of the rest, which then costs no test of its holes. */
  private static int[] nearestFirst(View view, List<Face> faces) {
    long[] keys = new long[faces.size()];
    for (int i = 0; i < keys.length; i++) {
      Face f = faces.get(i);
      float x = f.ox + 0.5f * (f.lengthU * f.ux + f.lengthV * f.vx);
      float y = f.oy + 0.5f * (f.lengthU * f.uy + f.lengthV * f.vy);
      float z = f.oz + 0.5f * (f.lengthU * f.uz + f.lengthV * f.vz);
      long depth = Math.round(1000.0 * view.depth(x, y, z));
      keys[i] = depth * faces.size() + i;
    }
    Arrays.sort(keys);
    int[] order = new int[keys.length];
    for (int i = 0; i < keys.length; i++) {
      order[i] = (int) Math.floorMod(keys[i], (long) keys.length);
    }
    return order;
  }

  private void draw(Face f, int index, boolean annotated) {
    float[] polygon = new float[16];
    int corners = clipped(f, polygon);
    if (corners < 3) {
      return;
    }
    float low = Float.MAX_VALUE;
    float high = -Float.MAX_VALUE;
    for (int i = 0; i < corners; i++) {
      low = Math.min(low, polygon[2 * i + 1]);
      high = Math.max(high, polygon[2 * i + 1]);
    }
    int top = Math.max(0, (int) Math.ceil(low - 0.5f));
    int bottom = Math.min(view.height - 1, (int) Math.ceil(high - 0.5f) - 1);
    if (top > bottom) {
      return;
    }
    float[] k = view.coefficients(f);
    if (k == null) {
      return;
    }
    coefficients[index] = k;
    edges(polygon, corners, top, bottom);
    for (int y = top; y <= bottom; y++) {
      row(f, index, annotated, k, y);
    }
  }

  private void row(Face f, int index, boolean annotated, float[] k, int y) {
    int x0 = Math.max(0, (int) Math.ceil(left[y] - 0.5f));
    int x1 = Math.min(view.width - 1, (int) Math.ceil(right[y] - 0.5f) - 1);
    float py = y + 0.5f;
    float near0 = k[1] * py + k[2];
    float u0 = k[4] * py + k[5];
    float v0 = k[7] * py + k[8];
    boolean solid = f.surface.solid();
    for (int x = x0, i = y * view.width + x0; x <= x1; x++, i++) {
      float px = x + 0.5f;
      float near = k[0] * px + near0;
      if (near <= nearness[i]) {
        continue;
      }
      if (!solid) {
        float depth = view.perspective ? 1 / near : 1;
        float u = (k[3] * px + u0) * depth;
        float v = (k[6] * px + v0) * depth;
        boolean hit = annotated ? f.surface.labelAt(u, v) != SceneClass.NOTHING : f.surface.opaqueAt(u, v);
        if (!hit) {
          continue;
        }
      }
      nearness[i] = near;
      face[i] = index;
    }
  }

  /** Horizontal extent of a convex polygon at the centre of each row, into {@link #left} and {@link #right}. */
  private void edges(float[] polygon, int corners, int top, int bottom) {
    Arrays.fill(left, top, bottom + 1, Float.MAX_VALUE);
    Arrays.fill(right, top, bottom + 1, -Float.MAX_VALUE);
    for (int i = 0; i < corners; i++) {
      int j = (i + 1) % corners;
      float xa = polygon[2 * i];
      float ya = polygon[2 * i + 1];
      float xb = polygon[2 * j];
      float yb = polygon[2 * j + 1];
      if (ya > yb) {
        float swap = xa;
        xa = xb;
        xb = swap;
        swap = ya;
        ya = yb;
        yb = swap;
      }
      int from = Math.max(top, (int) Math.ceil(ya - 0.5f));
      int to = Math.min(bottom, (int) Math.ceil(yb - 0.5f) - 1);
      float slope = (xb - xa) / (yb - ya);
      for (int y = from; y <= to; y++) {
        float x = xa + (y + 0.5f - ya) * slope;
        left[y] = Math.min(left[y], x);
        right[y] = Math.max(right[y], x);
      }
    }
  }

  /** Corners in pixels after cutting at the near plane; returns their number. */
  private int clipped(Face f, float[] polygon) {
    float[] c = new float[12];
    for (int i = 0; i < 4; i++) {
      float u = i == 1 || i == 2 ? f.lengthU : 0;
      float v = i >= 2 ? f.lengthV : 0;
      float x = f.ox + u * f.ux + v * f.vx;
      float y = f.oy + u * f.uy + v * f.vy;
      float z = f.oz + u * f.uz + v * f.vz;
      c[3 * i] = view.right(x, y, z);
      c[3 * i + 1] = view.up(x, y, z);
      c[3 * i + 2] = view.depth(x, y, z);
    }
    int count = 0;
    for (int i = 0; i < 4; i++) {
      int j = (i + 1) % 4;
      boolean inside = !view.perspective || c[3 * i + 2] > View.NEAR;
      boolean nextInside = !view.perspective || c[3 * j + 2] > View.NEAR;
      if (inside) {
        put(polygon, count++, c[3 * i], c[3 * i + 1], c[3 * i + 2]);
      }
      if (inside != nextInside) {
        float t = (View.NEAR - c[3 * i + 2]) / (c[3 * j + 2] - c[3 * i + 2]);
        float x = c[3 * i] + t * (c[3 * j] - c[3 * i]);
        float y = c[3 * i + 1] + t * (c[3 * j + 1] - c[3 * i + 1]);
        put(polygon, count++, x, y, View.NEAR);
      }
    }
    return count;
  }

  private void put(float[] polygon, int index, float x, float y, float depth) {
    float scale = view.perspective ? view.focal / depth : view.focal;
    polygon[2 * index] = view.centreX + x * scale;
    polygon[2 * index + 1] = view.centreY - y * scale;
  }
}
