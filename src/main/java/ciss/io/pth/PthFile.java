package ciss.io.pth;

import ciss.error.CheckpointException;
import ciss.io.ElementType;
import ciss.io.pth.PickleValue.Bool;
import ciss.io.pth.PickleValue.Int;
import ciss.io.pth.PickleValue.Text;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A file written by {@code torch.save}, mapped into memory: a tree of values and tensors.
 *
 * <p>Zip layout (PyTorch 1.6 and later): entry {@code NAME/data.pkl} with the pickle, {@code NAME/data/KEY} with the bytes of a
 * storage. Legacy layout: five pickles (magic number, protocol, properties of the machine, the values, the keys of the
 * storages), then per key a count of 8 bytes and the elements. Everything is checked when the file is opened; closing unmaps
 * it, and reading a tensor afterwards is an {@link IllegalStateException}.
 *
 * <p>Whatever the bytes are, the result is a tree or a {@link CheckpointException}; memory stays within a bound that the size of
 * the file sets.
 */
public final class PthFile implements AutoCloseable {

  /** How the file is laid out. */
  public enum Layout {
    ZIP,
    LEGACY
  }

  /** What the legacy layout starts with: protocol 2 and the magic number as a pickle of its own. */
  private static final byte[] LEGACY_START = {
    (byte) 0x80, 2, (byte) 0x8a, 10, 0x6c, (byte) 0xfc, (byte) 0x9c, 0x46, (byte) 0xf9, 0x20, 0x6a, (byte) 0xa8, 0x50, 0x19, '.'
  };

  private static final byte[] ZIP_START = {'P', 'K', 3, 4};
  private static final long LEGACY_PROTOCOL = 1001;
  private static final String PICKLE = "/data.pkl";

  private final String name;
  private final Arena arena;
  private final MemorySegment file;
  private final Layout layout;
  private final Map<String, Storage> storages = new HashMap<>();
  private final PickleValue root;
  private final Map<String, StridedTensor> tensors;

  private PthFile(String name, Arena arena, MemorySegment file) {
    this.name = name;
    this.arena = arena;
    this.file = file;
    this.layout = layoutOf(file);
    if (layout == null) {
      throw new CheckpointException(
          name + ": not a file that PyTorch wrote: it starts with neither a zip header nor PyTorch's magic number");
    }
    Object raw = layout == Layout.ZIP ? readZip() : readLegacy();
    PickleTree tree = new PickleTree(name, file.byteSize());
    this.root = tree.convert(raw);
    this.tensors = tree.tensors();
  }

