package ciss.tensor.cpu;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import ciss.error.NativeException;
import ciss.error.ResourceException;
import ciss.error.ShapeException;
import ciss.foreign.NativeLibrary;
import ciss.tensor.Storage;
import ciss.tensor.Tensor;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Zeroed pages of this process's memory, outside the Java heap. Only pages that have been touched take physical memory, so
 * a storage may be as large as the machine's memory and cost nothing.
 */
final class HostStorage implements Storage {
  private static final MethodHandle MEMORY_MAP =
      NativeLibrary.CISS.handle("ciss_memory_map", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));
  private static final MethodHandle MEMORY_UNMAP =
      NativeLibrary.CISS.handle("ciss_memory_unmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));

  private final long bytes;
  private long address;

  private HostStorage(long address, long bytes) {
    this.address = address;
    this.bytes = bytes;
  }

  /**
   * Maps {@code bytes} bytes, at least 64-byte aligned.
   *
   * @throws ResourceException if the system refuses
   */
  static HostStorage map(long bytes) {
    long address = tryMap(bytes);
    if (address == 0) {
      throw new ResourceException("the system refused %,d bytes of memory".formatted(bytes));
    }
    return new HostStorage(address, bytes);
  }

  /**
   * Maps {@code bytes} bytes, or the largest power-of-two fraction of it that the system's limits on address space allow.
   *
   * @throws ResourceException if the system refuses even a small part
   */
  static HostStorage reserve(long bytes) {
    for (long size = bytes; size >= bytes / 16; size /= 2) {
      long address = tryMap(size);
      if (address != 0) {
        return new HostStorage(address, size);
      }
    }
    throw new ResourceException(
        "the system refused %,d bytes of address space and a sixteenth of it; 'ulimit -v' shows its limit".formatted(bytes));
  }

  private static long tryMap(long bytes) {
    try {
      return (long) MEMORY_MAP.invokeExact(Math.max(bytes, 1));
    } catch (Throwable e) {
      throw new NativeException("ciss_memory_map", e);
    }
  }

  /** The bytes of a tensor in host memory. */
  static MemorySegment bytes(Tensor x) {
    return MemorySegment.ofAddress(x.address()).reinterpret(x.bytes());
  }

  /** Copies {@code bytes} bytes. */
  static void copy(long from, long to, long bytes) {
    MemorySegment source = MemorySegment.ofAddress(from).reinterpret(bytes);
    MemorySegment.copy(source, 0, MemorySegment.ofAddress(to).reinterpret(bytes), 0, bytes);
  }

  /** Fills {@code bytes} bytes with 0. */
  static void zero(long address, long bytes) {
    MemorySegment.ofAddress(address).reinterpret(bytes).fill((byte) 0);
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public long address() {
    if (address == 0) {
      throw new ShapeException("use of memory (%,d bytes) after it was closed".formatted(bytes));
    }
    return address;
  }

  @Override
  public void close() {
    if (address == 0) {
      return;
    }
    try {
      NativeLibrary.check((int) MEMORY_UNMAP.invokeExact(address, Math.max(bytes, 1)), "ciss_memory_unmap");
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new NativeException("ciss_memory_unmap", e);
    }
    address = 0;
  }
}
