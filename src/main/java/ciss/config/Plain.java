package ciss.config;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Values of a configuration as plain text, numbers, lists and maps, the way they are written in YAML and JSON. */
final class Plain {
  private Plain() {}

  /** The written form: null, String, Number, Boolean, List or Map. */
  static Object of(Object value) {
    return switch (value) {
      case null -> null;
      case Enum<?> constant -> Names.of(constant);
      case Path path -> path.toString().replace('\\', '/');
      case Size size -> List.of(size.height(), size.width());
      case View view -> view.toString();
      case ViewPair pair -> List.of(pair.first().toString(), pair.second().toString());
      case LevelWeights weights -> weights.values();
      case FeatureScale scale -> scale.isAll() ? "all" : scale.scale();
      case Device device -> device.toString();
      case ParameterGroup group -> group(group);
      case ClassSet classes when classes.name() != null -> classes.name();
      case ClassSet classes -> classes.classes().stream().map(Plain::of).toList();
      case ClassSet.LabelClass c -> labelClass(c);
      case List<?> list -> list.stream().map(Plain::of).toList();
      case Map<?, ?> map -> map(map);
      default -> value;
    };
  }

  private static Map<String, Object> group(ParameterGroup group) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("lr_mult", group.lrMult());
    fields.put("decay_mult", group.decayMult());
    return fields;
  }

  private static Map<String, Object> labelClass(ClassSet.LabelClass c) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", c.name());
    fields.put("colour", List.of(c.red(), c.green(), c.blue()));
    return fields;
  }

  private static Map<String, Object> map(Map<?, ?> map) {
    Map<String, Object> plain = new LinkedHashMap<>();
    map.forEach((name, item) -> plain.put(name.toString(), of(item)));
    return plain;
  }

  /** A number as a person writes it: {@code 6e-5} rather than {@code 6.0E-5}, with the point kept in {@code 1.0}. */
  static String number(Number number) {
    return number.toString().replace(".0E", "e").replace('E', 'e');
  }
}