  /**
   * Opens and checks a file.
   *
   * @throws CheckpointException if it is missing, cut off, damaged, or asks for anything but tensors and plain values
   */
  public static PthFile open(Path path) {
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return new PthFile(path.toString(), arena, channel.map(MapMode.READ_ONLY, 0, channel.size(), arena));
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

  /**
   * Reads the content of a file from memory, which must stay as it is while the result is used.
   *
   * @param name named in messages
   * @throws CheckpointException as {@link #open}
   */
  public static PthFile of(String name, byte[] content) {
    return new PthFile(name, null, MemorySegment.ofArray(content));
  }

  /** Whether a file that starts like this is one of PyTorch's; the first 16 bytes are enough. */
  public static boolean startsLikeOne(MemorySegment start) {
    return layoutOf(start) != null;
  }

  private static Layout layoutOf(MemorySegment file) {
    if (startsWith(file, ZIP_START)) {
      return Layout.ZIP;
    }
    return startsWith(file, LEGACY_START) ? Layout.LEGACY : null;
  }

  private static boolean startsWith(MemorySegment file, byte[] start) {
    return file.byteSize() >= start.length
        && file.asSlice(0, start.length).mismatch(MemorySegment.ofArray(start)) == -1;
  }

  /** The layout. */
  public Layout layout() {
    return layout;
  }

  /** What was saved. */
  public PickleValue root() {
    return root;
  }

  /** All tensors of the tree by their path (keys and indices joined by {@code /}), in order. */
  public Map<String, StridedTensor> tensors() {
    return tensors;
  }

  private Object readZip() {
    ZipIndex zip = new ZipIndex(name, file);
    ZipIndex.Entry pickle = null;
    for (ZipIndex.Entry entry : zip.entries()) {
      // One folder deep: an entry of this name further down belongs to something else.
      if (entry.name().endsWith(PICKLE) && entry.name().indexOf('/') == entry.name().length() - PICKLE.length()) {
        if (pickle != null) {
          throw new CheckpointException(name + ": damaged: it holds two archives of PyTorch");
        }
        pickle = entry;
      }
    }
    if (pickle == null) {
      throw new CheckpointException(name + ": not a file that PyTorch wrote: the zip file has no entry NAME/data.pkl");
    }
    String folder = pickle.name().substring(0, pickle.name().length() - PICKLE.length());
    ZipIndex.Entry order = zip.find(folder + "/byteorder");
    if (order != null && !isLittle(zip.content(order))) {
      throw bigEndian();
    }
    return new PickleMachine(new ByteCursor(name, zip.content(pickle), 0), id -> zipStorage(zip, folder, id)).run();
  }

  private static boolean isLittle(MemorySegment order) {
    return startsWith(order, new byte[] {'l', 'i', 't', 't', 'l', 'e'});
  }

  private CheckpointException bigEndian() {
    return new CheckpointException(
        name + ": refused: it was written on a big-endian machine. Load it in Python and save it again");
  }

  private Storage zipStorage(ZipIndex zip, String folder, Object id) {
    Storage storage = storage(id);
    ZipIndex.Entry entry = zip.find(folder + "/data/" + storage.key());
    if (entry == null) {
      throw new CheckpointException(name + ": damaged: the data of a tensor are missing from the zip file");
    }
    zip.requireStored(entry);
    if (storage.elements() > entry.size() / storage.type().byteSize()) {
      throw tooLong(storage, entry.size());
    }
    storage.fillLater(() -> zip.content(entry));
    return storage;
  }

  private CheckpointException tooLong(Storage storage, long bytes) {
    return new CheckpointException(
        "%s: cut off or damaged: a storage of %d elements of type %s has %d bytes in the file"
            .formatted(name, storage.elements(), storage.type(), bytes));
  }

  /** The storage of a persistent id, one object for all tensors that share it. */
  private Storage storage(Object id) {
    Constructors check = new Constructors(name);
    if (!(id instanceof PickleMachine.Tuple tuple)) {
      throw damaged("a storage without a description");
    }
    List<Object> parts = tuple.elements();
    String kind = check.argument(parts, 0, Text.class).value();
    ElementType type = check.storageType(parts.size() > 1 ? parts.get(1) : null);
    String key = check.argument(parts, 2, Text.class).value();
    long elements = check.whole(check.argument(parts, 4, Int.class));
    boolean view = parts.size() > 5 && parts.get(5) != PickleValue.Null.NONE;
    if (!kind.equals("storage") || elements < 0 || view) {
      throw damaged("the description of a storage");
    }
    Storage storage = storages.computeIfAbsent(key, k -> new Storage(type, k, elements));
    if (storage.type() != type || storage.elements() != elements) {
      throw damaged("one storage with two types or lengths");
    }
    return storage;
  }

  private Object readLegacy() {
    ByteCursor in = new ByteCursor(name, file, LEGACY_START.length);
    if (!(PickleMachine.plain(in).run() instanceof Int protocol) || !protocol.equals(Int.of(LEGACY_PROTOCOL))) {
      throw damaged("an unknown version of the layout");
    }
    if (!(PickleMachine.plain(in).run() instanceof Map<?, ?> machine)) {
      throw damaged("the properties of the machine");
    }
    if (!new Bool(true).equals(machine.get(new Text("little_endian")))) {
      throw bigEndian();
    }
    Object raw = new PickleMachine(in, this::storage).run();
    if (!(PickleMachine.plain(in).run() instanceof List<?> keys)) {
      throw damaged("the list of storages");
    }
    for (Object key : keys) {
      Storage storage = key instanceof Text text ? storages.get(text.value()) : null;
      if (storage == null) {
        throw damaged("a storage that no tensor uses");
      }
      if (in.i64() != storage.elements() || storage.elements() > in.remaining() / storage.type().byteSize()) {
        throw tooLong(storage, in.remaining());
      }
      storage.fill(in.slice(storage.elements() * storage.type().byteSize()));
    }
    if (storages.size() != keys.size()) {
      throw damaged("%d storages are used and %d stored".formatted(storages.size(), keys.size()));
    }
    return raw;
  }

  private CheckpointException damaged(String what) {
    return new CheckpointException("%s: damaged: %s".formatted(name, what));
  }

  /** Name of the file, for messages. */
  public String name() {
    return name;
  }

  @Override
  public void close() {
    if (arena != null) {
      arena.close();
    }
  }
}
