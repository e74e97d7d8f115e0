package ciss.io;

import ciss.error.ResourceException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A graph of ONNX operators and the file that holds it: operator set 17, file version 8 (onnx.proto of the format's
 * version 1.12). Nodes stand in the order in which they were added, which must be one in which they can be computed. Every
 * node has one output that bears its name, unless it {@linkplain #split splits}.
 *
 * <p>Weights are not copied before {@link #write}: their segments must stay alive and unchanged until then.
 */
public final class OnnxGraph {
  /** Version of the operators' definitions that the file names. */
  public static final int OPSET = 17;

  private static final int FILE_VERSION = 8;
  private static final long CHUNK_BYTES = 64L << 20;

  /** Readers take a file for one message, whose size they hold in 31 bits. */
  private static final long MAX_BYTES = Integer.MAX_VALUE;

  /** Element types by their number in the format. */
  public enum Type {
    FLOAT(1),
    UINT8(2),
    INT64(7);

    private final int number;

    Type(int number) {
      this.number = number;
    }
  }

  /** A constant of an operator. */
  public sealed interface Attribute {
    String name();

    /** A whole number or a truth value (0 or 1). */
    record Number(String name, long value) implements Attribute {}

    /** A real number. */
    record Real(String name, float value) implements Attribute {}

    /** A word out of a list that the operator defines. */
    record Word(String name, String value) implements Attribute {}

    /** Several whole numbers. */
    record Numbers(String name, long... values) implements Attribute {}
  }

  private record Weight(byte[] header, MemorySegment data) {}

  private final String name;
  private final Set<String> values = new HashSet<>();
  private final ProtobufMessage nodes = new ProtobufMessage();
  private final List<Weight> weights = new ArrayList<>();
  private final ProtobufMessage inputs = new ProtobufMessage();
  private final ProtobufMessage outputs = new ProtobufMessage();

  /**
   * @param name of the graph, for viewers
   */
  public OnnxGraph(String name) {
    this.name = name;
  }

  /** Declares what the user of the file gives. */
  public String input(String value, Type type, long... sizes) {
    define(value);
    inputs.message(11, valueInfo(value, type, sizes));
    return value;
  }

  /** Declares what the user of the file gets: a value that is already defined. */
  public void output(String value, Type type, long... sizes) {
    require(value);
    outputs.message(12, valueInfo(value, type, sizes));
  }

  private static ProtobufMessage valueInfo(String value, Type type, long... sizes) {
    ProtobufMessage shape = new ProtobufMessage();
    for (long size : sizes) {
      shape.message(1, new ProtobufMessage().integer(1, size));
    }
    ProtobufMessage tensor = new ProtobufMessage().integer(1, type.number).message(2, shape);
    return new ProtobufMessage().text(1, value).message(2, new ProtobufMessage().message(1, tensor));
  }

  /** Adds float32 weights, or does nothing if they are there already: several nodes may share them. */
  public String weights(String value, MemorySegment data, long... sizes) {
    return values.contains(value) ? value : constant(value, Type.FLOAT, data, sizes);
  }

  /** Adds float32 constants. */
  public String floats(String value, long[] sizes, float... numbers) {
    return constant(value, Type.FLOAT, MemorySegment.ofArray(numbers), sizes);
  }

  /** Adds a list of whole numbers: sizes, places. */
  public String numbers(String value, long... numbers) {
    return constant(value, Type.INT64, MemorySegment.ofArray(numbers), numbers.length);
  }

  private String constant(String value, Type type, MemorySegment data, long... sizes) {
    define(value);
    ProtobufMessage tensor = new ProtobufMessage().integers(1, sizes).integer(2, type.number).text(8, value);
    byte[] start = tensor.startDelimited(9, data.byteSize()).toByteArray();
    byte[] key = new ProtobufMessage().startDelimited(5, start.length + data.byteSize()).toByteArray();
    weights.add(new Weight(joined(key, start), data));
    return value;
  }

  /**
   * Adds an operator.
   *
   * @param operands names of values that are defined; an empty name leaves out an optional one
   * @return {@code value}
   */
  public String node(String operator, String value, List<String> operands, Attribute... attributes) {
    add(operator, value, operands, List.of(value), attributes);
    return value;
  }

  /** Cuts a value into equal parts along an axis. */
  public List<String> split(String value, String operand, int axis, int parts) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      names.add(value + "/" + i);
    }
    add("Split", value, List.of(operand), names, new Attribute.Number("axis", axis));
    return names;
  }

  private void add(
      String operator, String node, List<String> operands, List<String> results, Attribute... attributes) {
    ProtobufMessage message = new ProtobufMessage();
    for (String operand : operands) {
      if (!operand.isEmpty()) {
        require(operand);
      }
      message.text(1, operand);
    }
    for (String result : results) {
      define(result);
      message.text(2, result);
    }
    message.text(3, node).text(4, operator);
    for (Attribute attribute : attributes) {
      message.message(5, message(attribute));
    }
    nodes.message(1, message);
  }

  private static ProtobufMessage message(Attribute attribute) {
    ProtobufMessage message = new ProtobufMessage().text(1, attribute.name());
    return switch (attribute) {
      case Attribute.Real real -> message.float32(2, real.value()).integer(20, 1);
      case Attribute.Number number -> message.integer(3, number.value()).integer(20, 2);
      case Attribute.Word word -> message.text(4, word.value()).integer(20, 3);
      case Attribute.Numbers numbers -> message.integers(8, numbers.values()).integer(20, 7);
    };
  }

  private void define(String value) {
    if (!values.add(value)) {
      throw new IllegalArgumentException("the graph has a value '" + value + "' already");
    }
  }

  private void require(String value) {
    if (!values.contains(value)) {
      throw new IllegalArgumentException("the graph has no value '" + value + "' yet");
    }
  }

  /**
   * Writes the file, replacing an older one only when the new one is complete.
   *
   * @param metadata texts that viewers show
   * @return its size in bytes
   * @throws ResourceException if it would exceed the format's 2 GiB, the folder cannot be written or the disk is full
   */
  public long write(Path path, Map<String, String> metadata) {
    byte[] graphStart = joined(nodes.toByteArray(), new ProtobufMessage().text(2, name).toByteArray());
    byte[] graphEnd = joined(inputs.toByteArray(), outputs.toByteArray());
    long graphBytes = graphStart.length + graphEnd.length;
    for (Weight weight : weights) {
      graphBytes += weight.header.length + weight.data.byteSize();
    }
    byte[] start = modelStart(metadata).startDelimited(7, graphBytes).toByteArray();
    long bytes = start.length + graphBytes;
    if (bytes > MAX_BYTES) {
      throw new ResourceException(
          "%s: the network needs %,d bytes; an ONNX file holds %,d at most".formatted(path, bytes, MAX_BYTES));
    }
    byte[] head = joined(start, graphStart);
    try {
      AtomicFile.write(path, channel -> writeTo(channel, head, graphEnd));
    } catch (IOException e) {
      throw new ResourceException(
          path + ": cannot be written: " + e.getMessage() + ". Check the free space and rights of the folder.", e);
    }
    return bytes;
  }

  private static ProtobufMessage modelStart(Map<String, String> metadata) {
    ProtobufMessage model = new ProtobufMessage().integer(1, FILE_VERSION).text(2, "ciss");
    model.message(8, new ProtobufMessage().text(1, "").integer(2, OPSET));
    metadata.forEach((key, value) -> model.message(14, new ProtobufMessage().text(1, key).text(2, value)));
    return model;
  }

  private void writeTo(FileChannel channel, byte[] head, byte[] graphEnd) throws IOException {
    writeFully(channel, ByteBuffer.wrap(head));
    for (Weight weight : weights) {
      writeFully(channel, ByteBuffer.wrap(weight.header));
      for (long at = 0; at < weight.data.byteSize(); at += CHUNK_BYTES) {
        long n = Math.min(CHUNK_BYTES, weight.data.byteSize() - at);
        writeFully(channel, ByteBuffer.wrap(weight.data.asSlice(at, n).toArray(ValueLayout.JAVA_BYTE)));
      }
    }
    writeFully(channel, ByteBuffer.wrap(graphEnd));
  }

  private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] joined = new byte[first.length + second.length];
    System.arraycopy(first, 0, joined, 0, first.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }
}
