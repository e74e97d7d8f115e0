package ciss.tensor.cuda;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import ciss.error.NativeException;
import ciss.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The arguments of one kernel, in native memory that is used for every launch of it: values, and the table of their
 * addresses that the driver reads. Arguments are given in the order of the declaration, then {@link #over} starts the kernel:
 *
 * <pre>{@code cuda().launch(Kernels.FILL_F32).pointer(x).number(value).wide(n).over(blocks);}</pre>
 *
 * An argument of another type than declared is an exception, as the driver would read nonsense.
 */
final class Launch {
  private final Driver driver;
  private final Kernel kernel;
  private final Driver.Function function;
  private final MemorySegment values;
  private final Address addresses;
  private int count;

  Launch(Driver driver, Kernel kernel, Driver.Function function, Arena arena) {
    this.driver = driver;
    this.kernel = kernel;
    this.function = function;
    int parameters = kernel.parameters().length();
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
    values.setAtIndex(JAVA_LONG, next('P'), address);
    return this;
  }

  /** An {@code int}. */
  Launch integer(int value) {
    values.set(JAVA_INT, 8L * next('i'), value);
    return this;
  }

  /** An {@code int64_t}. */
  Launch wide(long value) {
    values.setAtIndex(JAVA_LONG, next('l'), value);
    return this;
  }

  /** A {@code float}. */
  Launch number(double value) {
    values.set(JAVA_FLOAT, 8L * next('f'), (float) value);
    return this;
  }

  /** A {@code double}. */
  Launch real(double value) {
    values.setAtIndex(JAVA_DOUBLE, next('d'), value);
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
    driver.launch(
        function,
        Math.toIntExact(blocksX),
        Math.toIntExact(blocksY),
        Math.toIntExact(blocksZ),
        kernel.threads(),
        kernel.sharedBytes(),
        addresses);
  }
}
