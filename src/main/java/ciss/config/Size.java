package ciss.config;

/** A height and a width in pixels; written {@code [height, width]} or, for a square, as one number. */
public record Size(int height, int width) {
  public Size {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException("a size needs at least one pixel each way, found " + height + "x" + width);
    }
  }

  /** True if this fits inside {@code other} in both directions. */
  public boolean fitsIn(Size other) {
    return height <= other.height && width <= other.width;
  }

  @Override
  public String toString() {
    return height + "x" + width;
  }
}
