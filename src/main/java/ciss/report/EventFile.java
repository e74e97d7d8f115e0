package ciss.report;

import ciss.error.ResourceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * A file of events for TensorBoard: scalars and pictures over iterations.
 *
 * <p>The file is a sequence of records (the TFRecord format): length (8 bytes, little endian), masked CRC-32C of these
 * 8 bytes, the event, masked CRC-32C of the event. An event is a protobuf message: wall time (field 1), step (2), and
 * one of version (3), summary (5), session (7). Each record is written as a whole, so that a process that is killed
 * leaves at most one damaged record at the end, which readers pass over.
 */
public final class EventFile implements AutoCloseable {
  private static final String VERSION = "brain.Event:2";
  private static final int CRC_DELTA = 0xa282ead8;
  private static final int SESSION_START = 1;
  private static final int COLOURS_RGB = 3;

  private final Path path;
  private final FileChannel channel;
  private final Clock clock;

  private EventFile(Path path, FileChannel channel, Clock clock) {
    this.path = path;
    this.channel = channel;
    this.clock = clock;
  }

  /**
   * Starts a new file {@code events.out.tfevents.<seconds>.<host>.<pid>} in a folder, which is made if it is missing.
   * Events of older files there from {@code firstStep} on are taken back: a resumed run repeats them.
   *
   * @param firstStep iterations that are finished
   * @throws ResourceException if it cannot be written
   */
  public static EventFile create(Path folder, long firstStep, Clock clock) {
    String name =
        "events.out.tfevents.%010d.%s.%d"
            .formatted(clock.millis() / 1000, Host.name(), ProcessHandle.current().pid());
    Path path = folder.resolve(name);
    try {
      Files.createDirectories(folder);
      FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      EventFile file = new EventFile(path, channel, clock);
      file.append(file.event(0).string(3, VERSION));
      if (firstStep > 0) {
        file.append(file.event(firstStep).message(7, new Protobuf().number(1, SESSION_START)));
      }
      return file;
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /**
   * Adds one value per name at an iteration; values that are not finite are left out.
   *
   * @param prefix before each name
   */
  public void scalars(long step, String prefix, Map<String, Double> values) {
    Protobuf summary = new Protobuf();
    values.forEach((name, value) -> {
      if (Double.isFinite(value)) {
        summary.message(1, new Protobuf().string(1, prefix + name).float32(2, value.floatValue()));
      }
    });
    append(event(step).message(5, summary));
  }

  /**
   * Adds a picture.
   *
   * @param png colour picture
   */
  public void picture(long step, String name, int height, int width, byte[] png) {
    Protobuf image = new Protobuf().number(1, height).number(2, width).number(3, COLOURS_RGB).bytes(4, png);
    append(event(step).message(5, new Protobuf().message(1, new Protobuf().string(1, name).message(4, image))));
  }

  private Protobuf event(long step) {
    return new Protobuf().float64(1, clock.millis() / 1000.0).number(2, step);
  }

  private void append(Protobuf event) {
    byte[] data = event.toByteArray();
    ByteBuffer record = ByteBuffer.allocate(data.length + 16).order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(data.length);
    record.putInt(maskedCrc(record.array(), 8));
    record.put(data).putInt(maskedCrc(data, data.length)).flip();
    try {
      while (record.hasRemaining()) {
        channel.write(record);
      }
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  /** CRC-32C of the first bytes, rotated by 15 bits and shifted by a constant, as the format wants it. */
  static int maskedCrc(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + CRC_DELTA;
  }

  private static ResourceException failure(Path path, IOException e) {
    return new ResourceException(
        path + ": cannot be written: " + e.getMessage() + ". Free some space, or set log.tensorboard to false", e);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  /** Writes the fields of one protobuf message. */
  private static final class Protobuf {
    private static final int VARINT = 0;
    private static final int EIGHT_BYTES = 1;
    private static final int DELIMITED = 2;
    private static final int FOUR_BYTES = 5;

    private final java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();

    Protobuf number(int field, long value) {
      return tag(field, VARINT).varint(value);
    }

    Protobuf float32(int field, float value) {
      tag(field, FOUR_BYTES);
      out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array());
      return this;
    }

    Protobuf float64(int field, double value) {
      tag(field, EIGHT_BYTES);
      out.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(value).array());
      return this;
    }

    Protobuf string(int field, String value) {
      return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Protobuf bytes(int field, byte[] value) {
      tag(field, DELIMITED).varint(value.length);
      out.writeBytes(value);
      return this;
    }

    Protobuf message(int field, Protobuf message) {
      return bytes(field, message.toByteArray());
    }

    private Protobuf tag(int field, int type) {
      return varint((long) field << 3 | type);
    }

    private Protobuf varint(long value) {
      long rest = value;
      while ((rest & ~0x7FL) != 0) {
        out.write((int) (rest & 0x7F | 0x80));
        rest >>>= 7;
      }
      out.write((int) rest);
      return this;
    }

    byte[] toByteArray() {
      return out.toByteArray();
    }
  }
}
