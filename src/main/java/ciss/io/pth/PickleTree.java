package ciss.io.pth;

import ciss.error.CheckpointException;
import ciss.io.pth.PickleMachine.Tuple;
import ciss.io.pth.PickleValue.Dict;
import ciss.io.pth.PickleValue.Int;
import ciss.io.pth.PickleValue.Sequence;
import ciss.io.pth.PickleValue.Tensor;
import ciss.io.pth.PickleValue.Text;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns what a pickle built into a tree of values, with limits: a few lines of pickle can describe a list that contains
 * itself, or one that contains the same list a billion times over, or a tensor that repeats one number without end.
 */
final class PickleTree {
  private static final int MAX_DEPTH = 64;
  private static final int MAX_VALUES = 1_000_000;
  private static final int MAX_TENSORS = 200_000;
  private static final int MAX_NAME = 1000;
  private static final long MAX_REPETITION = 4;
  private static final long ALWAYS_ALLOWED_BYTES = 64L << 20;

  private final String file;
  private final long maxTensorBytes;
  private final Map<String, StridedTensor> tensors = new LinkedHashMap<>();
  private final List<String> path = new ArrayList<>();
  private int values;
  private long tensorBytes;

  /**
   * @param file named in messages
   * @param fileBytes its length, which bounds what its tensors may take
   */
  PickleTree(String file, long fileBytes) {
    this.file = file;
    this.maxTensorBytes = Math.addExact(MAX_REPETITION * fileBytes, ALWAYS_ALLOWED_BYTES);
  }

  /**
   * @throws CheckpointException if something is nested too deeply or in itself, is too large, or is not a value
   */
  PickleValue convert(Object root) {
    return value(root);
  }

  /** All tensors by their path, keys and indices joined by {@code /}, in order. */
  Map<String, StridedTensor> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  private PickleValue value(Object raw) {
    if (++values > MAX_VALUES) {
      throw new CheckpointException("%s: refused: it describes more than %,d values".formatted(file, MAX_VALUES));
    }
    if (path.size() > MAX_DEPTH) {
      throw new CheckpointException(
          "%s: refused: its values are nested more than %d levels deep, or in themselves".formatted(file, MAX_DEPTH));
    }
    return switch (raw) {
      case Tensor tensor -> tensor(tensor);
      case PickleValue scalar -> scalar;
      case Tuple tuple -> new Sequence(true, elements(tuple.elements()));
      case List<?> list -> new Sequence(false, elements(list));
      case Map<?, ?> dict -> dict(dict);
      default -> throw new CheckpointException(
          file + ": refused: one of its values is a class, a function or a bare storage");
    };
  }

  private List<PickleValue> elements(List<?> raw) {
    List<PickleValue> elements = new ArrayList<>();
    for (Object each : raw) {
      path.add(Integer.toString(elements.size()));
      elements.add(value(each));
      path.removeLast();
    }
    return Collections.unmodifiableList(elements);
  }

  private Dict dict(Map<?, ?> raw) {
    Map<PickleValue, PickleValue> entries = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : raw.entrySet()) {
      PickleValue key = (PickleValue) entry.getKey();
      path.add(nameOf(key));
      entries.put(key, value(entry.getValue()));
      path.removeLast();
    }
    return new Dict(Collections.unmodifiableMap(entries));
  }

  /** How a key of a dictionary is written in a path. */
  static String nameOf(PickleValue key) {
    return switch (key) {
      case Text text -> text.value();
      case Int number -> number.value().toString();
      default -> throw new IllegalStateException("keys were checked when they were set");
    };
  }

  private Tensor tensor(Tensor tensor) {
    tensorBytes += tensor.view().byteSize();
    if (tensorBytes > maxTensorBytes || tensorBytes < 0 || tensors.size() == MAX_TENSORS) {
      throw new CheckpointException(
          "%s: refused: its tensors would take more than %,d bytes, many times what the file holds, or are too many"
              .formatted(file, maxTensorBytes));
    }
    String name = name();
    if (tensors.put(name, tensor.view()) != null) {
      throw new CheckpointException("%s: damaged: there are two tensors '%s'".formatted(file, name));
    }
    return tensor;
  }

  /** Names are shown to people and written to other files. */
  private String name() {
    int length = path.stream().mapToInt(String::length).sum() + path.size();
    if (length > MAX_NAME || path.stream().anyMatch(part -> part.chars().anyMatch(Character::isISOControl))) {
      throw new CheckpointException(
          "%s: damaged: the name of a tensor has %d characters, or control characters".formatted(file, length));
    }
    return String.join("/", path);
  }
}
