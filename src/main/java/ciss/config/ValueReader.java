package ciss.config;

import ciss.error.ConfigException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Turns YAML into the Java value that a key holds, or says at which place what was expected instead. */
final class ValueReader {
  private final Environment environment;
  private final SchemaKey key;

  private ValueReader(Environment environment, SchemaKey key) {
    this.environment = environment;
    this.key = key;
  }

  /**
   * The value of a key.
   *
   * @return null for YAML null; whether null is allowed is not decided here
   * @throws ConfigException if the node is not of the key's type
   */
  static Object read(SchemaKey key, Node node, Environment environment) {
    return new ValueReader(environment, key).read(key.type(), node);
  }

  private Object read(Type type, Node node) {
    if (node.isNull()) {
      return null;
    }
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      return generic.getRawType() == List.class ? readList(arguments[0], node) : readMap(arguments, node);
    }
    Class<?> raw = (Class<?>) type;
    if (raw.isEnum()) {
      return readEnum(raw, node);
    }
    return switch (raw.getSimpleName()) {
      case "int", "Integer" -> readInt(node);
      case "long" -> readLong(node);
      case "double", "Double" -> readDouble(node);
      case "boolean", "Boolean" -> readBoolean(node);
      case "String" -> readText(node);
      case "Size" -> readSize(node);
      case "View" -> readView(node);
      case "ViewPair" -> readViewPair(node);
      case "LevelWeights" -> readLevelWeights(node);
      case "FeatureScale" -> readFeatureScale(node);
      case "Device" -> readDevice(node);
      case "ClassSet" -> ClassSets.read(node, key, environment);
      case "ParameterGroup" -> readParameterGroup(node);
      case "Object" -> throw unavailable(node, node.describe(), List.of("null"));
      default -> {
        if (raw == Path.class) {
          yield readPath(node);
        }
        throw new IllegalStateException("no reader for " + raw + " of " + key.path());
      }
    };
  }

  private List<Object> readList(Type itemType, Node node) {
    if (!(node instanceof Node.Sequence list)) {
      throw expected(node, "a list");
    }
    return list.items().stream().map(item -> present(item, read(itemType, item))).toList();
  }

  private Object readMap(Type[] types, Node node) {
    if (!(node instanceof Node.Mapping map)) {
      throw expected(node, "a map");
    }
    boolean numbered = types[0] == Integer.class;
    // Longest first, ties alphabetical: the order in which parts of parameter names are tried (method.md 2.9).
    Comparator<Object> order =
        numbered
            ? Comparator.comparingInt(k -> (Integer) k)
            : Comparator.<Object>comparingInt(k -> -k.toString().length()).thenComparing(Object::toString);
    Map<Object, Object> values = new TreeMap<>(order);
    for (Map.Entry<String, Node.Entry> entry : map.withoutNulls().entries().entrySet()) {
      Object name = numbered ? readNumberedKey(entry.getKey(), entry.getValue()) : entry.getKey();
      values.put(name, read(types[1], entry.getValue().value()));
    }
    return new LinkedHashMap<>(values);
  }

  private Integer readNumberedKey(String name, Node.Entry entry) {
    try {
      return Integer.valueOf(name);
    } catch (NumberFormatException e) {
      throw new ConfigException(
          entry.keyPlace() + ": " + key.path() + ": expected whole numbers as keys, found '" + name + "'", e);
    }
  }

  private Object present(Node node, Object value) {
    if (value == null) {
      throw expected(node, "a value in the list");
    }
    return value;
  }

  private Object readEnum(Class<?> type, Node node) {
    String text = readText(node);
    List<String> names = key.enumNames(type);
    if (Arrays.asList(key.key().unavailable()).contains(text)) {
      throw unavailable(node, "'" + text + "'", names);
    }
    for (Object constant : type.getEnumConstants()) {
      if (Names.of((Enum<?>) constant).equals(text)) {
        return constant;
      }
    }
    String hint = Suggestion.nearest(text, names).map(name -> "\n  did you mean '" + name + "'?").orElse("");
    throw new ConfigException(
        node.place() + ": " + key.path() + ": expected one of " + String.join(", ", names) + "; found '" + text + "'"
            + hint);
  }

  private long readLong(Node node) {
    if (node instanceof Node.Scalar scalar && scalar.value() instanceof Long number) {
      return number;
    }
    throw expected(node, "a whole number");
  }

  private int readInt(Node node) {
    long number = readLong(node);
    if (number != (int) number) {
      throw expected(node, "a whole number below 2^31");
    }
    return (int) number;
  }

  /** Whole numbers are accepted for floats; infinities and NaN are not. */
  private double readDouble(Node node) {
    if (node instanceof Node.Scalar scalar && scalar.value() instanceof Number number) {
      if (Double.isFinite(number.doubleValue())) {
        return number.doubleValue();
      }
      throw expected(node, "a finite number");
    }
    throw expected(node, "a number");
  }

  private boolean readBoolean(Node node) {
    if (node instanceof Node.Scalar scalar && scalar.value() instanceof Boolean flag) {
      return flag;
    }
    throw expected(node, "true or false");
  }

  /** Any single value is text as written: {@code name: 7} names a run 7. */
  private String readText(Node node) {
    if (node instanceof Node.Scalar scalar) {
      if (Arrays.asList(key.key().unavailable()).contains(scalar.text()) && key.type() == String.class) {
        throw unavailable(node, "'" + scalar.text() + "'", List.of("null"));
      }
      return scalar.text();
    }
    throw expected(node, "text");
  }

  private Path readPath(Node node) {
    String text = environment.expand(readText(node), node.place());
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new ConfigException(
          node.place() + ": " + key.path() + ": '" + text + "' is not a path: " + e.getReason(), e);
    }
  }

  private Size readSize(Node node) {
    String form = "[height, width] in pixels, or one number for a square";
    List<Integer> sides;
    if (node instanceof Node.Sequence list && list.items().size() == 2) {
      sides = list.items().stream().map(this::readInt).toList();
    } else if (node instanceof Node.Scalar scalar && scalar.value() instanceof Long) {
      sides = List.of(readInt(node), readInt(node));
    } else {
      throw expected(node, form);
    }
    if (sides.get(0) < 1 || sides.get(1) < 1) {
      throw new ConfigException(
          node.place() + ": " + key.path() + ": a size needs at least one pixel each way, found " + sides);
    }
    return new Size(sides.get(0), sides.get(1));
  }

  private View readView(Node node) {
    String[] styles = readText(node).split("/", -1);
    if (styles.length == 2) {
      View.Style source = style(styles[0]);
      View.Style target = style(styles[1]);
      if (source != null && target != null) {
        return new View(source, target);
      }
    }
    throw expected(node, "a view such as original/stylized (source style / target style)");
  }

  private static View.Style style(String text) {
    return Arrays.stream(View.Style.values()).filter(s -> Names.of(s).equals(text)).findFirst().orElse(null);
  }

  private ViewPair readViewPair(Node node) {
    if (node instanceof Node.Sequence pair && pair.items().size() == 2) {
      return new ViewPair(readView(pair.items().get(0)), readView(pair.items().get(1)));
    }
    throw expected(node, "a pair of views such as [original/original, stylized/stylized]");
  }

  private LevelWeights readLevelWeights(Node node) {
    if (node instanceof Node.Sequence list && list.items().size() == LevelWeights.LEVELS) {
      return new LevelWeights(list.items().stream().map(this::readDouble).toList());
    }
    if (node instanceof Node.Scalar scalar && scalar.value() instanceof Number) {
      return LevelWeights.encoderOnly(readDouble(node));
    }
    throw expected(node, "five weights (feature levels 0..4), or one number for level 0");
  }

  private FeatureScale readFeatureScale(Node node) {
    if (node instanceof Node.Scalar scalar && "all".equals(scalar.value())) {
      return FeatureScale.ALL;
    }
    if (node instanceof Node.Scalar scalar && scalar.value() instanceof Number) {
      return new FeatureScale(readDouble(node));
    }
    throw expected(node, "a scale of model.hrda.scales, or all");
  }

  private Device readDevice(Node node) {
    String text = readText(node);
    if (text.matches("cuda:\\d{1,3}")) {
      return new Device(Device.Kind.CUDA, Integer.parseInt(text.substring("cuda:".length())));
    }
    return Arrays.stream(Device.Kind.values())
        .filter(kind -> Names.of(kind).equals(text))
        .map(kind -> new Device(kind, 0))
        .findFirst()
        .orElseThrow(() -> expected(node, "auto, cpu, cuda or cuda:N"));
  }

  private ParameterGroup readParameterGroup(Node node) {
    if (!(node instanceof Node.Mapping map)) {
      throw expected(node, "{lr_mult: ..., decay_mult: ...}");
    }
    Set<String> fields = Set.of("lr_mult", "decay_mult");
    for (Map.Entry<String, Node.Entry> entry : map.entries().entrySet()) {
      if (!fields.contains(entry.getKey())) {
        throw new ConfigException(
            entry.getValue().keyPlace() + ": unknown key '" + entry.getKey() + "' in " + key.path()
                + "\n  a group has lr_mult and decay_mult");
      }
    }
    return new ParameterGroup(factor(map, "lr_mult"), factor(map, "decay_mult"));
  }

  private double factor(Node.Mapping map, String name) {
    Node.Entry entry = map.entries().get(name);
    return entry == null ? 1.0 : readDouble(entry.value());
  }

  private ConfigException unavailable(Node node, String found, List<String> there) {
    return new ConfigException(
        node.place() + ": " + key.path() + ": " + found + " is not in this version; there is: "
            + String.join(", ", there));
  }

  private ConfigException expected(Node node, String what) {
    return expected(key, node, what);
  }

  static ConfigException expected(SchemaKey key, Node node, String what) {
    return new ConfigException(
        node.place() + ": " + key.path() + ": expected " + what + ", found " + node.describe());
  }
}
