package ciss.data.scene;

/** The look of a flat face as a function of metres (u to the right, v upwards) from its lower left corner. */
interface Surface {
  /** The class at a point, or {@link SceneClass#NOTHING} where another object behind it is annotated. */
  int labelAt(float u, float v);

  /** Whether light is stopped there. Holes of a fence are annotated as fence and yet let the view pass. */
  boolean opaqueAt(float u, float v);

  /** Colour, emission and normal at an opaque point; {@code out} has been cleared. */
  void shade(float u, float v, Sample out);

  /** True if every point is opaque and has a label: spares the rasterizer a test per sample. */
  default boolean solid() {
    return false;
  }

  /** A face of one class without holes. */
  abstract class Solid implements Surface {
    private final int label;

    Solid(int label) {
      this.label = label;
    }

    @Override
    public final int labelAt(float u, float v) {
      return label;
    }

    @Override
    public final boolean opaqueAt(float u, float v) {
      return true;
    }

    @Override
    public final boolean solid() {
      return true;
    }
  }

  /** One paint with a little mottling. */
  static Surface plain(int label, Paint paint) {
    return new Solid(label) {
      @Override
      public void shade(float u, float v, Sample out) {
        out.set(paint, 0.93f + 0.14f * Noise.cloud(u * 30, v * 30));
      }
    };
  }
}
