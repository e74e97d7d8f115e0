package ciss.tensor;

import java.util.Arrays;

/** The sizes of a tensor's axes, outermost first; immutable. Layout is always dense and row-major. */
public final class Shape {
  private final int[] sizes;

  private Shape(int[] sizes) {
    this.sizes = sizes;
  }

  /** A shape with the given sizes, each at least 0. */
  public static Shape of(int... sizes) {
    for (int size : sizes) {
      if (size < 0) {
        throw new ciss.error.ShapeException("shape " + Arrays.toString(sizes) + " has a negative size");
      }
    }
    return new Shape(sizes.clone());
  }

  /** Number of axes. */
  public int rank() {
    return sizes.length;
  }

  /** Size of axis {@code i}; negative {@code i} counts from the last axis (-1). */
  public int size(int i) {
    return sizes[i < 0 ? sizes.length + i : i];
  }

  /** Product of all sizes. */
  public long elements() {
    long product = 1;
    for (int size : sizes) {
      product = Math.multiplyExact(product, size);
    }
    return product;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(sizes, shape.sizes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sizes);
  }

  @Override
  public String toString() {
    return Arrays.toString(sizes).replace(" ", "");
  }
}
