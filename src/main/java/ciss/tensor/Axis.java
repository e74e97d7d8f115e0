package ciss.tensor;

/**
 * One axis of a bilinear resize: output {@code i} reads the source coordinate {@code max(step * i + shift, 0)}, that is
 * cell {@code floor} and its right neighbour (clamped to the last). Without aligned corners (everywhere in the method)
 * {@code shift = step/2 - 1/2}.
 *
 * @param in source cells
 * @param out output cells
 */
public record Axis(int in, int out, double step, double shift) {
  /** Output size given: step in/out. */
  public static Axis bySize(int in, int out) {
    double step = (double) in / out;
    return new Axis(in, out, step, 0.5 * step - 0.5);
  }

  /** Output size given, first and last cells of both grids coincide. */
  public static Axis bySizeAligned(int in, int out) {
    return new Axis(in, out, out > 1 ? (double) (in - 1) / (out - 1) : 0, 0);
  }

  /** Scale factor given: output size floor(in * factor), step 1/factor (not in/out: method.md, notation). */
  public static Axis byFactor(int in, double factor) {
    double step = 1 / factor;
    return new Axis(in, (int) Math.floor(in * factor), step, 0.5 * step - 0.5);
  }

  /** True if the resize is a copy. */
  public boolean isIdentity() {
    return in == out && step == 1;
  }
}
