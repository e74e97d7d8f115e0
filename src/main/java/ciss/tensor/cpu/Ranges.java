package ciss.tensor.cpu;

/**
 * Elements or rows {@code 0 .. total-1} cut into tiles of equal length, the last one shorter. The length depends on shapes
 * only.
 */
record Ranges(long total, long length) {
  /** Floats that one tile of a sweep touches: some 10 microseconds, and half of a core's second cache. */
  private static final long FLOATS = 32768;

  /** Tiles of single elements. */
  static Ranges ofElements(long total) {
    return new Ranges(total, FLOATS);
  }

  /** Tiles of whole rows with {@code width} floats each. */
  static Ranges ofRows(long rows, long width) {
    return new Ranges(rows, Math.max(1, FLOATS / Math.max(1, width)));
  }

  int count() {
    return Math.toIntExact((total + length - 1) / length);
  }

  long begin(int tile) {
    return tile * length;
  }

  /** Exclusive. */
  long end(int tile) {
    return Math.min(total, (tile + 1) * length);
  }

  long size(int tile) {
    return end(tile) - begin(tile);
  }
}
