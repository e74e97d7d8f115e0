package ciss.io;

import ciss.error.CheckpointException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors file, mapped into memory: named tensors and a map of strings.
 *
 * <p>Layout: 8 bytes length of the header (little-endian), the header as a JSON object {@code {name: {"dtype", "shape",
 * "data_offsets": [begin, end]}}} with an optional entry {@code __metadata__}, then the data. The whole header is
 * checked when the file is opened: lengths, types, shapes, offsets inside the file, no overlap. Closing unmaps the
 * file; reading a tensor afterwards is an {@link IllegalStateException}.
 *
 * <p>Source: the format's public description (huggingface/safetensors).
 */
public final class Safetensors implements TensorFile {
  private static final long MAX_HEADER_BYTES = 100_000_000;

  private final Path path;
  private final Arena arena;
  private final Map<String, StoredTensor> tensors;
  private final Map<String, String> metadata;

  private Safetensors(Path path, Arena arena, Map<String, StoredTensor> tensors, Map<String, String> metadata) {
    this.path = path;
    this.arena = arena;
    this.tensors = Collections.unmodifiableMap(tensors);
    this.metadata = Collections.unmodifiableMap(metadata);
  }

  /**
   * Opens and checks a file.
   *
   * @throws CheckpointException if the file is missing, cut off or not a valid safetensors file; the message names the
   *     file and, where one is concerned, the tensor
   */
  public static Safetensors open(Path path) {
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size < 8) {
        throw new CheckpointException(
            path + ": not a safetensors file: it has " + size + " bytes, the header alone needs 8.");
      }
      MemorySegment file = channel.map(MapMode.READ_ONLY, 0, size, arena);
      return parse(path, arena, file);
    } catch (NoSuchFileException e) {
      arena.close();
      throw new CheckpointException(path + ": no such file.", e);
    } catch (IOException e) {
      arena.close();
      throw new CheckpointException(path + ": cannot be read: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  private static Safetensors parse(Path path, Arena arena, MemorySegment file) {
    long headerBytes = file.get(StoredTensor.I64, 0);
    if (headerBytes < 2 || headerBytes > MAX_HEADER_BYTES || headerBytes > file.byteSize() - 8) {
      throw new CheckpointException(
          path + ": not a safetensors file or cut off: the header claims " + headerBytes + " bytes, the file has "
              + file.byteSize() + ". Copy or download it again.");
    }
    byte[] json = file.asSlice(8, headerBytes).toArray(ValueLayout.JAVA_BYTE);
    MemorySegment data = file.asSlice(8 + headerBytes);
    SafetensorsHeader header = SafetensorsHeader.parse(path, json);
    header.checkAgainst(data.byteSize());
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (SafetensorsHeader.Entry e : header.entries()) {
      tensors.put(
          e.name(), new StoredTensor(e.name(), e.type(), e.shape(), data.asSlice(e.begin(), e.end() - e.begin())));
    }
    return new Safetensors(path, arena, tensors, header.metadata());
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public Set<String> names() {
    return tensors.keySet();
  }

  @Override
  public Map<String, String> metadata() {
    return metadata;
  }

  @Override
  public boolean contains(String name) {
    return tensors.containsKey(name);
  }

  @Override
  public StoredTensor tensor(String name) {
    StoredTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new CheckpointException(
          path + ": has no tensor '" + name + "' (it has " + tensors.size() + " others).");
    }
    return tensor;
  }

  @Override
  public void close() {
    arena.close();
  }
}
