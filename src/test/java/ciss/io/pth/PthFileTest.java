package ciss.io.pth;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.error.CheckpointException;
import ciss.io.ElementType;
import ciss.io.StoredTensor;
import ciss.io.pth.PickleValue.Dict;
import ciss.io.pth.PickleValue.Int;
import ciss.io.pth.PickleValue.Text;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files that PyTorch could have written, and files that only an enemy or a broken disk writes. */
class PthFileTest {
  private static final String START = "\u0080\u0002";
  private static final String EMPTY_ORDERED_DICT = "ccollections\nOrderedDict\n)R";

  @TempDir Path folder;

  /** A pickle written as Latin-1 characters; a text of PyTorch's is {@link #text}. */
  private static byte[] pickle(String instructions) {
    return (START + instructions + ".").getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String text(String value) {
    return "X" + (char) value.length() + "\0\0\0" + value;
  }

  private static String int32(int value) {
    byte[] bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
    return "J" + new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** A view of storage 0 of float32. */
  private static String tensor(String elements, String offset, String shape, String strides) {
    return "ctorch._utils\n_rebuild_tensor_v2\n((" + text("storage") + "ctorch\nFloatStorage\n" + text("0") + text("cpu")
        + elements + "tQ" + offset + "(" + shape + "t(" + strides + "t\u0089" + EMPTY_ORDERED_DICT + "tR";
  }

  private static byte[] zip(byte[] pickle, int storageBytes) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("archive/data.pkl", pickle);
    entries.put("archive/data/0", new byte[storageBytes]);
    return zip(entries, ZipEntry.STORED);
  }

  private static byte[] zip(Map<String, byte[]> entries, int method) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> each : entries.entrySet()) {
        ZipEntry entry = new ZipEntry(each.getKey());
        entry.setMethod(method);
        CRC32 crc = new CRC32();
        crc.update(each.getValue());
        entry.setCrc(crc.getValue());
        entry.setSize(each.getValue().length);
        zip.putNextEntry(entry);
        zip.write(each.getValue());
      }
    }
    return bytes.toByteArray();
  }

  private static PickleValue read(String instructions) throws IOException {
    return PthFile.of("x.pth", zip(pickle(instructions), 64)).root();
  }

  private static String refusal(byte[] content) {
    CheckpointException e = assertThrows(CheckpointException.class, () -> {
      PthFile file = PthFile.of("x.pth", content);
      file.tensors().forEach((name, tensor) -> tensor.contiguous(name));
    });
    assertEquals(3, e.exitCode());
    assertTrue(e.getMessage().startsWith("x.pth: ") && !e.getMessage().contains("\n"), e.getMessage());
    assertTrue(e.getMessage().length() < 400, e.getMessage());
    return e.getMessage();
  }

  private static String refusal(String instructions) throws IOException {
    return refusal(zip(pickle(instructions), 64));
  }

  private static void assertSays(String part, String message) {
    assertTrue(message.contains(part), message);
  }

  @Test
  void namesThatAreNoPartOfWeightFilesAreRefusedByName() throws IOException {
    assertSays("asks for 'os.system'", refusal("cos\nsystem\n" + text("echo") + "\u0085R"));
    assertSays("asks for 'builtins.eval'", refusal("c__builtin__\neval\n".replace("__builtin__", "builtins")));
    assertSays("asks for 'torch.load'", refusal("ctorch\nload\n"));
    assertSays("asks for 'os.system'", refusal(text("os") + text("system") + "\u0093"));
    assertSays("asks for 'a?b.c'", refusal(text("a\nb") + text("c") + "\u0093"));
    assertSays("instruction 0x69", refusal("(ios\nsystem\n"));
    assertSays("instruction 0x81", refusal(EMPTY_ORDERED_DICT + ")\u0081"));
  }

  @Test
  void namesOnTheListCannotBeCalledForAnythingElse() throws IOException {
    assertSays("'torch.Tensor' is called", refusal("ctorch\nTensor\n)R"));
    assertSays("'torch.FloatStorage' is called", refusal("ctorch\nFloatStorage\nK\u0001\u0085R"));
    assertSays("a value is called", refusal(text("x") + ")R"));
    assertSays("attributes of a value", refusal("]}b"));
    assertSays("is a class", refusal("ctorch\nFloatStorage\n"));
    assertSays("argument 0", refusal("ctorch._utils\n_rebuild_tensor_v2\n)R"));
    assertSays("argument 0", refusal("ctorch._utils\n_rebuild_parameter\nK\u0001\u0085R"));
    assertSays("made by 'collections.OrderedDict'", refusal(
        "ctorch._tensor\n_rebuild_from_type_v2\n(ccollections\nOrderedDict\nctorch\nTensor\n)}tR"));
    assertSays("made of a list", refusal("ccollections\nOrderedDict\n]\u0085R"));
    assertSays("NumPy type 'O8' is no number", refusal("cnumpy\ndtype\n" + text("O8") + "\u0085R"));
  }

  @Test
  void tensorsOutsideOfTheirStorageAreRefused() throws IOException {
    String four = "K\u0004";
    String one = "K\u0001";
    String zero = "K\0";
    assertInstanceOf(PickleValue.Tensor.class, read(tensor("K\u0010", zero, four + four, four + one)));
    assertSays("does not lie inside", refusal(tensor("K\u0010", one, four + four, four + one)));
    assertSays("does not lie inside", refusal(tensor("K\u0010", zero, four, int32(-1))));
    assertSays("does not lie inside", refusal(tensor("K\u0010", int32(-4), four, one)));
    assertSays("does not lie inside", refusal(tensor("K\u0010", zero, int32(-4), one)));
    String huge = "\u008a\u0008\0\0\0\0\0\0\0\u0040";
    assertSays("does not lie inside", refusal(tensor("K\u0010", zero, huge + huge, one + one)));
    assertSays("does not lie inside", refusal(tensor("K\u0010", zero, huge + four, zero + huge)));
    assertSays("4611686018427387904 elements", refusal(tensor(huge, zero, four, one)));
    assertSays("more than 64 bits", refusal(tensor("\u008a\u0009\0\0\0\0\0\0\0\0\u0001", zero, four, one)));
    assertSays("description of a storage", refusal(tensor(int32(-1), zero, four, one)));
    assertSays("and 1 strides", refusal(tensor("K\u0010", zero, four + four, one)));
    assertSays("100 dimensions", refusal(tensor("K\u0010", zero, one.repeat(100), one.repeat(100))));
    assertSays("has 64 bytes", refusal(tensor("K\u0011", zero, four, one)));
    assertSays("two types or lengths", refusal(
        "(" + tensor("K\u0010", zero, four, one) + tensor("K\u0004", zero, four, one) + "t"));
  }

  @Test
  @Timeout(60)
  void fewBytesCannotAskForMuchMemoryOrTime() throws IOException {
    // One number, repeated 2^40 times by a stride of 0.
    assertSays("many times what the file holds", refusal(
        tensor("K\u0010", "K\0", "\u008a\u0006\0\0\0\0\0\u0001", "K\0")));
    assertSays("in themselves", refusal("]q\0h\0a"));
    assertSays("in themselves", refusal("}q\0" + text("me") + "h\0s"));
    assertSays("levels deep", refusal("]".repeat(100_000) + "a".repeat(99_999)));
    // Each list holds the one before ten times.
    StringBuilder lists = new StringBuilder("]q\0");
    for (int i = 1; i < 30; i++) {
      lists.append("](").append(("h" + (char) (i - 1)).repeat(10)).append("eq").append((char) i);
    }
    assertSays("more than 1,000,000 values", refusal("(" + lists + "t"));
    assertSays("a text of 2147483647 bytes", refusal("X\u00ff\u00ff\u00ff\u007f"));
    assertSays("a text of 4294967295 bytes", refusal("B\u00ff\u00ff\u00ff\u00ff"));
    assertSays("bytes are wanted", refusal("X\u00ff\u00ff\u00ff\0"));
    // One text, made into bytes again and again.
    String text = "X\0\0\u0010\0" + "a".repeat(1 << 20) + "q\0" + text("latin1") + "q\1";
    assertSays("or too many", refusal("(" + text + "c_codecs\nencode\nq\2" + "h\2h\0h\1\u0086R".repeat(70) + "t"));
    assertSays("more than 4,000,000 instructions", refusal("N".repeat(4_000_001)));
    assertSays("the name of a tensor", refusal(
        "}" + "X\u00d0\u0007\0\0" + "a".repeat(2000) + tensor("K\u0010", "K\0", "K\u0004", "K\u0001") + "s"));
    assertSays("the name of a tensor", refusal(
        "}" + text("a\u001b[31m") + tensor("K\u0010", "K\0", "K\u0004", "K\u0001") + "s"));
  }

  @Test
  void damagedPicklesAreRefused() throws IOException {
    assertSays("bytes are wanted", refusal(zip(Arrays.copyOf(pickle(text("abc")), 6), 0)));
    assertSays("a value is missing", refusal(""));
    assertSays("a value is missing", refusal("N(\u0085"));
    assertSays("a mark is missing", refusal("t"));
    assertSays("left over", refusal("NN"));
    assertSays("left over", refusal("(N"));
    assertSays("was not stored", refusal("h\u0007"));
    assertSays("what is no list", refusal("NNa"));
    assertSays("what is no dictionary", refusal("]NNs"));
    assertSays("what is no dictionary", refusal("}(Nu"));
    assertSays("neither text nor whole number", refusal("}]Ns"));
    assertSays("no text", refusal("NN\u0093"));
    assertSays("no tuple", refusal("ccollections\nOrderedDict\n]R"));
    assertSays("not valid UTF-8", refusal("X\u0002\0\0\0\u00c3\u0028"));
    assertSays("name without end", refusal("c" + "x".repeat(2000)));
    assertSays("protocol 99", refusal("\u0080c"));
    assertSays("storage without a description", refusal("NQ"));
    assertSays("storage of unknown type", refusal("(" + text("storage") + "N" + text("0") + text("cpu") + "K\1tQ"));
    assertSays("missing from the zip file", refusal(zip(Map.of(
        "a/data.pkl", pickle(tensor("K\u0004", "K\0", "K\u0004", "K\u0001"))), ZipEntry.STORED)));
  }

  @Test
  void damagedOrForeignZipFilesAreRefused() throws IOException {
    byte[] good = zip(pickle("K\u0001"), 4);
    assertSays("the directory at the end is missing", refusal(Arrays.copyOf(good, good.length / 2)));
    assertSays("no entry NAME/data.pkl", refusal(zip(Map.of("a/b/data.pkl", pickle("N")), ZipEntry.STORED)));
    assertSays("no entry NAME/data.pkl", refusal(zip(Map.of("data.pkl", pickle("N")), ZipEntry.STORED)));
    assertSays("two archives", refusal(zip(Map.of("a/data.pkl", pickle("N"), "b/data.pkl", pickle("N")), ZipEntry.STORED)));
    assertSays("compressed or encrypted", refusal(zip(Map.of("a/data.pkl", pickle("N".repeat(99))), ZipEntry.DEFLATED)));
    assertSays("big-endian", refusal(zip(Map.of("a/data.pkl", pickle("N"), "a/byteorder", "big".getBytes()), ZipEntry.STORED)));
    assertSays("neither a zip header nor", refusal("nothing".getBytes()));
    assertSays("neither a zip header nor", refusal(new byte[0]));
    assertSays("neither a zip header nor", refusal(pickle("}")));
    // Names are only compared: one that points elsewhere is one that is not found.
    assertSays("no entry NAME/data.pkl", refusal(zip(Map.of("../../etc/data.pkl", pickle("N")), ZipEntry.STORED)));
  }

  @Test
  void fieldsOfAZipFileThatLieAreRefused() throws IOException {
    byte[] good = zip(pickle(tensor("K\u0001", "K\0", "K\u0001", "K\u0001")), 4);
    int end = good.length - 22;
    int directory = ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).getInt(end + 16);
    assertSays("does not lie in the file", refusal(changed(good, end + 16, 0x7fffffff)));
    assertSays("does not lie in the file", refusal(changed(good, end + 12, 0x7fffffff)));
    assertSays("does not lie in the file", refusal(changed(good, end + 10, 0x7fff | good[end + 12] << 16)));
    assertSays("zip64 directory is missing", refusal(changed(good, end + 16, -1)));
    assertSays("entry 0 of its directory", refusal(changed(good, directory, 0)));
    assertSays("bytes does not lie in the file", refusal(changed(changed(good, directory + 20, 1 << 30), directory + 24, 1 << 30)));
    assertSays("is not where its directory says", refusal(changed(good, directory + 42, 4)));
    assertSays("bytes are wanted", refusal(changed(good, directory + 24, -1)));
    byte[] twice = new String(good, StandardCharsets.ISO_8859_1).replace("archive/data/0\0", "archive/data.pkl").getBytes(
        StandardCharsets.ISO_8859_1);
    refusal(twice);
  }

  private static byte[] changed(byte[] original, int at, int value) {
    byte[] copy = original.clone();
    ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
    return copy;
  }

  /** The beginning of the legacy layout, up to the values. */
  private static byte[] legacy(String littleEndian, byte[] values, String keys, byte[] storages) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(pickle("\u008a\12\u006c\u00fc\u009c\u0046\u00f9\u0020\u006a\u00a8\u0050\u0019"));
    out.writeBytes(pickle("M\u00e9\u0003"));
    out.writeBytes(pickle("}" + text("little_endian") + littleEndian + "s"));
    out.writeBytes(values);
    out.writeBytes(pickle(keys));
    out.writeBytes(storages);
    return out.toByteArray();
  }

  @Test
  void legacyFilesAreReadAndDamagedOnesRefused() {
    byte[] values = pickle(tensor("K\u0002", "K\0", "K\u0002", "K\u0001"));
    String keys = "]" + text("0") + "a";
    byte[] storage = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(2).putFloat(1.5f).putFloat(-2).array();
    PthFile file = PthFile.of("x.pth", legacy("\u0088", values, keys, storage));
    assertEquals(PthFile.Layout.LEGACY, file.layout());
    assertArrayEquals(new float[] {1.5f, -2}, file.tensors().get("").contiguous("x").toFloats());

    assertSays("big-endian", refusal(legacy("\u0089", values, keys, storage)));
    assertSays("2 elements of type F32 has 7 bytes", refusal(legacy("\u0088", values, keys, Arrays.copyOf(storage, 15))));
    assertSays("bytes are wanted", refusal(legacy("\u0088", values, keys, new byte[4])));
    assertSays("1 storages are used and 0 stored", refusal(legacy("\u0088", values, "]", storage)));
    assertSays("that no tensor uses", refusal(legacy("\u0088", values, "]" + text("1") + "a", storage)));
    assertSays("list of storages", refusal(legacy("\u0088", values, "}", storage)));
    assertSays("'os.system'", refusal(legacy("\u0088", pickle("cos\nsystem\n"), keys, storage)));
    storage[7] = 64;
    assertSays("has 8 bytes", refusal(legacy("\u0088", values, keys, storage)));
  }

  @Test
  void valuesOfNewerVersionsOfPyTorchAreRead() throws IOException {
    String inner = "((" + text("storage") + "ctorch\nFloatStorage\n" + text("0") + text("cpu") + "K\u0004tQK\0K\u0002\u0085K\u0001\u0085\u0089"
        + EMPTY_ORDERED_DICT + "t";
    String function = "ctorch._utils\n_rebuild_tensor_v2\n";
    assertInstanceOf(PickleValue.Tensor.class,
        read("ctorch._tensor\n_rebuild_from_type_v2\n(" + function + "ctorch\nTensor\n" + inner + "}tR"));
    assertInstanceOf(PickleValue.Tensor.class,
        read("ctorch._utils\n_rebuild_parameter_with_state\n(" + function + inner + "R\u0088" + EMPTY_ORDERED_DICT + "}tR"));
    String scalar = "(cnumpy\ndtype\n(" + text("u8") + "\u0089\u0088tR(K\u0003" + text(">") + "NNNJ\u00ff\u00ff\u00ff\u00ffK\0tb"
        + "c_codecs\nencode\n" + text("\0\0\0\0\0\0\1\2") + text("latin1") + "\u0086RtR";
    assertEquals(Int.of(258), read("cnumpy._core.multiarray\nscalar\n" + scalar));
    Dict dict = assertInstanceOf(Dict.class, read(EMPTY_ORDERED_DICT + "(" + text("a") + "K\u0001u}" + text("_metadata") + "Nsb"));
    assertEquals(Map.of(new Text("a"), Int.of(1)), dict.entries());
  }

  /** Whatever happens to the bytes of a good file, the answer is a tree or a refusal, never another exception. */
  @Test
  @Timeout(60)
  void changedBytesGiveATreeOrARefusal() throws IOException {
    Map<PickleValue, PickleValue> entries = new LinkedHashMap<>();
    for (int i = 0; i < 4; i++) {
      byte[] bytes = new byte[24];
      StoredTensor tensor = new StoredTensor("t", ElementType.F32, new long[] {2, 3}, MemorySegment.ofArray(bytes));
      entries.put(new Text("weight" + i), new PickleValue.Tensor(StridedTensor.of(tensor)));
    }
    Path path = folder.resolve("small.pth");
    PthWriter.write(path, new Dict(entries));
    byte[] zip = Files.readAllBytes(path);
    byte[] legacy = legacy("\u0088", pickle(tensor("K\u0002", "K\0", "K\u0002", "K\u0001")), "]" + text("0") + "a",
        ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(2).array());
    SplittableRandom random = new SplittableRandom(7);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] content = (i % 2 == 0 ? zip : legacy).clone();
      for (int n = random.nextInt(1, 4); n > 0; n--) {
        content[random.nextInt(content.length)] = (byte) random.nextInt();
      }
      byte[] shortened = random.nextInt(8) == 0 ? Arrays.copyOf(content, random.nextInt(content.length)) : content;
      try {
        PthFile.of("x.pth", shortened).tensors().forEach((name, tensor) -> tensor.contiguous(name));
      } catch (CheckpointException e) {
        refused++;
      }
    }
    assertTrue(refused > 1000, refused + " refused");
  }

  @Test
  void theSameTreeGivesTheSameBytesAndClosedFilesAreNoCrash() throws IOException {
    float[] weight = {1, 2, 3, 4, 5, 6};
    StoredTensor stored = new StoredTensor("w", ElementType.F32, new long[] {2, 3}, MemorySegment.ofArray(weight));
    Dict tree = new Dict(Map.of(new Text("w"), new PickleValue.Tensor(StridedTensor.of(stored))));
    Path first = folder.resolve("a.pth");
    Path second = folder.resolve("b.pth");
    PthWriter.write(first, tree);
    PthWriter.write(second, tree);
    assertEquals(-1, Files.mismatch(first, second));
    PthFile file = PthFile.open(first);
    StoredTensor read = file.tensors().get("w").contiguous("w");
    assertArrayEquals(weight, read.toFloats());
    assertArrayEquals(new long[] {2, 3}, read.shape());
    file.close();
    assertThrows(IllegalStateException.class, read::toFloats);
    assertFalse(PthFile.startsLikeOne(MemorySegment.ofArray(new byte[16])));
    assertTrue(assertThrows(CheckpointException.class, () -> PthFile.open(folder.resolve("none.pth")))
        .getMessage()
        .contains("no such file"));
  }
}
