package ciss.tensor;

/** A rectangle of pixels or cells: rows {@code y1} (inclusive) to {@code y2} (exclusive), columns {@code x1} to {@code x2}. */
public record Box(int y1, int y2, int x1, int x2) {
  public int height() {
    return y2 - y1;
  }

  public int width() {
    return x2 - x1;
  }

  /** Each coordinate divided by {@code d} and truncated. */
  public Box dividedBy(double d) {
    return new Box((int) (y1 / d), (int) (y2 / d), (int) (x1 / d), (int) (x2 / d));
  }
}
