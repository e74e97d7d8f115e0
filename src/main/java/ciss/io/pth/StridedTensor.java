package ciss.io.pth;

import ciss.error.CheckpointException;
import ciss.io.ElementType;
import ciss.io.StoredTensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A tensor as PyTorch stores it: element type, shape, and how its elements lie in a storage that other tensors may share.
 *
 * <p>Element {@code (i0, i1, ...)} is element {@code offset + i0*strides[0] + i1*strides[1] + ...} of the storage. The
 * constructor proves that all elements lie inside; nothing is read before {@link #contiguous}.
 */
public final class StridedTensor {
  /** More extents than PyTorch itself allows. */
  static final int MAX_RANK = 64;

  private final Storage storage;
  private final long offset;
  private final long[] shape;
  private final long[] strides;
  private final long elements;

  /**
   * @param file named in messages
   * @throws CheckpointException if an extent, stride or offset is negative, or an element lies outside the storage
   */
  StridedTensor(String file, Storage storage, long offset, long[] shape, long[] strides) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
    if (shape.length != strides.length) {
      throw new CheckpointException(
          "%s: damaged: a tensor has %d extents and %d strides".formatted(file, shape.length, strides.length));
    }
    try {
      this.elements = checked(file);
    } catch (ArithmeticException overflow) {
      throw outside(file, overflow);
    }
  }

  private long checked(String file) {
    long count = 1;
    long last = offset;
    boolean empty = false;
    for (int d = 0; d < shape.length; d++) {
      if (shape[d] < 0 || strides[d] < 0) {
        throw outside(file, null);
      }
      empty |= shape[d] == 0;
    }
    if (empty) {
      return 0;
    }
    for (int d = 0; d < shape.length; d++) {
      count = Math.multiplyExact(count, shape[d]);
      last = Math.addExact(last, Math.multiplyExact(shape[d] - 1, strides[d]));
    }
    if (offset < 0 || last >= storage.elements()) {
      throw outside(file, null);
    }
    Math.multiplyExact(count, storage.type().byteSize());
    return count;
  }

  private CheckpointException outside(String file, Throwable cause) {
    return new CheckpointException(
        "%s: damaged: a tensor of shape %s with strides %s and offset %d does not lie inside its storage of %d elements"
            .formatted(file, Arrays.toString(shape), Arrays.toString(strides), offset, storage.elements()),
        cause);
  }

  /** A tensor that fills its storage row by row. */
  public static StridedTensor of(StoredTensor tensor) {
    Storage storage = new Storage(tensor.type(), tensor.name(), tensor.elementCount());
    storage.fill(tensor.data());
    return new StridedTensor(tensor.name(), storage, 0, tensor.shape().clone(), rowMajor(tensor.shape()));
  }

  /** Strides of a tensor whose elements lie row by row. */
  static long[] rowMajor(long[] shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int d = shape.length - 1; d >= 0; d--) {
      strides[d] = stride;
      stride *= Math.max(1, shape[d]);
    }
    return strides;
  }

  /** Element type. */
  public ElementType type() {
    return storage.type();
  }

  /** Extents, outermost first; empty for a scalar. */
  public long[] shape() {
    return shape.clone();
  }

  /** Number of elements. */
  public long elementCount() {
    return elements;
  }

  /** Bytes of all elements row by row. */
  public long byteSize() {
    return elements * storage.type().byteSize();
  }

  /**
   * The elements row by row: a view of the file where they lie so, else a copy.
   *
   * @param name name of the result
   * @throws CheckpointException if the storage turns out not to be in the file
   */
  public StoredTensor contiguous(String name) {
    int size = storage.type().byteSize();
    if (elements == 0) {
      return new StoredTensor(name, storage.type(), shape, MemorySegment.ofArray(new byte[0]));
    }
    MemorySegment source = storage.data();
    if (liesRowByRow()) {
      return new StoredTensor(name, storage.type(), shape, source.asSlice(offset * size, elements * size));
    }
    MemorySegment copy = Arena.ofAuto().allocate(elements * size, 8);
    copyRows(source, copy, size);
    return new StoredTensor(name, storage.type(), shape, copy);
  }

  /** Extents of 1 may have any stride. */
  private boolean liesRowByRow() {
    long stride = 1;
    for (int d = shape.length - 1; d >= 0; d--) {
      if (shape[d] != 1 && strides[d] != stride) {
        return false;
      }
      stride *= shape[d];
    }
    return true;
  }

  private void copyRows(MemorySegment source, MemorySegment copy, int size) {
    long[] index = new long[shape.length];
    long from = offset;
    for (long to = 0; to < elements; to++) {
      MemorySegment.copy(source, from * size, copy, to * size, size);
      for (int d = shape.length - 1; d >= 0; d--) {
        from += strides[d];
        if (++index[d] < shape[d]) {
          break;
        }
        from -= shape[d] * strides[d];
        index[d] = 0;
      }
    }
  }
}
