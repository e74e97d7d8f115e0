package ciss.io;

import ciss.error.CheckpointException;
import ciss.error.ResourceException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Collects tensors and writes them as one safetensors file.
 *
 * <p>Tensors are written in the order they were added; the data part starts at a multiple of 8 bytes. Nothing is copied
 * before {@link #write}: the segments must stay alive and unchanged until then. The machine must be little-endian, as
 * all supported ones are.
 */
public final class SafetensorsWriter {
  private static final JsonFactory JSON = new JsonFactory();

  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  /** Adds an entry of {@code __metadata__}. */
  public SafetensorsWriter metadata(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  /**
   * Adds a tensor.
   *
   * @param data the elements, row-major, in native order; exactly as many bytes as type and shape say
   * @throws CheckpointException if the name is taken or the number of bytes is wrong
   */
  public SafetensorsWriter add(String name, ElementType type, long[] shape, MemorySegment data) {
    long expected = type.byteSize();
    for (long extent : shape) {
      expected = Math.multiplyExact(expected, extent);
    }
    if (data.byteSize() != expected) {
      throw new CheckpointException(
          "tensor '" + name + "' " + type + Arrays.toString(shape) + " needs " + expected + " bytes, got "
              + data.byteSize() + ".");
    }
    if (name.equals("__metadata__") || tensors.containsKey(name)) {
      throw new CheckpointException("tensor name '" + name + "' cannot be added a second time.");
    }
    tensors.put(name, new StoredTensor(name, type, shape.clone(), data));
    return this;
  }

  /** Adds a float32 tensor from an array, which is not copied. */
  public SafetensorsWriter add(String name, long[] shape, float[] values) {
    return add(name, ElementType.F32, shape, MemorySegment.ofArray(values));
  }

  /**
   * Writes the file, replacing an older one only when the new one is complete.
   *
   * @throws ResourceException if the folder cannot be written or the disk is full
   */
  public void write(Path path) {
    try {
      AtomicFile.write(path, this::writeTo);
    } catch (IOException e) {
      throw new ResourceException(
          path + ": cannot be written: " + e.getMessage() + ". Check the free space and rights of the folder.", e);
    }
  }

  private void writeTo(FileChannel channel) throws IOException {
    byte[] header = header();
    ByteBuffer start = ByteBuffer.allocate(8 + header.length).order(ByteOrder.LITTLE_ENDIAN);
    SegmentWriter.write(channel, start.putLong(header.length).put(header).flip());
    for (StoredTensor tensor : tensors.values()) {
      SegmentWriter.write(channel, tensor.data(), piece -> {});
    }
  }

  private byte[] header() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeName("__metadata__").writeStartObject();
        metadata.forEach((key, value) -> json.writeStringProperty(key, value));
        json.writeEndObject();
      }
      long offset = 0;
      for (StoredTensor tensor : tensors.values()) {
        long end = offset + tensor.data().byteSize();
        json.writeName(tensor.name()).writeStartObject();
        json.writeStringProperty("dtype", tensor.type().name());
        json.writeName("shape").writeArray(tensor.shape(), 0, tensor.shape().length);
        json.writeName("data_offsets").writeArray(new long[] {offset, end}, 0, 2);
        json.writeEndObject();
        offset = end;
      }
      json.writeEndObject();
    }
    while (bytes.size() % 8 != 0) {
      bytes.write(' ');
    }
    return bytes.toByteArray();
  }
}
