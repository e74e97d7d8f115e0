package ciss.tensor;

import ciss.error.ResourceException;

/**
 * All temporary memory of an iteration: one reservation, two stacks that grow towards each other. What a backward pass
 * will read is {@linkplain #keep kept} at the bottom and lives until its {@link Region} closes; temporaries come from
 * the top and live until their {@link Frame} closes. Regions and frames close in the reverse order of opening. Shapes
 * repeat, so after the first iteration nothing is allocated. Addresses are multiples of 64 bytes. Not thread safe.
 */
public final class Workspace implements AutoCloseable {
  private static final long ALIGNMENT = 64;
  private final Storage storage;
  private long bottom;
  private long top;
  private long peak;

  /** Takes ownership of {@code storage} and closes it with {@link #close}. */
  public Workspace(Storage storage) {
    this.storage = storage;
    this.top = storage.bytes() / ALIGNMENT * ALIGNMENT;
  }

  /** A scope of kept tensors: closing it forgets everything kept since it was opened. */
  public final class Region implements AutoCloseable {
    private final long start = bottom;

    private Region() {}

    @Override
    public void close() {
      bottom = start;
    }
  }

  /** A scope of temporaries: closing it forgets everything taken since it was opened, by whomever. */
  public final class Frame implements AutoCloseable {
    private final long start = top;

    private Frame() {}

    /** A float32 tensor that lives until this frame (or an outer one) closes. Its content is undefined. */
    public Tensor take(int... sizes) {
      return Workspace.this.take(DType.F32, Shape.of(sizes));
    }

    /** As {@link #take(int...)} with an element type. */
    public Tensor take(DType dtype, Shape shape) {
      return Workspace.this.take(dtype, shape);
    }

    @Override
    public void close() {
      top = start;
    }
  }

  public Region region() {
    return new Region();
  }

  public Frame frame() {
    return new Frame();
  }

  /** A tensor that lives until the innermost open {@link Region} closes. Its content is undefined. */
  public Tensor keep(DType dtype, Shape shape) {
    long bytes = aligned(shape, dtype);
    require(bytes, dtype, shape);
    Tensor tensor = Tensor.of(storage, bottom, shape, dtype);
    bottom += bytes;
    track();
    return tensor;
  }

  /** A float32 tensor that lives until the innermost open {@link Region} closes. Its content is undefined. */
  public Tensor keep(int... sizes) {
    return keep(DType.F32, Shape.of(sizes));
  }

  /** A temporary that lives until the innermost open {@link Frame} closes. Its content is undefined. */
  public Tensor take(DType dtype, Shape shape) {
    long bytes = aligned(shape, dtype);
    require(bytes, dtype, shape);
    top -= bytes;
    track();
    return Tensor.of(storage, top, shape, dtype);
  }

  private static long aligned(Shape shape, DType dtype) {
    return (shape.elements() * dtype.bytes() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private void require(long bytes, DType dtype, Shape shape) {
    if (bytes > top - bottom) {
      throw new ResourceException(
          ("workspace of %,d bytes is full: %s %s needs %,d bytes, %,d are free. Use a smaller crop or batch, or give the"
                  + " program more memory")
              .formatted(storage.bytes(), dtype, shape, bytes, top - bottom));
    }
  }

  private void track() {
    peak = Math.max(peak, bottom + storage.bytes() - top);
  }

  /** The whole reservation, for backends that poison it in tests. */
  public Storage storage() {
    return storage;
  }

  /** The largest number of bytes in use at one time so far. */
  public long peakBytes() {
    return peak;
  }

  /** Bytes in use now. */
  public long usedBytes() {
    return bottom + storage.bytes() - top;
  }

  @Override
  public void close() {
    storage.close();
  }
}
