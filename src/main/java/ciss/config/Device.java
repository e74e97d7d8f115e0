package ciss.config;

/**
 * Where to compute: {@code auto}, {@code cpu}, {@code cuda} (the first device) or {@code cuda:N}.
 *
 * @param index number of the CUDA device; 0 for the other kinds
 */
public record Device(Kind kind, int index) {
  /** The kinds of device. */
  public enum Kind {
    AUTO,
    CPU,
    CUDA
  }

  @Override
  public String toString() {
    return index == 0 ? Names.of(kind) : Names.of(kind) + ":" + index;
  }
}
