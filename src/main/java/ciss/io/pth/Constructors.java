package ciss.io.pth;

import ciss.error.CheckpointException;
import ciss.io.ElementType;
import ciss.io.pth.PickleMachine.Tuple;
import ciss.io.pth.PickleValue.Bytes;
import ciss.io.pth.PickleValue.Int;
import ciss.io.pth.PickleValue.Text;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The list of names that a weight file may ask for, and what each of them builds. A name is a key of these tables and
 * nothing else; one that is not there is refused before anything is built.
 *
 * <p>Source: what {@code torch.save} writes for tensors and plain values (torch/_utils.py, torch/serialization.py), and NumPy
 * for single numbers.
 */
final class Constructors {
  /** A name on the list: {@code torch._utils._rebuild_tensor_v2}. */
  record Global(String name) {}

  private static final Map<String, ElementType> STORAGES =
      Map.of(
          "torch.FloatStorage", ElementType.F32,
          "torch.DoubleStorage", ElementType.F64,
          "torch.HalfStorage", ElementType.F16,
          "torch.BFloat16Storage", ElementType.BF16,
          "torch.LongStorage", ElementType.I64,
          "torch.IntStorage", ElementType.I32,
          "torch.ShortStorage", ElementType.I16,
          "torch.CharStorage", ElementType.I8,
          "torch.ByteStorage", ElementType.U8,
          "torch.BoolStorage", ElementType.BOOL);

  /** Types that are only named, as an argument of {@code _rebuild_from_type_v2}. */
  private static final Set<String> TENSOR_TYPES = Set.of("torch.Tensor", "torch.nn.parameter.Parameter");

  private static final Set<String> FUNCTIONS =
      Set.of(
          "collections.OrderedDict",
          "torch._utils._rebuild_tensor_v2",
          "torch._utils._rebuild_parameter",
          "torch._utils._rebuild_parameter_with_state",
          "torch._tensor._rebuild_from_type_v2",
          "torch.Size",
          "torch.device",
          "_codecs.encode",
          "__builtin__.bytes",
          "numpy.dtype",
          "numpy.core.multiarray.scalar",
          "numpy._core.multiarray.scalar");

  private static final Set<String> ELEMENT_TYPES =
      Set.of(
          "torch.float32", "torch.float64", "torch.float16", "torch.bfloat16", "torch.int64", "torch.int32", "torch.int16",
          "torch.int8", "torch.uint8", "torch.bool");

  /** The same text can be asked for again and again. */
  private static final long MAX_ENCODED_BYTES = 64L << 20;

  private static final int MAX_SHOWN = 120;

  private final String file;
  private long encodedBytes;

  /**
   * @param file named in messages
   */
  Constructors(String file) {
    this.file = file;
  }

  /**
   * @throws CheckpointException if the name is not on the list
   */
  Object global(String module, String name) {
    String full = module + "." + name;
    if (ELEMENT_TYPES.contains(full)) {
      return new Text(full);
    }
    if (!STORAGES.containsKey(full) && !TENSOR_TYPES.contains(full) && !FUNCTIONS.contains(full)) {
      throw new CheckpointException(
          ("%s: refused: it asks for '%s', which is no part of a weight file; nothing was run. If you trust it, save its"
                  + " state_dict alone in Python and give that file")
              .formatted(file, printable(full)));
    }
    return new Global(full);
  }

  /**
   * Element type of a storage's class.
   *
   * @throws CheckpointException if it is no such class
   */
  ElementType storageType(Object type) {
    ElementType element = type instanceof Global global ? STORAGES.get(global.name()) : null;
    if (element == null) {
      throw damaged("a storage of unknown type");
    }
    return element;
  }

  /** Builds a value. */
  Object construct(Object callee, Tuple arguments) {
    if (!(callee instanceof Global function) || !FUNCTIONS.contains(function.name())) {
      throw damaged(callee instanceof Global type ? "'" + type.name() + "' is called" : "a value is called");
    }
    List<Object> given = arguments.elements();
    return switch (function.name()) {
      case "collections.OrderedDict" -> orderedDict(given);
      case "torch._utils._rebuild_tensor_v2" -> tensor(given);
      // (tensor, requires_grad, hooks): what surrounds the tensor has no meaning here.
      case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state" ->
          argument(given, 0, PickleValue.Tensor.class);
      // (function, type, arguments, attributes): a tensor that carries attributes of its own.
      case "torch._tensor._rebuild_from_type_v2" -> typedTensor(given);
      case "torch.Size" -> argument(given, 0, Tuple.class);
      case "torch.device" -> argument(given, 0, Text.class);
      case "_codecs.encode" -> encoded(given);
      case "__builtin__.bytes" -> new Bytes(new byte[0]);
      case "numpy.dtype" -> new NumpyType(file, argument(given, 0, Text.class).value());
      default -> argument(given, 0, NumpyType.class).number(argument(given, 1, Bytes.class).value());
    };
  }

