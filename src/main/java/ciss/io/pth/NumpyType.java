package ciss.io.pth;

import ciss.error.CheckpointException;
import ciss.io.pth.PickleValue.Bool;
import ciss.io.pth.PickleValue.Int;
import ciss.io.pth.PickleValue.Real;
import ciss.io.pth.PickleValue.Text;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The type of a NumPy number: kind (float, signed, unsigned, bool), bytes, byte order. Single NumPy numbers turn up among the
 * plain values of a checkpoint (a score, an iteration).
 */
final class NumpyType {
  private final String file;
  private final char kind;
  private final int size;
  private ByteOrder order = ByteOrder.LITTLE_ENDIAN;

  /**
   * @param code such as {@code f8}
   * @throws CheckpointException if it is no number of 1 to 8 bytes
   */
  NumpyType(String file, String code) {
    this.file = file;
    if (!code.matches("[iu][1248]|f[248]|b1")) {
      throw new CheckpointException("%s: refused: NumPy type '%s' is no number".formatted(file, code));
    }
    this.kind = code.charAt(0);
    this.size = code.charAt(1) - '0';
  }

  /** Takes over the byte order from {@code (version, order, ...)}, the state that NumPy stores. */
  void setState(Object state) {
    if (!(state instanceof PickleMachine.Tuple tuple)
        || tuple.elements().size() < 2
        || !(tuple.elements().get(1) instanceof Text mark)) {
      throw new CheckpointException(file + ": damaged: the state of a NumPy type");
    }
    order = mark.value().equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
  }

  /** The number that these bytes stand for. */
  PickleValue number(byte[] bytes) {
    if (bytes.length != size) {
      throw new CheckpointException(
          "%s: damaged: a NumPy number of %d bytes has %d".formatted(file, size, bytes.length));
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(order);
    long whole = switch (size) {
      case 1 -> buffer.get();
      case 2 -> buffer.getShort();
      case 4 -> buffer.getInt();
      default -> buffer.getLong();
    };
    return switch (kind) {
      case 'b' -> new Bool(whole != 0);
      case 'f' -> new Real(real(whole));
      case 'u' -> size == 8
          ? new Int(new java.math.BigInteger(Long.toUnsignedString(whole)))
          : Int.of(whole & (1L << 8 * size) - 1);
      default -> Int.of(whole);
    };
  }

  private double real(long bits) {
    return switch (size) {
      case 2 -> Float.float16ToFloat((short) bits);
      case 4 -> Float.intBitsToFloat((int) bits);
      default -> Double.longBitsToDouble(bits);
    };
  }
}
