package ciss.tensor;

import ciss.error.ShapeException;

/**
 * A dense row-major view of a {@link Storage}: offset, shape, element type. Feature maps are {@code [n,h,w,c]}; tokens
 * {@code [n,h*w,c]} are the same bytes. A concatenation over channels is a slab map {@code [slabs,n,h,w,c]}: channel
 * {@code s*c+j} of the concatenation is channel {@code j} of slab {@code s} (this keeps the pixel pitch away from
 * multiples of 4 KiB, see docs/architecture.md).
 */
public final class Tensor {
  /** Stands for an optional operand that is not given (a missing bias, no pixel weights). */
  public static final Tensor ABSENT = new Tensor(null, 0, Shape.of(0), DType.F32);

  private final Storage storage;
  private final long offset;
  private final Shape shape;
  private final DType dtype;

  private Tensor(Storage storage, long offset, Shape shape, DType dtype) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.dtype = dtype;
  }

  /**
   * A view of {@code storage} that starts {@code offset} bytes after its first byte.
   *
   * @throws ShapeException if the view does not lie inside the storage, or its backend has no operations for the type
   */
  public static Tensor of(Storage storage, long offset, Shape shape, DType dtype) {
    if (!storage.holds(dtype)) {
      throw new ShapeException("tensor %s %s: this backend computes without %s".formatted(dtype, shape, dtype));
    }
    long end = offset + shape.elements() * dtype.bytes();
    if (offset < 0 || end > storage.bytes()) {
      throw new ShapeException(
          "tensor %s %s at byte %d needs %d bytes, its storage has %d".formatted(dtype, shape, offset, end, storage.bytes()));
    }
    return new Tensor(storage, offset, shape, dtype);
  }

  /** True for {@link #ABSENT}. */
  public boolean isAbsent() {
    return storage == null;
  }

  public Storage storage() {
    return storage;
  }

  /** Offset from the start of the storage, in bytes. */
  public long offset() {
    return offset;
  }

  public Shape shape() {
    return shape;
  }

  public DType dtype() {
    return dtype;
  }

  /** Size of axis {@code i}; negative {@code i} counts from the last (-1). */
  public int size(int i) {
    return shape.size(i);
  }

  public long elements() {
    return shape.elements();
  }

  public long bytes() {
    return elements() * dtype.bytes();
  }

  /** Address of the first element in the backend's address space; 0 for {@link #ABSENT}. */
  public long address() {
    return storage == null ? 0 : storage.address() + offset;
  }

  /** The same bytes with another shape of as many elements. */
  public Tensor reshape(int... sizes) {
    Shape other = Shape.of(sizes);
    if (other.elements() != elements()) {
      throw new ShapeException("cannot see %s as %s".formatted(shape, other));
    }
    return new Tensor(storage, offset, other, dtype);
  }

  /** Entries {@code from} (inclusive) to {@code to} (exclusive) of the first axis. */
  public Tensor rows(int from, int to) {
    if (from < 0 || from > to || to > size(0)) {
      throw new ShapeException("rows %d..%d of %s".formatted(from, to, shape));
    }
    int[] sizes = new int[shape.rank()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = size(i);
    }
    long row = size(0) == 0 ? 0 : bytes() / size(0);
    sizes[0] = to - from;
    return new Tensor(storage, offset + from * row, Shape.of(sizes), dtype);
  }

  /** Entry {@code i} of the first axis, without that axis: a sample of a batch, a slab of a slab map. */
  public Tensor at(int i) {
    Tensor row = rows(i, i + 1);
    int[] sizes = new int[Math.max(shape.rank() - 1, 0)];
    for (int k = 0; k < sizes.length; k++) {
      sizes[k] = size(k + 1);
    }
    return new Tensor(storage, row.offset, Shape.of(sizes), dtype);
  }

  @Override
  public String toString() {
    return isAbsent() ? "absent" : dtype + " " + shape;
  }
}
