package ciss.io.pth;

import ciss.error.CheckpointException;
import java.lang.foreign.MemorySegment;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The directory of a zip file whose entries are read in place. PyTorch stores entries uncompressed; compressed and encrypted
 * ones are refused, so nothing is ever larger than it is in the file. Names are only compared, never used as paths.
 *
 * <p>Source: PKWARE's APPNOTE, sections 4.3.7 (local header), 4.3.12 (directory), 4.3.14 to 4.3.16 (ends), 4.5.3 (zip64).
 */
final class ZipIndex {
  private static final int END = 0x06054b50;
  private static final int END_SIZE = 22;
  private static final int MAX_COMMENT = 0xffff;
  private static final int END64 = 0x06064b50;
  private static final int LOCATOR64 = 0x07064b50;
  private static final int LOCATOR64_SIZE = 20;
  private static final int DIRECTORY_ENTRY = 0x02014b50;
  private static final int DIRECTORY_ENTRY_SIZE = 46;
  private static final int LOCAL = 0x04034b50;
  private static final int LOCAL_SIZE = 30;
  private static final int ZIP64_EXTRA = 1;
  private static final long IN_EXTRA = 0xffffffffL;
  private static final int ENCRYPTED = 1;
  private static final int MAX_ENTRIES = 1_000_000;

  /**
   * @param size bytes of its content
   * @param header place of its local header, which the content follows
   */
  record Entry(String name, long size, long header, boolean stored) {}

  private final String file;
  private final MemorySegment bytes;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private long directory;

  /**
   * @param file named in messages
   * @throws CheckpointException if the file is cut off or is no zip file
   */
  ZipIndex(String file, MemorySegment bytes) {
    this.file = file;
    this.bytes = bytes;
    readEnd();
  }

  Collection<Entry> entries() {
    return Collections.unmodifiableCollection(entries.values());
  }

  /** The entry of this name, or null. */
  Entry find(String name) {
    return entries.get(name);
  }

  private void readEnd() {
    long end = findEnd();
    ByteCursor in = new ByteCursor(file, bytes, end + 8);
    in.u16();
    long count = in.u16();
    long size = in.u32();
    directory = in.u32();
    if (count == 0xffff || size == IN_EXTRA || directory == IN_EXTRA) {
      ByteCursor in64 = end64(end);
      count = in64.i64();
      size = in64.i64();
      directory = in64.i64();
    }
    boolean inside = directory >= 0 && size >= 0 && directory <= end && size <= end - directory;
    if (!inside || count < 0 || count > MAX_ENTRIES || count > size / DIRECTORY_ENTRY_SIZE) {
      throw damaged("its directory of %d entries does not lie in the file".formatted(count));
    }
    readDirectory(new ByteCursor(file, bytes.asSlice(0, directory + size), directory), count);
  }

  private long findEnd() {
    long last = bytes.byteSize() - END_SIZE;
    for (long at = last; at >= Math.max(0, last - MAX_COMMENT); at--) {
      if (bytes.get(ByteCursor.I32, at) == END) {
        return at;
      }
    }
    throw new CheckpointException(file + ": cut off: the directory at the end is missing. Copy or download it again");
  }

  /** A cursor at the number of entries of the zip64 end record. */
  private ByteCursor end64(long end) {
    long locator = end - LOCATOR64_SIZE;
    if (locator < 0 || bytes.get(ByteCursor.I32, locator) != LOCATOR64) {
      throw damaged("the zip64 directory is missing");
    }
    long at = bytes.get(ByteCursor.I64, locator + 8);
    if (at < 0 || at > locator - 56 || bytes.get(ByteCursor.I32, at) != END64) {
      throw damaged("the zip64 directory is missing");
    }
    return new ByteCursor(file, bytes, at + 32);
  }

  private void readDirectory(ByteCursor in, long count) {
    for (long i = 0; i < count; i++) {
      if (in.i32() != DIRECTORY_ENTRY) {
        throw damaged("entry %d of its directory".formatted(i));
      }
      in.i32(); // versions
      int flags = in.u16();
      int method = in.u16();
      in.i64(); // time, date, checksum
      long compressed = in.u32();
      long size = in.u32();
      int nameBytes = in.u16();
      int extraBytes = in.u16();
      int commentBytes = in.u16();
      in.i64(); // disk, attributes
      long header = in.u32();
      String name = in.text(nameBytes);
      ByteCursor extra = zip64Extra(in.slice(extraBytes));
      in.slice(commentBytes);
      size = size == IN_EXTRA ? extra.i64() : size;
      compressed = compressed == IN_EXTRA ? extra.i64() : compressed;
      header = header == IN_EXTRA ? extra.i64() : header;
      boolean inside = size >= 0 && header >= 0 && header <= directory - LOCAL_SIZE
          && size <= directory - LOCAL_SIZE - header;
      boolean stored = method == 0 && (flags & ENCRYPTED) == 0;
      if (stored && (!inside || compressed != size)) {
        throw damaged("an entry of %s bytes does not lie in the file".formatted(Long.toUnsignedString(size)));
      }
      if (entries.put(name, new Entry(name, size, header, stored)) != null) {
        throw damaged("two entries have the same name");
      }
    }
  }

  /** A cursor at the 64-bit sizes; empty without them. */
  private ByteCursor zip64Extra(MemorySegment extra) {
    ByteCursor in = new ByteCursor(file, extra, 0);
    while (in.remaining() >= 4) {
      int id = in.u16();
      MemorySegment field = in.slice(in.u16());
      if (id == ZIP64_EXTRA) {
        return new ByteCursor(file, field, 0);
      }
    }
    return new ByteCursor(file, extra.asSlice(0, 0), 0);
  }

  /**
   * The content of an entry, in place.
   *
   * @throws CheckpointException if it is compressed or encrypted, or not where the directory says
   */
  MemorySegment content(Entry entry) {
    requireStored(entry);
    ByteCursor in = new ByteCursor(file, bytes.asSlice(0, directory), entry.header());
    if (in.i32() != LOCAL) {
      throw damaged("the entry at byte %d is not where its directory says".formatted(entry.header()));
    }
    in.slice(22); // repeats the directory, or 0 where the sizes follow the content
    int nameBytes = in.u16();
    int extraBytes = in.u16();
    in.slice(nameBytes + extraBytes);
    return in.slice(entry.size());
  }

  /**
   * @throws CheckpointException if it is compressed or encrypted
   */
  void requireStored(Entry entry) {
    if (!entry.stored()) {
      throw new CheckpointException(
          file + ": refused: its content is compressed or encrypted, which PyTorch never does. Take the original file");
    }
  }

  private CheckpointException damaged(String what) {
    return new CheckpointException("%s: damaged zip file: %s. Copy or download it again".formatted(file, what));
  }
}
