package ciss.io.pth;

import ciss.error.CheckpointException;
import ciss.io.ElementType;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/**
 * A run of elements that tensors view. Its bytes are looked up when they are first needed: in the zip layout that touches
 * another page of the file, in the legacy layout they follow the pickle.
 */
final class Storage {
  private final ElementType type;
  private final String key;
  private final long elements;
  private Supplier<MemorySegment> lookup;
  private MemorySegment data;

  Storage(ElementType type, String key, long elements) {
    this.type = type;
    this.key = key;
    this.elements = elements;
  }

  ElementType type() {
    return type;
  }

  /** Name of the storage inside its file. */
  String key() {
    return key;
  }

  long elements() {
    return elements;
  }

  /** Gives the bytes; little-endian, {@code elements} of them, not necessarily aligned. */
  void fill(MemorySegment bytes) {
    this.data = bytes;
  }

  /** Says where to find the bytes once they are asked for. */
  void fillLater(Supplier<MemorySegment> bytes) {
    this.lookup = bytes;
  }

  /**
   * @throws CheckpointException if they are not where the file says
   */
  MemorySegment data() {
    if (data == null) {
      data = lookup.get();
    }
    return data;
  }
}
