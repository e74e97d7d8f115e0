package ciss.io.pth;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/** What a {@code .pth} file can hold: the plain values of Python, and tensors. Immutable. */
public sealed interface PickleValue {

  /** Python's {@code None}. */
  enum Null implements PickleValue {
    NONE
  }

  /** A truth value. */
  record Bool(boolean value) implements PickleValue {}

  /** A whole number of any size. */
  record Int(BigInteger value) implements PickleValue, Comparable<Int> {
    /** A number of at most 64 bits. */
    public static Int of(long value) {
      return new Int(BigInteger.valueOf(value));
    }

    /** Whether it fits into 64 bits. */
    boolean isLong() {
      return value.bitLength() < Long.SIZE;
    }

    /** Lets a dictionary stay fast when hash values collide. */
    @Override
    public int compareTo(Int other) {
      return value.compareTo(other.value);
    }
  }

  /** A floating-point number. */
  record Real(double value) implements PickleValue {}

  /** A text. */
  record Text(String value) implements PickleValue, Comparable<Text> {
    /** Lets a dictionary stay fast when hash values collide. */
    @Override
    public int compareTo(Text other) {
      return value.compareTo(other.value);
    }
  }

  /** A string of bytes. The array is not copied and must not be changed. */
  record Bytes(byte[] value) implements PickleValue {}

  /**
   * A list or a tuple.
   *
   * @param tuple Python's immutable kind; a list otherwise
   */
  record Sequence(boolean tuple, List<PickleValue> elements) implements PickleValue {}

  /** A dictionary in its order; the keys are {@link Text} or {@link Int}. */
  record Dict(Map<PickleValue, PickleValue> entries) implements PickleValue {
    /** The value of a text key, or null. */
    public PickleValue get(String key) {
      return entries.get(new Text(key));
    }
  }

  /** A tensor: a view of a storage. */
  record Tensor(StridedTensor view) implements PickleValue {}
}