  /** Sets the state of a built value: the byte order of a NumPy type. Attributes of a dictionary are ignored. */
  void build(Object state, Object target) {
    switch (target) {
      case LinkedHashMap<?, ?> dict -> {}
      case NumpyType type -> type.setState(state);
      default -> throw damaged("attributes of a value that has none");
    }
  }

  /** A key of a dictionary. */
  PickleValue key(Object key) {
    return switch (key) {
      case Text text -> text;
      case Int number -> number;
      default -> throw damaged("a dictionary key that is neither text nor whole number");
    };
  }

  /** Entries are set afterwards, one by one. */
  private Map<PickleValue, Object> orderedDict(List<Object> arguments) {
    if (!arguments.isEmpty()) {
      throw damaged("an ordered dictionary made of a list");
    }
    return new LinkedHashMap<>();
  }

  /** Bytes as Python's protocol 2 stores them: a text of characters below 256. */
  private Bytes encoded(List<Object> arguments) {
    String text = argument(arguments, 0, Text.class).value();
    String encoding = argument(arguments, 1, Text.class).value();
    encodedBytes += text.length();
    if (!encoding.equals("latin1") || text.chars().anyMatch(c -> c > 0xff) || encodedBytes > MAX_ENCODED_BYTES) {
      throw damaged("bytes that are no Latin-1 text, or too many");
    }
    return new Bytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private Object typedTensor(List<Object> arguments) {
    Global function = argument(arguments, 0, Global.class);
    Global type = argument(arguments, 1, Global.class);
    boolean plain = function.name().equals("torch._utils._rebuild_tensor_v2")
        || function.name().equals("torch._utils._rebuild_parameter");
    if (!plain || !TENSOR_TYPES.contains(type.name())) {
      throw damaged("a tensor of type '" + type.name() + "' made by '" + function.name() + "'");
    }
    return construct(function, argument(arguments, 2, Tuple.class));
  }

  /** From {@code (storage, offset, shape, strides, ...)}; gradient flags and hooks have no meaning here. */
  private PickleValue.Tensor tensor(List<Object> arguments) {
    Storage storage = argument(arguments, 0, Storage.class);
    long offset = whole(argument(arguments, 1, Int.class));
    long[] shape = wholes(argument(arguments, 2, Tuple.class));
    long[] strides = wholes(argument(arguments, 3, Tuple.class));
    return new PickleValue.Tensor(new StridedTensor(file, storage, offset, shape, strides));
  }

  private long[] wholes(Tuple tuple) {
    if (tuple.elements().size() > StridedTensor.MAX_RANK) {
      throw damaged("a tensor of %d dimensions".formatted(tuple.elements().size()));
    }
    long[] values = new long[tuple.elements().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = whole(argument(tuple.elements(), i, Int.class));
    }
    return values;
  }

  /** A whole number of 64 bits. */
  long whole(Int number) {
    if (!number.isLong()) {
      throw damaged("a size of more than 64 bits");
    }
    return number.value().longValue();
  }

  /**
   * The i-th argument.
   *
   * @throws CheckpointException if it is missing or of another type
   */
  <T> T argument(List<Object> arguments, int i, Class<T> type) {
    if (i >= arguments.size() || !type.isInstance(arguments.get(i))) {
      throw damaged("argument %d of a constructor is not a %s".formatted(i, type.getSimpleName()));
    }
    return type.cast(arguments.get(i));
  }

  /** A name from the file as one short line. */
  private static String printable(String name) {
    String line = name.replaceAll("\\p{Cntrl}", "?");
    return line.length() <= MAX_SHOWN ? line : line.substring(0, MAX_SHOWN) + "...";
  }

  private CheckpointException damaged(String what) {
    return new CheckpointException("%s: damaged or refused: %s".formatted(file, what));
  }
}
