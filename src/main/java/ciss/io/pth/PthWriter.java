package ciss.io.pth;

import ciss.error.CheckpointException;
import ciss.error.ResourceException;
import ciss.io.AtomicFile;
import ciss.io.SegmentWriter;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Writes a tree of values and tensors as a file that {@code torch.load(path, weights_only=True)} reads: a zip file of
 * uncompressed entries {@code archive/data.pkl}, {@code archive/byteorder}, {@code archive/data/0} and so on, and
 * {@code archive/version}; the bytes of each tensor start at a multiple of 64, so that they can be mapped.
 *
 * <p>Tensors are taken from where they lie, one after the other; views are laid out row by row.
 */
public final class PthWriter {
  private static final String FOLDER = "archive/";
  private static final int ALIGNMENT = 64;
  private static final int LOCAL = 0x04034b50;
  private static final int LOCAL_SIZE = 30;
  private static final int CRC_IN_LOCAL = 14;
  private static final int DIRECTORY_ENTRY = 0x02014b50;
  private static final int DIRECTORY_ENTRY_SIZE = 46;
  private static final int END = 0x06054b50;
  private static final int END_SIZE = 22;

  /** Version 2.0 of the zip format: enough for folders and uncompressed entries. */
  private static final short ZIP_VERSION = 20;

  /** Names are UTF-8. */
  private static final short FLAGS = 1 << 11;

  /** 1 January 1980: the same content gives the same bytes. */
  private static final int DATE_AND_TIME = 0x21 << 16;

  /** Padding, under the field id that PyTorch uses for it. */
  private static final short PADDING_FIELD = 0x4246;

  private static final long MAX_BYTES = 0xffffffffL;
  private static final int MAX_ENTRIES = 0xffff;

  private record Entry(byte[] name, long size, int crc, long header) {}

  private final FileChannel channel;
  private final List<Entry> entries = new ArrayList<>();

  private PthWriter(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Writes a file, replacing an older one only when the new one is complete.
   *
   * @throws CheckpointException if it would take more than 4 GiB or 65,535 entries
   * @throws ResourceException if the folder cannot be written or the disk is full
   */
  public static void write(Path path, PickleValue root) {
    PickleWriter pickle = new PickleWriter();
    byte[] pickled = pickle.pickle(root);
    long bytes = pickled.length;
    for (StridedTensor tensor : pickle.tensors()) {
      bytes += tensor.byteSize() + 4L * ALIGNMENT;
    }
    if (bytes > MAX_BYTES || pickle.tensors().size() + 3 > MAX_ENTRIES) {
      throw new CheckpointException(
          "%s: %,d bytes in %,d tensors are too much for a .pth file of ours; write .safetensors instead"
              .formatted(path, bytes, pickle.tensors().size()));
    }
    try {
      AtomicFile.write(path, channel -> new PthWriter(channel).write(pickled, pickle.tensors()));
    } catch (IOException e) {
      throw new ResourceException(
          path + ": cannot be written: " + e.getMessage() + ". Check the free space and rights of the folder.", e);
    }
  }

  private void write(byte[] pickle, List<StridedTensor> tensors) throws IOException {
    add("data.pkl", MemorySegment.ofArray(pickle));
    add("byteorder", ascii("little"));
    for (int i = 0; i < tensors.size(); i++) {
      String name = Integer.toString(i);
      add("data/" + name, tensors.get(i).contiguous(name).data());
    }
    add("version", ascii("3\n"));
    finish();
  }

  private static MemorySegment ascii(String text) {
    return MemorySegment.ofArray(text.getBytes(StandardCharsets.US_ASCII));
  }

  private void add(String name, MemorySegment data) throws IOException {
    byte[] fullName = (FOLDER + name).getBytes(StandardCharsets.UTF_8);
    long header = channel.position();
    long unpadded = header + LOCAL_SIZE + fullName.length + 4;
    int padding = Math.floorMod(-unpadded, ALIGNMENT);
    ByteBuffer local = buffer(LOCAL_SIZE + fullName.length + 4 + padding);
    local.putInt(LOCAL).putShort(ZIP_VERSION).putShort(FLAGS).putShort((short) 0).putInt(DATE_AND_TIME);
    local.putInt(0).putInt((int) data.byteSize()).putInt((int) data.byteSize());
    local.putShort((short) fullName.length).putShort((short) (4 + padding)).put(fullName);
    local.putShort(PADDING_FIELD).putShort((short) padding).position(local.capacity());
    SegmentWriter.write(channel, local.flip());
    CRC32 crc = new CRC32();
    SegmentWriter.write(channel, data, crc::update);
    ByteBuffer sum = buffer(4).putInt((int) crc.getValue()).flip();
    for (long at = header + CRC_IN_LOCAL; sum.hasRemaining(); ) {
      at += channel.write(sum, at);
    }
    entries.add(new Entry(fullName, data.byteSize(), (int) crc.getValue(), header));
  }

  private void finish() throws IOException {
    long directory = channel.position();
    for (Entry entry : entries) {
      ByteBuffer out = buffer(DIRECTORY_ENTRY_SIZE + entry.name().length);
      out.putInt(DIRECTORY_ENTRY).putShort(ZIP_VERSION).putShort(ZIP_VERSION).putShort(FLAGS).putShort((short) 0);
      out.putInt(DATE_AND_TIME).putInt(entry.crc()).putInt((int) entry.size()).putInt((int) entry.size());
      out.putShort((short) entry.name().length).putShort((short) 0).putShort((short) 0);
      out.putShort((short) 0).putShort((short) 0).putInt(0).putInt((int) entry.header()).put(entry.name());
      SegmentWriter.write(channel, out.flip());
    }
    int count = entries.size();
    ByteBuffer end = buffer(END_SIZE).putInt(END).putInt(0).putShort((short) count).putShort((short) count);
    end.putInt((int) (channel.position() - directory)).putInt((int) directory).putShort((short) 0);
    SegmentWriter.write(channel, end.flip());
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
