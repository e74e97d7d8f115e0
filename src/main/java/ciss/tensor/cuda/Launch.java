package ciss.tensor.cuda;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import ciss.error.NativeException;
import ciss.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The arguments of one kernel. They are given in the order of the declaration, then {@link #over} starts the kernel:
 *
 * <pre>{@code cuda().launch(Kernels.FILL_F32).pointer(x).number(value).wide(n).over(blocks);}</pre>
 *
 * An argument of another type than declared is an exception, as the driver would read nonsense. When the launch is
 * issued, its arguments are put where the driver reads them: native memory that serves every launch of the kernel.
 */
final class Launch {
  private final Driver driver;
  private final Commands commands;
  private final int kind;
  private final Kernel kernel;
  private final Driver.Function function;
  private final long[] arguments;
  private final MemorySegment values;
  private final Address addresses;
  private int count;

  /**
   * @param kind of the commands that {@link #issue} gets
   */
  Launch(Driver driver, Commands commands, int kind, Kernel kernel, Driver.Function function, Arena arena) {
    this.driver = driver;
    this.commands = commands;
    this.kind = kind;
    this.kernel = kernel;
    this.function = function;
    int parameters = kernel.parameters().length();
    arguments = new long[parameters];
    values = arena.allocate(8L * parameters, 8);
    MemorySegment table = arena.allocate(8L * parameters, 8);
    for (int i = 0; i < parameters; i++) {
      table.setAtIndex(JAVA_LONG, i, values.address() + 8L * i);
    }
    addresses = new Address(table.address());
  }

  /** Forgets the arguments of a launch that was not finished. */
  Launch start() {
    count = 0;
    return this;
  }

  /** The address of a tensor's first element; 0 for an absent one. */
  Launch pointer(Tensor x) {
    return pointer(x.address());
  }

  /** A device address. */
  Launch pointer(long address) {
    arguments[next('P')] = address;
    return this;
  }

  /** An {@code int}. */
  Launch integer(int value) {
    arguments[next('i')] = value;
    return this;
  }

  /** An {@code int64_t}. */
  Launch wide(long value) {
    arguments[next('l')] = value;
    return this;
  }

  /** A {@code float}. */
  Launch number(double value) {
    arguments[next('f')] = Float.floatToRawIntBits((float) value);
    return this;
  }

  /** A {@code double}. */
  Launch real(double value) {
    arguments[next('d')] = Double.doubleToRawLongBits(value);
    return this;
  }

  private int next(char type) {
    if (count >= kernel.parameters().length() || kernel.parameters().charAt(count) != type) {
      throw new NativeException(
          "%s(%s): argument %d given as '%c'".formatted(kernel.name(), kernel.parameters(), count, type));
    }
    return count++;
  }

  /** Queues the kernel with a grid of that many blocks; none: nothing to do. */
  void over(long blocks) {
    over(blocks, 1, 1);
  }

  /** Queues the kernel. */
  void over(long blocksX, long blocksY, long blocksZ) {
    if (count != kernel.parameters().length()) {
      throw new NativeException(
          "%s(%s): launched with %d arguments".formatted(kernel.name(), kernel.parameters(), count));
    }
    if (blocksX == 0 || blocksY == 0 || blocksZ == 0) {
      return;
    }
    commands
        .begin(kind)
        .put(kernel.index())
        .put(Math.toIntExact(blocksX))
        .put(Math.toIntExact(blocksY))
        .put(Math.toIntExact(blocksZ))
        .put(arguments, count)
        .end();
  }

  /** Queues a launch that {@link #over} wrote; {@code at} is the place of its grid. */
  void issue(long[] list, int at) {
    // Narrow arguments are the lower halves: memory is little-endian wherever there is a driver.
    MemorySegment.copy(list, at + 3, values, JAVA_LONG, 0, arguments.length);
    driver.launch(
        function, (int) list[at], (int) list[at + 1], (int) list[at + 2], kernel.threads(), kernel.sharedBytes(),
        addresses);
  }
}
