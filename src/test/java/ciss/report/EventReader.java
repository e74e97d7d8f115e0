package ciss.report;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads event files of TensorBoard strictly: every checksum must be right, every field must be one of the schema
 * ({@code event.proto}, {@code summary.proto}) with its wire type. Its CRC is computed bit by bit, apart from the
 * writer's.
 */
public final class EventReader {
  private static final int POLYNOMIAL = 0x82F63B78;

  private EventReader() {}

  /** An event. What it does not have is null or empty; {@code sessionStatus} is then 0. */
  public record Event(
      double wallTime,
      long step,
      String version,
      int sessionStatus,
      Map<String, Float> scalars,
      Map<String, Image> images) {}

  /** A picture as stored. */
  public record Image(long height, long width, long channels, byte[] png) {}

  /** The events of a file; a record that is cut off at its end is passed over. */
  public static List<Event> read(Path file) throws IOException {
    List<Event> events = new ArrayList<>();
    for (byte[] record : records(file)) {
      events.add(event(record));
    }
    return events;
  }

  static List<byte[]> records(Path file) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<byte[]> records = new ArrayList<>();
    while (in.remaining() >= 12) {
      byte[] length = new byte[8];
      in.get(in.position(), length);
      long bytes = in.getLong();
      requireCrc(length, in.getInt());
      if (in.remaining() < bytes + 4) {
        break;
      }
      byte[] record = new byte[(int) bytes];
      in.get(record);
      requireCrc(record, in.getInt());
      records.add(record);
    }
    return records;
  }

  private static void requireCrc(byte[] bytes, int masked) {
    int crc = -1;
    for (byte b : bytes) {
      crc ^= b & 0xFF;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) != 0 ? crc >>> 1 ^ POLYNOMIAL : crc >>> 1;
      }
    }
    int rotated = masked - 0xa282ead8;
    if ((rotated >>> 17 | rotated << 15) != ~crc) {
      throw new AssertionError("wrong checksum");
    }
  }

  private static Event event(byte[] bytes) {
    double wallTime = Double.NaN;
    long step = 0;
    String version = null;
    int status = 0;
    Map<String, Float> scalars = new LinkedHashMap<>();
    Map<String, Image> images = new LinkedHashMap<>();
    for (Field f : fields(bytes)) {
      switch (f.key()) {
        case "1:1" -> wallTime = f.buffer().getDouble();
        case "2:0" -> step = f.number();
        case "3:2" -> version = f.text();
        case "5:2" -> fields(f.bytes()).forEach(value -> value(value, scalars, images));
        case "7:2" -> status = (int) only(fields(f.bytes()), "1:0").number();
        default -> throw new AssertionError("no field of an event: " + f.key());
      }
    }
    return new Event(wallTime, step, version, status, scalars, images);
  }

  private static void value(Field field, Map<String, Float> scalars, Map<String, Image> images) {
    if (!field.key().equals("1:2")) {
      throw new AssertionError("no field of a summary: " + field.key());
    }
    String tag = null;
    for (Field f : fields(field.bytes())) {
      switch (f.key()) {
        case "1:2" -> tag = f.text();
        case "2:5" -> scalars.put(tag, f.buffer().getFloat());
        case "4:2" -> {
          List<Field> image = fields(f.bytes());
          images.put(
              tag,
              new Image(
                  only(image, "1:0").number(),
                  only(image, "2:0").number(),
                  only(image, "3:0").number(),
                  only(image, "4:2").bytes()));
        }
        default -> throw new AssertionError("no field of a value: " + f.key());
      }
    }
  }

  private static Field only(List<Field> fields, String key) {
    List<Field> found = fields.stream().filter(f -> f.key().equals(key)).toList();
    if (found.size() != 1) {
      throw new AssertionError("expected one field " + key + ", found " + found.size());
    }
    return found.getFirst();
  }

  /** {@code key} is {@code number:wire type}. */
  private record Field(String key, long number, byte[] bytes) {
    ByteBuffer buffer() {
      return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    String text() {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private static List<Field> fields(byte[] message) {
    ByteBuffer in = ByteBuffer.wrap(message);
    List<Field> fields = new ArrayList<>();
    while (in.hasRemaining()) {
      long tag = varint(in);
      int type = (int) (tag & 7);
      long number = type == 0 ? varint(in) : 0;
      int size = switch (type) {
        case 0 -> 0;
        case 1 -> 8;
        case 2 -> (int) varint(in);
        case 5 -> 4;
        default -> throw new AssertionError("wire type " + type);
      };
      byte[] bytes = new byte[size];
      in.get(bytes);
      fields.add(new Field((tag >>> 3) + ":" + type, number, bytes));
    }
    return fields;
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = in.get();
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }
}
