package ciss.data.scene;

import java.util.ArrayList;
import java.util.List;

/**
 * A flat drawing of discs, rings, bars and polygons in metres; later shapes cover earlier ones. Bars and discs may
 * bulge, so that light falls on them as on limbs and balls. Spokes and the like are "panes": annotated, but see-through.
 */
final class Sketch implements Surface {
  private final float middle;
  private final List<Shape> drawn = new ArrayList<>();
  private Shape[] shapes;

  /** A drawing whose x = 0 is {@code middle} metres right of the left border of its face. */
  Sketch(double middle) {
    this.middle = (float) middle;
  }

  private abstract static class Shape {
    final int label;
    final Paint paint;
    final boolean pane;
    float x0;
    float y0;
    float x1;
    float y1;

    Shape(int label, Paint paint) {
      this.label = label;
      this.paint = paint;
      this.pane = paint == null;
    }

    final boolean contains(float x, float y) {
      return x >= x0 && x <= x1 && y >= y0 && y <= y1 && covers(x, y);
    }

    abstract boolean covers(float x, float y);

    /** Normal of a bulging shape at a covered point. */
    void normal(float x, float y, Sample out) {}
  }

  private static final class Bar extends Shape {
    private final float ax;
    private final float ay;
    private final float dx;
    private final float dy;
    private final float radius;
    private final float inverse;

    Bar(int label, Paint paint, double ax, double ay, double bx, double by, double radius) {
      super(label, paint);
      this.ax = (float) ax;
      this.ay = (float) ay;
      dx = (float) (bx - ax);
      dy = (float) (by - ay);
      this.radius = (float) radius;
      float square = dx * dx + dy * dy;
      inverse = square > 0 ? 1 / square : 0;
      x0 = (float) (Math.min(ax, bx) - radius);
      x1 = (float) (Math.max(ax, bx) + radius);
      y0 = (float) (Math.min(ay, by) - radius);
      y1 = (float) (Math.max(ay, by) + radius);
    }

    private float along(float x, float y) {
      return Math.clamp(((x - ax) * dx + (y - ay) * dy) * inverse, 0f, 1f);
    }

    @Override
    boolean covers(float x, float y) {
      float t = along(x, y);
      float ex = x - ax - t * dx;
      float ey = y - ay - t * dy;
      return ex * ex + ey * ey <= radius * radius;
    }

    @Override
    void normal(float x, float y, Sample out) {
      float t = along(x, y);
      out.nu = (x - ax - t * dx) / radius;
      out.nv = (y - ay - t * dy) / radius;
      out.nn = (float) Math.sqrt(Math.max(0.05f, 1 - out.nu * out.nu - out.nv * out.nv));
    }
  }

  private static final class Ring extends Shape {
    private final float cx;
    private final float cy;
    private final float inner;
    private final float outer;

    Ring(int label, Paint paint, double cx, double cy, double inner, double outer) {
      super(label, paint);
      this.cx = (float) cx;
      this.cy = (float) cy;
      this.inner = (float) (inner * inner);
      this.outer = (float) (outer * outer);
      x0 = (float) (cx - outer);
      x1 = (float) (cx + outer);
      y0 = (float) (cy - outer);
      y1 = (float) (cy + outer);
    }

    @Override
    boolean covers(float x, float y) {
      float d = (x - cx) * (x - cx) + (y - cy) * (y - cy);
      return d <= outer && d >= inner;
    }
  }

  private static final class Polygon extends Shape {
    private final float[] p;

    Polygon(int label, Paint paint, double... points) {
      super(label, paint);
      p = new float[points.length];
      x0 = Float.MAX_VALUE;
      y0 = Float.MAX_VALUE;
      x1 = -Float.MAX_VALUE;
      y1 = -Float.MAX_VALUE;
      for (int i = 0; i < p.length; i += 2) {
        p[i] = (float) points[i];
        p[i + 1] = (float) points[i + 1];
        x0 = Math.min(x0, p[i]);
        x1 = Math.max(x1, p[i]);
        y0 = Math.min(y0, p[i + 1]);
        y1 = Math.max(y1, p[i + 1]);
      }
    }

    @Override
    boolean covers(float x, float y) {
      boolean inside = false;
      for (int i = 0, j = p.length - 2; i < p.length; j = i, i += 2) {
        if (p[i + 1] > y != p[j + 1] > y) {
          float cut = p[i] + (y - p[i + 1]) / (p[j + 1] - p[i + 1]) * (p[j] - p[i]);
          inside ^= x < cut;
        }
      }
      return inside;
    }
  }

  private Sketch with(Shape shape) {
    drawn.add(shape);
    shapes = drawn.toArray(new Shape[0]);
    return this;
  }

  /** A bar with round ends. */
  Sketch bar(int label, Paint paint, double ax, double ay, double bx, double by, double radius) {
    return with(new Bar(label, paint, ax, ay, bx, by, radius));
  }

  Sketch disc(int label, Paint paint, double x, double y, double radius) {
    return with(new Bar(label, paint, x, y, x, y, radius));
  }

  Sketch ring(int label, Paint paint, double x, double y, double inner, double outer) {
    return with(new Ring(label, paint, x, y, inner, outer));
  }

  /** A disc through which one sees what is behind, annotated as {@code label}. */
  Sketch pane(int label, double x, double y, double radius) {
    return with(new Ring(label, null, x, y, 0, radius));
  }

  Sketch box(int label, Paint paint, double x0, double y0, double x1, double y1) {
    return with(new Polygon(label, paint, x0, y0, x1, y0, x1, y1, x0, y1));
  }

  /** A polygon given by x, y pairs. */
  Sketch polygon(int label, Paint paint, double... points) {
    return with(new Polygon(label, paint, points));
  }

  @Override
  public int labelAt(float u, float v) {
    float x = u - middle;
    for (int i = shapes.length - 1; i >= 0; i--) {
      if (shapes[i].contains(x, v)) {
        return shapes[i].label;
      }
    }
    return SceneClass.NOTHING;
  }

  @Override
  public boolean opaqueAt(float u, float v) {
    return top(u - middle, v) != null;
  }

  private Shape top(float x, float y) {
    for (int i = shapes.length - 1; i >= 0; i--) {
      if (!shapes[i].pane && shapes[i].contains(x, y)) {
        return shapes[i];
      }
    }
    return null;
  }

  @Override
  public void shade(float u, float v, Sample out) {
    float x = u - middle;
    Shape shape = top(x, v);
    if (shape == null) {
      // A sample on the border that rounding moved outside: take the first shape's paint.
      out.set(shapes[0].pane ? Paint.of(0.1, 0.1, 0.1) : shapes[0].paint);
      return;
    }
    out.set(shape.paint, 0.9f + 0.2f * Noise.cloud(u * 40, v * 40));
    shape.normal(x, v, out);
  }
}
