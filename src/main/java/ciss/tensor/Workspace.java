package ciss.tensor;

import ciss.error.ResourceException;

/**
 * All temporary memory of an iteration: one reservation with stacks that grow towards each other. What a backward pass will
 * read is {@linkplain #keep kept} at the bottom and lives until its {@link Region} closes; temporaries come from the top and
 * live until their {@link Frame} closes. Regions and frames close in the reverse order of opening. Shapes repeat, so after
 * the first iteration nothing is allocated. Addresses are multiples of 64 bytes. Not thread safe.
 *
 * <p>Only touched pages of the reservation cost memory, and stacks at its two far ends would touch the largest extent of
 * each although these are reached at different times. Therefore, whenever nothing is in use, the reservation is divided: a
 * near part as large as the peak so far, or as the {@linkplain #expectPeak expected} one, with a bottom and a top of its own,
 * and the rest, which takes what does not fit.
 */
public final class Workspace implements AutoCloseable {
  /** Tensors start at multiples of this many bytes. */
  public static final long ALIGNMENT = 64;

  private final Storage storage;
  private final Part near = new Part();
  private final Part far = new Part();
  private int openScopes;
  private long peak;
  private long expected;

  /** A part of the reservation with two stacks. */
  private static final class Part {
    private long bottom;
    private long top;
    private long end;

    void cover(long start, long end) {
      this.bottom = start;
      this.top = end;
      this.end = end;
    }

    long free() {
      return top - bottom;
    }
  }

  /** Takes ownership of {@code storage} and closes it with {@link #close}. */
  public Workspace(Storage storage) {
    this.storage = storage;
    divideAt(0);
  }

  private void divideAt(long place) {
    near.cover(0, place);
    far.cover(place, storage.bytes() / ALIGNMENT * ALIGNMENT);
  }

  private void scopeClosed() {
    openScopes--;
    divide();
  }

  private void divide() {
    long place = Math.max(peak, expected);
    if (openScopes == 0 && usedBytes() == 0 && near.end != place) {
      divideAt(place);
    }
  }

  /**
   * Divides the reservation for a peak of so many bytes, as a plan counted them, before it has been reached: otherwise the
   * first iteration touches pages that no later one needs. A peak above it is no error.
   */
  public void expectPeak(long bytes) {
    expected = Math.min((bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT, storage.bytes() / ALIGNMENT * ALIGNMENT);
    divide();
  }

  /** A scope of kept tensors: closing it forgets everything kept since it was opened. */
  public final class Region implements AutoCloseable {
    private final long nearStart = near.bottom;
    private final long farStart = far.bottom;

    private Region() {
      openScopes++;
    }

    @Override
    public void close() {
      near.bottom = nearStart;
      far.bottom = farStart;
      scopeClosed();
    }
  }

  /** A scope of temporaries: closing it forgets everything taken since it was opened, by whomever. */
  public final class Frame implements AutoCloseable {
    private final long nearStart = near.top;
    private final long farStart = far.top;

    private Frame() {
      openScopes++;
    }

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
      near.top = nearStart;
      far.top = farStart;
      scopeClosed();
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
    Part part = partFor(bytes, dtype, shape);
    Tensor tensor = Tensor.of(storage, part.bottom, shape, dtype);
    part.bottom += bytes;
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
    Part part = partFor(bytes, dtype, shape);
    part.top -= bytes;
    track();
    return Tensor.of(storage, part.top, shape, dtype);
  }

  private static long aligned(Shape shape, DType dtype) {
    return aligned(shape.elements() * dtype.bytes());
  }

  /** What a tensor of so many bytes takes. */
  static long aligned(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private Part partFor(long bytes, DType dtype, Shape shape) {
    if (bytes <= near.free()) {
      return near;
    }
    if (bytes > far.free()) {
      throw new ResourceException(
          ("workspace of %,d bytes is full: %s %s needs %,d bytes, %,d are free. Use a smaller crop or batch, or give the"
                  + " program more memory")
              .formatted(storage.bytes(), dtype, shape, bytes, Math.max(near.free(), far.free())));
    }
    return far;
  }

  private void track() {
    peak = Math.max(peak, usedBytes());
  }

  /** The whole reservation, for backends that poison it in tests. */
  public Storage storage() {
    return storage;
  }

  /** The largest number of bytes in use at one time so far. */
  public long peakBytes() {
    return peak;
  }

  /** Forgets the peak so far: {@link #peakBytes} is then that of what follows. */
  public void restartPeak() {
    peak = usedBytes();
  }

  /** Bytes in use now. */
  public long usedBytes() {
    return far.end - near.free() - far.free();
  }

  @Override
  public void close() {
    storage.close();
  }
}
