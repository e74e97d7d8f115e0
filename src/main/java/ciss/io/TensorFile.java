package ciss.io;

import ciss.error.CheckpointException;
import ciss.io.pth.PthFile;
import ciss.io.pth.PthTensors;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;

/** A file of named tensors and a map of strings, mapped into memory. Closing unmaps it. */
public interface TensorFile extends AutoCloseable {

  /**
   * Opens a safetensors file or one of PyTorch's, whatever its name ends in.
   *
   * @throws CheckpointException if it is missing, cut off, damaged or neither
   */
  static TensorFile open(Path path) {
    ByteBuffer start = ByteBuffer.allocate(16);
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      while (start.hasRemaining() && channel.read(start) > 0) {}
    } catch (NoSuchFileException e) {
      throw new CheckpointException(path + ": no such file.", e);
    } catch (IOException e) {
      throw new CheckpointException(path + ": cannot be read: " + e.getMessage(), e);
    }
    byte[] read = java.util.Arrays.copyOf(start.array(), start.position());
    boolean torch = PthFile.startsLikeOne(MemorySegment.ofArray(read));
    boolean named = path.toString().endsWith(".pth") || path.toString().endsWith(".pt");
    // A damaged .pth is better explained by the reader that its name asks for.
    boolean json = read.length > 8 && read[8] == '{';
    return torch || named && !json ? PthTensors.open(path) : Safetensors.open(path);
  }

  /** The file this was opened from. */
  Path path();

  /** Names of all tensors, in the order of the file. */
  Set<String> names();

  /** Strings that were stored with the tensors. */
  Map<String, String> metadata();

  /** Whether the file holds a tensor of this name. */
  boolean contains(String name);

  /**
   * The tensor of this name: a view of the file, or a copy where its elements do not lie row by row there.
   *
   * @throws CheckpointException if there is none
   */
  StoredTensor tensor(String name);

  @Override
  void close();
}
