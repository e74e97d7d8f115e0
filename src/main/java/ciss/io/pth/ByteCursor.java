package ciss.io.pth;

import ciss.error.CheckpointException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** Reads a file from front to back. Every length is held against what is left before anything is allocated. */
final class ByteCursor {
  static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble BIG_ENDIAN_F64 =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final int MAX_LINE = 1024;
  private static final long MAX_COPY = 64L << 20;

  private final String file;
  private final MemorySegment bytes;
  private long position;

  /**
   * @param file named in messages
   */
  ByteCursor(String file, MemorySegment bytes, long position) {
    this.file = file;
    this.bytes = bytes;
    this.position = position;
  }

  String file() {
    return file;
  }

  long position() {
    return position;
  }

  long remaining() {
    return bytes.byteSize() - position;
  }

  private long advance(long n) {
    if (n < 0 || n > remaining()) {
      throw new CheckpointException(
          "%s: cut off or damaged: %s bytes are wanted at byte %d, %d are left. Copy or download it again"
              .formatted(file, Long.toUnsignedString(n), position, remaining()));
    }
    long at = position;
    position += n;
    return at;
  }

  int u8() {
    return bytes.get(ValueLayout.JAVA_BYTE, advance(1)) & 0xff;
  }

  int u16() {
    return bytes.get(U16, advance(2)) & 0xffff;
  }

  int i32() {
    return bytes.get(I32, advance(4));
  }

  long u32() {
    return Integer.toUnsignedLong(i32());
  }

  long i64() {
    return bytes.get(I64, advance(8));
  }

  /** A double as pickle stores it: big-endian. */
  double f64() {
    return bytes.get(BIG_ENDIAN_F64, advance(8));
  }

  /** A view of the next n bytes. */
  MemorySegment slice(long n) {
    return bytes.asSlice(advance(n), n);
  }

  /** A copy of the next n bytes. */
  byte[] bytes(long n) {
    if (n > MAX_COPY) {
      throw new CheckpointException("%s: refused: a text of %d bytes at byte %d".formatted(file, n, position));
    }
    return slice(n).toArray(ValueLayout.JAVA_BYTE);
  }

  /** The next n bytes as UTF-8. */
  String text(long n) {
    return decode(bytes(n), StandardCharsets.UTF_8);
  }

  private String decode(byte[] encoded, Charset charset) {
    try {
      return charset.newDecoder().decode(ByteBuffer.wrap(encoded)).toString();
    } catch (CharacterCodingException e) {
      throw new CheckpointException(
          "%s: damaged: the text before byte %d is not valid UTF-8".formatted(file, position), e);
    }
  }

  /** The text up to the next line feed, which is passed over. */
  String line() {
    long limit = Math.min(remaining(), MAX_LINE);
    for (long n = 0; n < limit; n++) {
      if (bytes.get(ValueLayout.JAVA_BYTE, position + n) == '\n') {
        String line = text(n);
        advance(1);
        return line;
      }
    }
    throw new CheckpointException("%s: damaged: a name without end at byte %d".formatted(file, position));
  }
}
