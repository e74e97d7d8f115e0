package ciss.tensor;

import ciss.error.ResourceException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.ObjLongConsumer;
import java.util.function.ToLongFunction;

/**
 * All temporary memory of an iteration: a reservation with stacks that grow towards each other. What a backward pass
 * will read is {@linkplain #keep kept} at the bottom and lives until its {@link Region} closes; temporaries come from
 * the top and live until their {@link Frame} closes. Regions and frames close in the reverse order of opening. Shapes
 * repeat, so after the first iteration nothing is allocated. Addresses are multiples of 64 bytes. Not thread safe.
 *
 * <p>A reservation that costs only its touched pages is as large as the machine, and stacks at its two far ends would
 * touch the largest extent of each although these are reached at different times. Therefore, whenever nothing is in
 * use, it is divided: a near part as large as the peak so far, or as the {@linkplain #expectPeak expected} one, with a
 * bottom and a top of its own, and the rest, which takes what does not fit.
 *
 * <p>Where memory costs from the start, parts are reserved: one of the expected peak, others as they are needed.
 * Whenever nothing is in use, several are exchanged for one as large as the peak.
 */
public final class Workspace implements AutoCloseable {
  /** Tensors start at multiples of this many bytes. */
  public static final long ALIGNMENT = 64;

  /** A part that is reserved because others are full is at least so large. */
  private static final long LEAST_PART = 32L << 20;

  /** Null: there is no more than the first two parts. */
  private final LongFunction<Storage> reserve;
  private final List<Part> parts = new ArrayList<>();
  private int openScopes;
  private long peak;
  private long expected;

  /** A part of the reservation with two stacks. */
  private static final class Part {
    private final Storage storage;
    private long start;
    private long bottom;
    private long top;
    private long end;

    Part(Storage storage) {
      this.storage = storage;
    }

    Part cover(long from, long to) {
      start = from;
      bottom = from;
      top = to;
      end = to;
      return this;
    }

    long free() {
      return top - bottom;
    }

    long used() {
      return end - start - free();
    }
  }

  /** A fixed reservation. Takes ownership of {@code storage} and closes it with {@link #close}. */
  public Workspace(Storage storage) {
    this.reserve = null;
    parts.add(new Part(storage));
    parts.add(new Part(storage));
    divideAt(0);
  }

  /**
   * Nothing until it is expected or needed.
   *
   * @param reserve makes a storage of so many bytes, or throws a {@link ResourceException}
   */
  public Workspace(LongFunction<Storage> reserve) {
    this.reserve = reserve;
  }

  private void divideAt(long place) {
    parts.get(0).cover(0, place);
    parts.get(1).cover(place, capacity());
  }

  /** Of a fixed reservation. */
  private long capacity() {
    return parts.getFirst().storage.bytes() / ALIGNMENT * ALIGNMENT;
  }

  private void scopeClosed() {
    openScopes--;
    divide();
  }

  private void divide() {
    if (openScopes > 0 || usedBytes() > 0) {
      return;
    }
    long place = Math.max(peak, expected);
    if (reserve == null) {
      if (parts.getFirst().end != Math.min(place, capacity())) {
        divideAt(Math.min(place, capacity()));
      }
    } else if (parts.size() > 1 || place > reservedBytes()) {
      close();
      addPart(place);
    }
  }

  private Part addPart(long bytes) {
    Part part = new Part(reserve.apply(bytes)).cover(0, bytes);
    parts.add(part);
    return part;
  }

  /**
   * Prepares for a peak of so many bytes, as a plan counted them, before it has been reached: otherwise the first
   * iteration takes memory that no later one needs. A peak above it is no error.
   *
   * @throws ResourceException if so much cannot be reserved
   */
  public void expectPeak(long bytes) {
    expected = aligned(bytes);
    divide();
  }

  /** Positions of the stacks of one side in all parts. */
  private long[] marks(ToLongFunction<Part> stack) {
    long[] marks = new long[parts.size()];
    for (int i = 0; i < marks.length; i++) {
      marks[i] = stack.applyAsLong(parts.get(i));
    }
    return marks;
  }

  /** What a scope that closes sets back: a part that came later is empty again. */
  private void restore(long[] marks, ObjLongConsumer<Part> stack, ToLongFunction<Part> empty) {
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      stack.accept(part, i < marks.length ? marks[i] : empty.applyAsLong(part));
    }
    scopeClosed();
  }

  /** A scope of kept tensors: closing it forgets everything kept since it was opened. */
  public final class Region implements AutoCloseable {
    private final long[] marks = marks(part -> part.bottom);

    private Region() {
      openScopes++;
    }

    @Override
    public void close() {
      restore(marks, (part, bottom) -> part.bottom = bottom, part -> part.start);
    }
  }

  /** A scope of temporaries: closing it forgets everything taken since it was opened, by whomever. */
  public final class Frame implements AutoCloseable {
    private final long[] marks = marks(part -> part.top);

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
      restore(marks, (part, top) -> part.top = top, part -> part.end);
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
    Tensor tensor = Tensor.of(part.storage, part.bottom, shape, dtype);
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
    return Tensor.of(part.storage, part.top, shape, dtype);
  }

  private static long aligned(Shape shape, DType dtype) {
    return aligned(shape.elements() * dtype.bytes());
  }

  /** What a tensor of so many bytes takes. */
  static long aligned(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private Part partFor(long bytes, DType dtype, Shape shape) {
    for (Part part : parts) {
      if (bytes <= part.free()) {
        return part;
      }
    }
    if (reserve != null) {
      return addPart(Math.max(bytes, LEAST_PART));
    }
    long free = parts.stream().mapToLong(Part::free).max().orElse(0);
    throw new ResourceException(
        ("workspace of %,d bytes is full: %s %s needs %,d bytes, %,d are free. Use a smaller crop or batch, or give the"
                + " program more memory")
            .formatted(reservedBytes(), dtype, shape, bytes, free));
  }

  private void track() {
    peak = Math.max(peak, usedBytes());
  }

  /** A fixed reservation as a whole, for tests that poison it. */
  public Storage storage() {
    return parts.getFirst().storage;
  }

  /** True if the tensor lies in this workspace. */
  public boolean holds(Tensor x) {
    return parts.stream().anyMatch(part -> part.storage == x.storage());
  }

  /** Bytes of all parts. */
  public long reservedBytes() {
    return parts.stream().mapToLong(part -> part.end - part.start).sum();
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
    long used = 0;
    for (Part part : parts) {
      used += part.used();
    }
    return used;
  }

  @Override
  public void close() {
    parts.stream().map(part -> part.storage).distinct().forEach(Storage::close);
    parts.clear();
  }
}
