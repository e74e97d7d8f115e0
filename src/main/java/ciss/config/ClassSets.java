package ciss.config;

import ciss.config.ClassSet.LabelClass;
import ciss.error.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The built-in class sets, and reading a user's own from a list or a file. */
final class ClassSets {
  private static final Map<String, ClassSet> BUILT_IN = new LinkedHashMap<>();

  static {
    // The Cityscapes train ids with their colours (data.md 3.1).
    define(
        "cityscapes19",
        "road 128 64 128, sidewalk 244 35 232, building 70 70 70, wall 102 102 156, fence 190 153 153,"
            + " pole 153 153 153, traffic light 250 170 30, traffic sign 220 220 0, vegetation 107 142 35,"
            + " terrain 152 251 152, sky 70 130 180, person 220 20 60, rider 255 0 0, car 0 0 142, truck 0 0 70,"
            + " bus 0 60 100, train 0 80 100, motorcycle 0 0 230, bicycle 119 11 32");
    // The eleven classes that CamVid is usually evaluated on.
    define(
        "camvid11",
        "sky 128 128 128, building 128 0 0, pole 192 192 128, road 128 64 128, pavement 60 40 222,"
            + " tree 128 128 0, sign 192 128 128, fence 64 64 128, car 64 0 128, pedestrian 64 64 0,"
            + " bicyclist 0 128 192");
  }

  private ClassSets() {}

  private static void define(String name, String text) {
    List<LabelClass> classes = new ArrayList<>();
    for (String entry : text.split(", ")) {
      String[] words = entry.split(" ");
      int n = words.length;
      classes.add(
          new LabelClass(
              String.join(" ", List.of(words).subList(0, n - 3)),
              Integer.parseInt(words[n - 3]),
              Integer.parseInt(words[n - 2]),
              Integer.parseInt(words[n - 1])));
    }
    BUILT_IN.put(name, new ClassSet(name, classes));
  }

  /** A name, a list of {@code {name, colour: [red, green, blue]}}, or a file that holds such a list. */
  static ClassSet read(Node node, SchemaKey key, Environment environment) {
    if (node instanceof Node.Sequence list) {
      return readList(list, key);
    }
    if (!(node instanceof Node.Scalar scalar)) {
      throw ValueReader.expected(key, node, "a name, a file, or a list of {name, colour}");
    }
    ClassSet builtIn = BUILT_IN.get(scalar.text());
    return builtIn != null ? builtIn : readFile(scalar, key, environment);
  }

  private static ClassSet readFile(Node.Scalar scalar, SchemaKey key, Environment environment) {
    String name = environment.expand(scalar.text(), scalar.place());
    Path file = environment.workingDirectory().resolve(name);
    if (!Files.isRegularFile(file)) {
      String hint =
          Suggestion.nearest(name, BUILT_IN.keySet()).map(near -> "\n  did you mean '" + near + "'?").orElse("");
      throw new ConfigException(
          scalar.place() + ": " + key.path() + ": '" + name + "' is neither a file nor one of "
              + String.join(", ", BUILT_IN.keySet()) + hint);
    }
    try {
      Node root = YamlReader.read(name, Files.readString(file));
      if (root instanceof Node.Sequence list) {
        return readList(list, key);
      }
      throw new ConfigException(name + ": expected a list of {name, colour} (named by " + scalar.place() + ")");
    } catch (IOException e) {
      throw new ConfigException(
          scalar.place() + ": " + key.path() + ": cannot read '" + name + "': " + e.getMessage(), e);
    }
  }

  private static ClassSet readList(Node.Sequence list, SchemaKey key) {
    List<LabelClass> classes = list.items().stream().map(item -> readClass(item, key)).toList();
    if (classes.isEmpty()) {
      throw ValueReader.expected(key, list, "at least one class");
    }
    return new ClassSet(null, classes);
  }

  private static LabelClass readClass(Node item, SchemaKey key) {
    String form = "{name: ..., colour: [red, green, blue]} with numbers from 0 to 255";
    if (!(item instanceof Node.Mapping map)
        || map.entries().size() != 2
        || !(value(map, "name") instanceof Node.Scalar name)
        || !(value(map, "colour") instanceof Node.Sequence colour)
        || colour.items().size() != 3) {
      throw ValueReader.expected(key, item, form);
    }
    int[] rgb = colour.items().stream().mapToInt(part -> component(part, key, form)).toArray();
    return new LabelClass(name.text(), rgb[0], rgb[1], rgb[2]);
  }

  private static Node value(Node.Mapping map, String name) {
    Node.Entry entry = map.entries().get(name);
    return entry == null ? null : entry.value();
  }

  private static int component(Node part, SchemaKey key, String form) {
    if (part instanceof Node.Scalar scalar && scalar.value() instanceof Long number && number >= 0 && number <= 255) {
      return number.intValue();
    }
    throw ValueReader.expected(key, part, form);
  }
}
