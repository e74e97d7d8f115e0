package ciss.io;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * One message in protocol buffers' wire format, field by field: a key {@code number << 3 | type}, then a varint (type 0), 4
 * little-endian bytes (type 5), or a length and that many bytes (type 2: texts, bytes, messages, packed numbers).
 */
final class ProtobufMessage {
  private static final int VARINT = 0;
  private static final int DELIMITED = 2;
  private static final int FIXED32 = 5;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** An integer or an enumeration value; negative ones take ten bytes, as the format has it. */
  ProtobufMessage integer(int field, long value) {
    key(field, VARINT);
    varint(value);
    return this;
  }

  /** A 32-bit float. */
  ProtobufMessage float32(int field, float value) {
    key(field, FIXED32);
    int bits = Float.floatToRawIntBits(value);
    for (int shift = 0; shift < 32; shift += 8) {
      bytes.write(bits >>> shift);
    }
    return this;
  }

  ProtobufMessage text(int field, String value) {
    return delimited(field, value.getBytes(StandardCharsets.UTF_8));
  }

  ProtobufMessage message(int field, ProtobufMessage value) {
    return delimited(field, value.toByteArray());
  }

  /** Repeated integers in packed form. */
  ProtobufMessage integers(int field, long... values) {
    ProtobufMessage packed = new ProtobufMessage();
    for (long value : values) {
      packed.varint(value);
    }
    return delimited(field, packed.toByteArray());
  }

  private ProtobufMessage delimited(int field, byte[] value) {
    startDelimited(field, value.length);
    bytes.writeBytes(value);
    return this;
  }

  /** Key and length of a field whose {@code length} bytes the caller writes behind this message. */
  ProtobufMessage startDelimited(int field, long length) {
    key(field, DELIMITED);
    varint(length);
    return this;
  }

  private void key(int field, int type) {
    varint((long) field << 3 | type);
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes.write((int) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
  }

  byte[] toByteArray() {
    return bytes.toByteArray();
  }
}
